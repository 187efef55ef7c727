// The conversations at the side.
import { $, avatar, given, h, icon, settled, short } from "./dom.js";
import { draftOf } from "./drafts.js";
import { nameOf, partner, titleOf } from "./people.js";
import { on, state } from "./state.js";

const list = $("#conversations");
const which = $("#which");
const rows = new Map();

/** Shows the conversations, and calls back with the one that is chosen. */
export function showList(choose) {
  const draw = settled(30, () => drawList(choose));
  for (const topic of ["list", "people", "typing", "session"]) on(topic, draw);
  which.addEventListener("change", draw);
  // Up and down, as in any list.
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const next = step && event.target.closest("li")?.[step];
    if (next) {
      event.preventDefault();
      $("button", next).focus();
    }
  });
}

function drawList(choose) {
  const shown = [...state.conversations.values()]
    .filter((conversation) => conversation.archived === (which.value === "archived"))
    .sort((one, other) => other.pinned - one.pinned || other.updated_at.localeCompare(one.updated_at));
  const ids = new Set(shown.map(({ id }) => id));
  for (const [id, row] of rows) {
    if (!ids.has(id)) {
      row.remove();
      rows.delete(id);
    }
  }
  shown.forEach((conversation, place) => {
    const row = rows.get(conversation.id) ?? h("li", {}, h("button", { on: { click: () => choose(conversation.id) } }));
    rows.set(conversation.id, row);
    fill($("button", row), conversation);
    // Moved only where it has to be, so that the focus stays.
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
  $("#no-conversations").hidden = shown.length > 0;
}

function fill(button, conversation) {
  const { id, type, unread_count, mention_count, muted_until, pinned, updated_at } = conversation;
  const title = titleOf(conversation);
  const who = type === "direct" ? partner(conversation) : undefined;
  const typing = [...(state.typing.get(id) ?? [])].some(([, until]) => until > Date.now());
  if (id === state.open) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  button.dataset.id = id;
  const badge = (text, words) => h("span", { class: "badge" }, text, h("span", { class: "hidden" }, ` ${words}`));
  const parts = [
    avatar(title, who?.id ?? id, who?.status.presence),
    h("span", { class: "name" }, title),
    h("span", { class: "at quiet" }, pinned && icon("pinned", "pinned"), muted_until && icon("muted", "muted"), short(updated_at)),
    h("span", { class: "last quiet" }, typing ? "types …" : inLine(conversation)),
    mention_count > 0 && badge("@", `${mention_count} mentions`),
    unread_count > 0 && badge(unread_count > 99 ? "99+" : unread_count, "unread"),
  ];
  button.replaceChildren(...given(parts));
}

/** What was begun to be written, or else the latest message. */
function inLine(conversation) {
  const { text } = draftOf(conversation.id);
  return text && conversation.id !== state.open ? `Draft: ${text}` : summary(conversation.last_message, conversation);
}

/** A message in one line. */
export function summary(message, conversation) {
  if (!message) return "No message yet";
  const from = message.sender_id === state.me?.id ? "You: " : conversation.type === "group" && message.type !== "system" ? `${nameOf(message.sender_id, conversation.id)}: ` : "";
  return from + said(message);
}

/** What a message says, in words. */
export function said({ type, text, media, location, deleted_at, deleted, error }) {
  if (deleted_at || deleted) return "Deleted";
  if (error) return "Cannot be read";
  if (type === "system") return "The group was changed";
  if (type === "location") return `Place: ${location?.name ?? "unnamed"}`;
  const what = { image: "Picture", video: "Video", audio: "Sound", file: media?.[0]?.file_name ?? "File" }[type];
  return [what, text].filter(Boolean).join(": ") || "…";
}
