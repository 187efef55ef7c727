// What one can do with a message.
import { $, announce, h } from "./dom.js";
import { call, state, tell } from "./state.js";

const menu = $("#menu");
const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Takes what the server answers as what it is: the message as it is now. */
async function change(operation, message, more = {}) {
  const { conversation_id, id: message_id } = message;
  const answer = await call(operation, { ...more, path: { conversation_id, message_id, ...more.path } });
  if (answer) tell("message", answer);
  return answer;
}

/** Gives a reaction, or takes it back. */
export async function react(message, emoji, mine) {
  try {
    await change(mine ? "remove_reaction" : "add_reaction", message, { path: { emoji } });
  } catch (error) {
    tell("failure", error);
  }
}

/** Opens the menu of a message beside a button. */
export function openMenu(message, button) {
  const { id, conversation_id, sender_id, type, pinned, text, version, deleted_at } = message;
  const mine = sender_id === state.me.id;
  const admin = ["owner", "admin"].includes(state.conversations.get(conversation_id)?.role);
  const act = (label, work) => h("button", { aria: { role: "menuitem" }, on: { click: () => run(work) } }, label);
  const remove = (scope) => change("delete_message", message, { query: { scope } }).then(() => scope === "me" && tell("hidden", id));
  menu.replaceChildren(
    ...(deleted_at ? [] : [h("div", { class: "row", aria: { role: "group", label: "React" } }, REACTIONS.map((emoji) => act(emoji, () => react(message, emoji, message.reactions.some((one) => one.emoji === emoji && one.mine)))))]),
    ...[
      !deleted_at && act("Reply", () => tell("reply", message)),
      !deleted_at && mine && text !== null && type !== "location" && act("Edit", () => tell("edit", { ...message, version })),
      !deleted_at && act(pinned ? "Unpin" : "Pin", () => change(pinned ? "unpin_message" : "pin_message", message)),
      !mine && act("Mark unread from here", () => markUnread(message)),
      act("Delete for me", () => remove("me")),
      !deleted_at && (mine || admin) && act("Delete for everyone", () => remove("all")),
    ].filter(Boolean),
  );
  menu.showPopover();
  const { left, bottom, top } = button.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = menu;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - wide - 8))}px`;
  menu.style.top = `${bottom + high < innerHeight ? bottom : Math.max(8, top - high)}px`;
  $("button", menu).focus();
  menu.ontoggle = (event) => event.newState === "closed" && menu.contains(document.activeElement) && button.focus();
}

async function run(work) {
  menu.hidePopover();
  try {
    await work();
  } catch (error) {
    tell("failure", error);
  }
}

async function markUnread({ conversation_id, seq }) {
  const { unread_count } = await call("mark_unread", { path: { conversation_id }, body: { seq } });
  const conversation = state.conversations.get(conversation_id);
  if (conversation) conversation.unread_count = unread_count;
  tell("list");
  announce(`${unread_count} unread`);
}

menu.addEventListener("keydown", (event) => {
  const all = [...menu.querySelectorAll("button")];
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});
