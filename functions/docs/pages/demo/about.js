// What there is to know of a conversation, and to change: its flags, its title, who is in it.
import { $, attempt, avatar, h, icon, showProblem } from "./dom.js";
import { know } from "./news.js";
import { loadMembers, titleOf, user } from "./people.js";
import { picker } from "./picker.js";
import { call, on, state, tell } from "./state.js";

const about = $("#about-dialog");
const title = $("[name=title]", about);
const problem = $(".problem", about);
const add = $("[data-do=add]", about);
const FLAGS = {
  pin: { set: "pin_conversation", unset: "unpin_conversation", is: ({ pinned }) => pinned },
  mute: { set: "mute_conversation", unset: "unmute_conversation", is: ({ muted_until }) => muted_until !== null, body: {} },
  archive: { set: "archive_conversation", unset: "unarchive_conversation", is: ({ archived }) => archived },
};
const others = picker($(".add", about), problem, {
  skips: (id) => state.members.get(state.open)?.has(id),
  onChange: ({ size }) => (add.disabled = size === 0),
});

$("#about").addEventListener("click", () => {
  title.value = state.conversations.get(state.open)?.title ?? "";
  others.reset();
  draw();
  showProblem(problem);
  about.showModal();
  loadMembers(state.open, true);
});

function draw() {
  const conversation = state.conversations.get(state.open);
  if (!conversation) return about.close();
  const { type, role } = conversation;
  $("h2", about).textContent = titleOf(conversation);
  for (const button of about.querySelectorAll("[data-flag]")) button.setAttribute("aria-pressed", FLAGS[button.dataset.flag].is(conversation));
  $("[data-do=leave]", about).hidden = type !== "group";
  for (const part of about.querySelectorAll("[data-for=admins]")) part.hidden = type !== "group" || role === "member";
  const members = [...(state.members.get(conversation.id)?.values() ?? [])];
  $(".members", about).replaceChildren(...members.map((member) => row(member, mayRemove(conversation, member))));
}
for (const topic of ["people", "list"]) on(topic, () => about.open && draw());
on("session", (me) => me || about.close());

function row({ user_id, username, display_name, role }, removable) {
  const name = h("span", {}, display_name, " ", h("span", { class: "quiet" }, `${username ?? ""} ${role === "member" ? "" : role}`));
  const remove = removable && h("button", { type: "button", class: "icon", aria: { label: `Remove ${display_name}` }, data: { remove: user_id } }, icon("close"));
  return h("li", {}, avatar(display_name, user_id, user(user_id)?.status.presence), name, remove);
}

/** Admins remove members, the owner admins too. */
const mayRemove = ({ type, role }, member) =>
  type === "group" && member.user_id !== state.me.id && (role === "owner" || (role === "admin" && member.role === "member"));

const DO = {
  async rename(path) {
    know(await call("update_conversation", { path, body: { title: title.value.trim() } }));
    tell("list");
  },
  async add(path) {
    await call("add_members", { path, body: { user_ids: [...others.chosen.keys()] } });
    others.reset();
    await loadMembers(path.conversation_id, true);
  },
  async leave(path) {
    await call("remove_member", { path: { ...path, user_id: state.me.id } });
    state.conversations.delete(path.conversation_id);
    about.close();
    tell("choose", null);
  },
};

async function remove(path, user_id) {
  await call("remove_member", { path: { ...path, user_id } });
  await loadMembers(path.conversation_id, true);
  // The button went with the member.
  $("[data-do=close]", about).focus();
}

async function turn(path, { set, unset, is, body }) {
  const off = is(state.conversations.get(path.conversation_id));
  await call(off ? unset : set, { path, ...(body && !off ? { body } : {}) });
  know(await call("get_conversation", { path }));
  tell("list");
}

about.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const path = { conversation_id: state.open };
  const { flag, remove: user_id, do: what } = button?.dataset ?? {};
  if (flag) attempt(problem, button, () => turn(path, FLAGS[flag]));
  else if (user_id) attempt(problem, button, () => remove(path, user_id));
  else if (DO[what]) attempt(problem, button, () => DO[what](path));
});
title.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  $("[data-do=rename]", about).click();
});
