// Beginning a conversation, and oneself.
import { $, attempt, avatar, h, showProblem } from "./dom.js";
import { picker } from "./picker.js";
import { call, client, on, state, tell } from "./state.js";

// ── A new conversation ──────────────────────────────────────────────────────────────────────────────────────────────────
const fresh = $("#new-dialog");
const title = $("[name=title]", fresh);
const begin = $("[data-do=create]", fresh);
const problem = $(".problem", fresh);
const people = picker(fresh, problem, {
  onChange: ({ size }) => {
    $(".group", fresh).hidden = size === 0;
    title.placeholder = size === 1 ? "Empty for a conversation of two" : "";
    begin.disabled = size === 0;
  },
});

$("#new").addEventListener("click", () => {
  $("form", fresh).reset();
  people.reset();
  showProblem(problem);
  fresh.showModal();
});

begin.addEventListener("click", () =>
  attempt(problem, begin, async () => {
    const named = title.value.trim();
    const member_ids = [...people.chosen.keys()];
    const body = member_ids.length > 1 || named ? { type: "group", title: named, member_ids } : { type: "direct", member_ids };
    const conversation = await call("create_conversation", { body });
    state.conversations.set(conversation.id, conversation);
    fresh.close();
    tell("choose", conversation.id);
  }),
);

// ── Oneself ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
const profile = $("#profile-dialog");
const presence = $("[name=presence]", profile);

on("session", (me) => {
  if (me) drawMe();
  else [fresh, profile].forEach((dialog) => dialog.close());
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
