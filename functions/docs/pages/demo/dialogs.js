// Beginning a conversation, what there is to know of one, oneself.
import { $, attempt, avatar, h, settled, showProblem } from "./dom.js";
import { call, client, loadMembers, on, state, tell, titleOf, user } from "./store.js";

// ── A new conversation ──────────────────────────────────────────────────────────────────────────────────────────────────
const fresh = $("#new-dialog");
const query = $("[name=q]", fresh);
const begin = $("[data-do=create]", fresh);
let chosen = new Map();

$("#new").addEventListener("click", () => {
  chosen = new Map();
  $("form", fresh).reset();
  $(".people", fresh).replaceChildren();
  showProblem($(".problem", fresh));
  drawChosen();
  fresh.showModal();
});

const find = settled(250, async () => {
  const q = query.value.trim();
  await attempt($(".problem", fresh), null, async () => {
    const { items } = q ? await call("search_users", { query: { q, limit: 20 } }) : { items: [] };
    if (query.value.trim() !== q) return;
    const others = items.filter(({ id }) => id !== state.me.id);
    others.forEach((one) => state.users.set(one.id, one));
    $(".people", fresh).replaceChildren(
      ...others.map((one) => h("li", {}, h("button", { type: "button", on: { click: () => choose(one) } }, avatar(one.display_name, one.id, one.status.presence), h("span", {}, one.display_name, " ", h("span", { class: "quiet" }, one.username))))),
      ...(q && others.length === 0 ? [h("li", { class: "quiet" }, "Nobody is called that.")] : []),
    );
  });
});
query.addEventListener("input", find);
query.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  $(".people button", fresh)?.click();
});

function choose(one) {
  if (chosen.has(one.id)) chosen.delete(one.id);
  else chosen.set(one.id, one);
  query.value = "";
  $(".people", fresh).replaceChildren();
  drawChosen();
  query.focus();
}

function drawChosen() {
  $(".chosen", fresh).replaceChildren(
    ...[...chosen.values()].map((one) => h("li", {}, h("button", { type: "button", aria: { label: `Remove ${one.display_name}` }, on: { click: () => choose(one) } }, `${one.display_name} ✕`))),
  );
  $(".group", fresh).hidden = chosen.size === 0;
  $("[name=title]", fresh).placeholder = chosen.size === 1 ? "Empty for a conversation of two" : "";
  begin.disabled = chosen.size === 0;
}

begin.addEventListener("click", () =>
  attempt($(".problem", fresh), begin, async () => {
    const title = $("[name=title]", fresh).value.trim();
    const member_ids = [...chosen.keys()];
    const body = member_ids.length > 1 || title ? { type: "group", title, member_ids } : { type: "direct", member_ids };
    const conversation = await call("create_conversation", { body });
    state.conversations.set(conversation.id, conversation);
    fresh.close();
    tell("choose", conversation.id);
  }),
);

// ── About a conversation ────────────────────────────────────────────────────────────────────────────────────────────────
const about = $("#about-dialog");
const FLAGS = {
  pin: { set: "pin_conversation", unset: "unpin_conversation", is: ({ pinned }) => pinned },
  mute: { set: "mute_conversation", unset: "unmute_conversation", is: ({ muted_until }) => muted_until !== null, body: {} },
  archive: { set: "archive_conversation", unset: "unarchive_conversation", is: ({ archived }) => archived },
};

$("#about").addEventListener("click", () => {
  drawAbout();
  showProblem($(".problem", about));
  about.showModal();
  loadMembers(state.open, true);
});

function drawAbout() {
  const conversation = state.conversations.get(state.open);
  if (!conversation) return about.close();
  $("h2", about).textContent = titleOf(conversation);
  for (const button of about.querySelectorAll("[data-flag]")) button.setAttribute("aria-pressed", FLAGS[button.dataset.flag].is(conversation));
  $("[data-do=leave]", about).hidden = conversation.type !== "group";
  const members = [...(state.members.get(conversation.id)?.values() ?? [])];
  $(".people", about).replaceChildren(
    ...members.map(({ user_id, username, display_name, role }) =>
      h("li", {}, avatar(display_name, user_id, user(user_id)?.status.presence), h("span", {}, display_name, " ", h("span", { class: "quiet" }, `${username ?? ""} ${role === "member" ? "" : role}`))),
    ),
  );
}
for (const topic of ["people", "list"]) on(topic, () => about.open && drawAbout());

about.addEventListener("click", ({ target }) => {
  const path = { conversation_id: state.open };
  if (target.dataset.flag) {
    const { set, unset, is, body } = FLAGS[target.dataset.flag];
    attempt($(".problem", about), target, async () => {
      const off = is(state.conversations.get(state.open));
      await call(off ? unset : set, { path, ...(body && !off ? { body } : {}) });
      state.conversations.set(state.open, await call("get_conversation", { path }));
      tell("list");
    });
  } else if (target.dataset.do === "leave") {
    attempt($(".problem", about), target, async () => {
      await call("remove_member", { path: { ...path, user_id: state.me.id } });
      state.conversations.delete(state.open);
      about.close();
      tell("choose", null);
    });
  }
});

// ── Oneself ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
const profile = $("#profile-dialog");
const presence = $("[name=presence]", profile);

on("session", (me) => {
  if (me) drawMe();
  else [fresh, about, profile].forEach((dialog) => dialog.close());
});
on("me", drawMe);
function drawMe() {
  const { me } = state;
  $("#profile").replaceChildren(avatar(me.display_name, me.id), h("span", { class: "who" }, me.display_name, h("span", { class: "quiet" }, me.username)));
}
$("#profile").addEventListener("click", () => {
  $("h2", profile).textContent = `${state.me.display_name} (${state.me.username})`;
  presence.value = state.me.status.presence;
  showProblem($(".problem", profile));
  profile.showModal();
});
presence.addEventListener("change", () =>
  attempt($(".problem", profile), presence, async () => {
    state.me.status = await call("set_status", { body: { presence: presence.value } });
  }),
);
$("[data-do=logout]", profile).addEventListener("click", ({ target }) => attempt($(".problem", profile), target, () => client.logout()));
