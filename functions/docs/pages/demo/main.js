// The page: who comes in, which conversation is open, how the connection is.
import { $, attempt, h, moment, settled, showProblem } from "./dom.js";
import { loadMembers, nameOf, partner, titleOf } from "./people.js";
import { resume } from "./session.js";
import { call, client, on, state, tell } from "./state.js";
import { said, showList } from "./list.js";
import { openCompose } from "./compose.js";
import { closeTimeline, jump, openTimeline } from "./timeline.js";
import "./about.js";
import "./dialogs.js";

const entrance = $("#entrance");
const app = $("#app");
const chat = $("#chat");
const enter = $("#enter");
const search = $("#search");

// ── Coming in ───────────────────────────────────────────────────────────────────────────────────────────────────────────
enter.addEventListener("change", () => {
  const way = enter.elements.way.value;
  for (const only of enter.querySelectorAll("[data-only]")) only.hidden = only.dataset.only !== way;
  enter.elements.password.autocomplete = way === "login" ? "current-password" : "new-password";
  $("button.primary", enter).textContent = way === "login" ? "Log in" : "Register";
});
enter.addEventListener("submit", (event) => {
  event.preventDefault();
  const { way, username, password, display_name } = Object.fromEntries(new FormData(enter));
  const name = display_name.trim();
  attempt($(".problem", enter), $("button.primary", enter), () =>
    way === "login" ? client.login(username, password, "The demonstration page") : client.register({ username, password, ...(name ? { display_name: name } : {}) }),
  );
});

on("session", (me) => {
  entrance.hidden = Boolean(me);
  app.hidden = !me;
  choose(null);
  if (me) enter.reset();
  else $("[name=username]", enter).focus();
});

// ── The open conversation ───────────────────────────────────────────────────────────────────────────────────────────────
/** Opens a conversation, or none; on a narrow screen it takes the place of the list. */
async function choose(id) {
  const changed = state.open !== id;
  state.open = id;
  app.classList.toggle("chatting", id !== null);
  $(".open", chat).hidden = id === null;
  $(".welcome", chat).hidden = id !== null;
  search.hidden = true;
  if (changed || id === null) openCompose(id);
  tell("list");
  if (id === null) return closeTimeline();
  drawTitle();
  loadMembers(id);
  try {
    await openTimeline(id);
    if (matchMedia("(pointer: fine)").matches) $("textarea", chat).focus();
  } catch (error) {
    showProblem($("#compose .problem"), error);
  }
}
showList(choose);
on("choose", choose);
$("#back").addEventListener("click", () => {
  const { open } = state;
  choose(null);
  $(`#conversations [data-id="${open}"]`)?.focus();
});

function drawTitle() {
  const conversation = state.conversations.get(state.open);
  if (!conversation) return state.open && state.me && choose(null);
  $(".title h2", chat).textContent = titleOf(conversation);
  const other = conversation.type === "direct" ? partner(conversation) : undefined;
  const line = $(".presence", chat);
  const text = other ? presenceOf(other) : conversation.type === "group" ? [`${conversation.member_count} ${conversation.member_count === 1 ? "member" : "members"}`] : [];
  line.replaceChildren(...text);
  if (other) line.dataset.presence = other.status.presence;
  else delete line.dataset.presence;
}
function presenceOf({ status, last_seen_at }) {
  if (status.presence !== "offline") return [[status.presence, status.emoji, status.text].filter(Boolean).join(" ")];
  return last_seen_at ? ["last seen ", moment(last_seen_at)] : ["offline"];
}
for (const topic of ["list", "people"]) on(topic, settled(30, () => state.open && drawTitle()));

on("typing", (id) => {
  if (id !== state.open) return;
  const now = Date.now();
  const names = [...(state.typing.get(id) ?? [])].filter(([, until]) => until > now).map(([who]) => nameOf(who, id));
  $("#typing").textContent = names.length === 0 ? "" : `${names.slice(0, 3).join(", ")} ${names.length === 1 ? "types" : "type"} …`;
});
on("message", ({ conversation_id }) => conversation_id === state.open && tell("typing", conversation_id));
on("list", () => state.open && tell("typing", state.open));

// ── Searching ───────────────────────────────────────────────────────────────────────────────────────────────────────────
$("#find").addEventListener("click", ({ currentTarget }) => {
  search.hidden = !search.hidden;
  currentTarget.setAttribute("aria-expanded", !search.hidden);
  if (!search.hidden) $("input", search).focus();
});
search.addEventListener("keydown", (event) => event.key === "Escape" && $("#find").click());
search.addEventListener("submit", (event) => {
  event.preventDefault();
  find();
});
async function find(before) {
  const list = $(".found", search);
  const q = $("input", search).value.trim();
  await attempt($(".problem", search), $("button", search), async () => {
    const { items, next_before_seq } = await call("search_messages", { path: { conversation_id: state.open }, query: { q, limit: 20, ...(before ? { before_seq: before } : {}) } });
    if (!before) list.replaceChildren();
    $(".further", list)?.remove();
    const result = (message) => h("button", { type: "button", on: { click: () => jump(message.seq) } }, h("span", { class: "from" }, nameOf(message.sender_id, state.open)), " ", moment(message.created_at), h("span", { class: "last" }, said(message)));
    list.append(...items.map((message) => h("li", {}, result(message))));
    if (next_before_seq) list.append(h("li", { class: "further" }, h("button", { type: "button", on: { click: () => find(next_before_seq) } }, "Look further")));
    else if (list.children.length === 0) list.append(h("li", { class: "quiet" }, "No message has these words."));
  });
}

// ── The connection ──────────────────────────────────────────────────────────────────────────────────────────────────────
let opened = false;
on("connection", ({ now, error }) => {
  opened ||= now === "open";
  const words = { waiting: "No connection: trying again …", connecting: opened ? "Connecting again …" : "Connecting …", open: "", stopped: error ? error.message : "" };
  $("#connection").textContent = words[now];
  $("#connection").dataset.state = now;
});

resume().catch((error) => {
  entrance.hidden = false;
  showProblem($(".problem", enter), error);
});
