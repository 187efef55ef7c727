// The messages of the open conversation: a window that grows at both ends, and follows what is new when it is at the newest.
import { $, announce, day, h, problemText, settled } from "./dom.js";
import { messageElement, pendingElement, ticks } from "./message.js";
import { nameOf } from "./people.js";
import { noteRead } from "./receipts.js";
import { discard, follow, leave, retry } from "./session.js";
import { call, client, on, state } from "./state.js";
import { said } from "./list.js";
import { openMenu, react } from "./menu.js";

const box = $("#scroll");
const list = $("#timeline");
const latest = $("#latest");
const ends = { before: $("#older"), after: $("#newer") };
const PAGE = 50;
/** More than this are not kept: those at the other end go. */
const MOST = 400;

/** The open window: its messages by place, and whether there are more. */
let view = null;

/** Opens a conversation at what is unread, or at a place. */
export async function openTimeline(id, at) {
  const mine = (view = { id, messages: [], elements: new Map(), pending: new Map(), more: { before: false, after: false }, loading: {}, seen: 0 });
  leave();
  list.replaceChildren();
  latest.hidden = true;
  box.setAttribute("aria-busy", "true");
  const path = { conversation_id: id };
  // First the number, then what it is a number of: what changes between is told twice, which does no harm.
  const conversation = await call("get_conversation", { path });
  const place = at ?? (conversation.unread_count > 0 ? conversation.read_seq : undefined);
  const [page] = await Promise.all([call("list_messages", { path, query: place === undefined ? { limit: PAGE } : { limit: PAGE, around_seq: place } }), loadReceipts(id)]);
  if (view !== mine) return;
  if (place === undefined) page.items.reverse();
  mine.more = { before: page.has_more_before, after: page.has_more_after };
  mine.unreadFrom = conversation.unread_count > 0 && at === undefined ? conversation.read_seq + 1 : Infinity;
  page.items.forEach((message) => put(message));
  drawPending();
  box.removeAttribute("aria-busy");
  follow(conversation, () => openTimeline(id));
  const target = at === undefined ? $(".unread-from", list) : elementAt(at);
  const last = view.elements.get(view.messages.at(-1)?.id);
  if (target ?? last) makeCurrent(target ?? last);
  if (target) target.scrollIntoView({ block: at === undefined ? "start" : "center" });
  else box.scrollTop = box.scrollHeight;
  if (at !== undefined) target?.focus();
  target?.classList.toggle("found", at !== undefined);
  watchEnds();
}

/** Shows nothing. */
export function closeTimeline() {
  view = null;
  leave();
  list.replaceChildren();
}

/** Shows the message at a place, from the server where it is not at hand. */
export function jump(seq) {
  const element = elementAt(seq);
  if (!element) return openTimeline(view.id, seq);
  element.scrollIntoView({ block: "center" });
  element.focus();
  element.classList.add("found");
}

/** Shows the newest messages. */
export async function toNewest() {
  if (view?.more.after) await openTimeline(view.id, state.conversations.get(view.id)?.last_seq);
  box.scrollTop = box.scrollHeight;
}

const elementAt = (seq) => $(`[data-seq="${seq}"]`, list);
const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 60;

/** Puts a message into its place, or what is new of it. */
function put(message) {
  const { messages } = view;
  const place = messages.findIndex(({ seq }) => seq >= message.seq);
  const index = place < 0 ? messages.length : place;
  const known = messages[index]?.seq === message.seq ? messages[index] : undefined;
  if (known && known.change_seq > message.change_seq) return;
  messages.splice(index, known ? 1 : 0, message);
  draw(index);
  if (!known && messages[index + 1]) draw(index + 1);
}

function draw(index) {
  const message = view.messages[index];
  const before = view.messages[index - 1];
  const old = view.elements.get(message.id);
  const conversation = state.conversations.get(view.id);
  const newDay = !before || day(before.created_at) !== day(message.created_at);
  const first = newDay || before.sender_id !== message.sender_id || before.type === "system";
  const element = messageElement(message, { first, group: conversation?.type === "group", status: statusOf(message), onMenu: openMenu, onReact: react, onJump: jump }, old);
  if (newDay) element.dataset.day = day(message.created_at);
  if (message.seq === view.unreadFrom || (message.seq > view.unreadFrom && !(before?.seq >= view.unreadFrom))) element.classList.add("unread-from");
  view.elements.set(message.id, element);
  if (old) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(element);
    if (focused) element.focus();
    watch.unobserve(old);
  } else {
    const next = view.elements.get(view.messages[index + 1]?.id) ?? $(".pending", list);
    list.insertBefore(element, next);
  }
  watch.observe(element);
  rove(element, message.id === view.current);
}

/** Makes a message the one that Tab comes to, or one that it passes by: a hundred messages are one stop, and the arrows go through them. */
function rove(element, here) {
  for (const one of [element, ...element.querySelectorAll("button, a, audio, video")]) one.tabIndex = here ? 0 : -1;
}

function makeCurrent(element) {
  const old = view.elements.get(view.current);
  if (old === element) return;
  if (old) rove(old, false);
  view.current = element.dataset.id;
  rove(element, true);
}

/** How far a message of one's own has got: as far as the one who is furthest behind. */
function statusOf({ seq, sender_id }) {
  if (sender_id !== state.me.id) return undefined;
  const all = [...(state.receipts.get(view.id)?.values() ?? [])];
  if (all.length === 0 || all.some(({ delivered_seq }) => delivered_seq < seq)) return "sent";
  return all.some(({ read_seq }) => read_seq === null || read_seq < seq) ? "delivered" : "read";
}

async function loadReceipts(id) {
  const receipts = new Map();
  for await (const { user_id, delivered_seq, read_seq } of client.pages("list_receipts", { path: { conversation_id: id }, query: { limit: 100 } })) {
    if (user_id !== state.me?.id) receipts.set(user_id, { delivered_seq, read_seq });
  }
  state.receipts.set(id, receipts);
}

function drawPending() {
  if (!view) return;
  for (const [clientId, element] of view.pending) {
    element.remove();
    view.pending.delete(clientId);
  }
  // They come after the newest.
  if (view.more.after) return;
  const down = atEnd();
  const waiting = [...state.pending.values()].filter(({ conversation_id }) => conversation_id === view.id);
  for (const pending of waiting.sort((one, other) => one.created_at_ms - other.created_at_ms)) {
    const element = pendingElement(pending, { onRetry: retry, onDiscard: discard });
    view.pending.set(pending.client_id, element);
    list.append(element);
  }
  if (down) box.scrollTop = box.scrollHeight;
}

// ── What comes ──────────────────────────────────────────────────────────────────────────────────────────────────────────
on("message", (message) => {
  if (message.conversation_id !== view?.id || box.hasAttribute("aria-busy")) return;
  const { messages } = view;
  const isNew = message.seq > (messages.at(-1)?.seq ?? 0);
  // A place that is not in the window: it comes when somebody scrolls there.
  if (isNew ? view.more.after : messages.length > 0 && message.seq < messages[0].seq) return void (isNew && showLatest());
  const mine = message.sender_id === state.me.id;
  const down = atEnd() || (isNew && mine);
  put(message);
  if (isNew && !mine) announce(`${nameOf(message.sender_id, view.id)}: ${said(message)}`);
  if (isNew && !list.contains(document.activeElement)) makeCurrent(view.elements.get(message.id));
  if (down) box.scrollTop = box.scrollHeight;
  else if (isNew) showLatest();
  trim("before");
});
on("pending", drawPending);
on("receipts", (id) => {
  if (id !== view?.id) return;
  for (const message of view.messages) {
    const shown = $(".ticks", view.elements.get(message.id));
    const status = statusOf(message);
    if (shown && shown.dataset.status !== status) shown.replaceWith(ticks(status));
  }
});
on("hidden", (id) => {
  const index = view?.messages.findIndex((message) => message.id === id) ?? -1;
  if (index < 0) return;
  view.messages.splice(index, 1);
  view.elements.get(id).remove();
  view.elements.delete(id);
});
// Names that have come to be known.
on("people", settled(50, () => view?.messages.forEach((message, index) => $(".from, .system", view.elements.get(message.id))?.textContent.includes("…") && draw(index))));

function showLatest() {
  latest.hidden = false;
}
latest.addEventListener("click", toNewest);

// ── What is read ────────────────────────────────────────────────────────────────────────────────────────────────────────
const watch = new IntersectionObserver(
  (entries) => {
    if (!view) return;
    for (const { isIntersecting, target } of entries) if (isIntersecting) view.seen = Math.max(view.seen, Number(target.dataset.seq));
    markRead();
  },
  { root: box, threshold: 0.1 },
);
function markRead() {
  const conversation = state.conversations.get(view?.id);
  if (conversation && view.seen > 0 && document.visibilityState === "visible") noteRead(conversation, view.seen);
}
document.addEventListener("visibilitychange", markRead);

// ── The ends ────────────────────────────────────────────────────────────────────────────────────────────────────────────
const edge = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && extend(target === ends.before ? "before" : "after")), { root: box, rootMargin: "400px" });

function watchEnds() {
  for (const end of Object.values(ends)) {
    edge.unobserve(end);
    edge.observe(end);
  }
  ends.before.hidden = !view?.more.before;
  ends.after.hidden = !view?.more.after;
}

async function extend(side) {
  const mine = view;
  const last = side === "before" ? mine?.messages[0] : mine?.messages.at(-1);
  if (!last || !mine.more[side] || mine.loading[side]) return;
  mine.loading[side] = true;
  try {
    const page = await call("list_messages", { path: { conversation_id: mine.id }, query: { limit: PAGE, [`${side}_seq`]: last.seq } });
    if (view !== mine) return;
    const height = box.scrollHeight - box.scrollTop;
    mine.more[side] = side === "before" ? page.has_more_before : page.has_more_after;
    page.items.forEach((message) => put(message));
    if (side === "before") box.scrollTop = box.scrollHeight - height;
    trim(side === "before" ? "after" : "before");
    if (side === "after") drawPending();
    ends[side].textContent = "…";
  } catch (error) {
    ends[side].replaceChildren(problemText(error), " ", h("button", { on: { click: () => extend(side) } }, "Try again"));
  } finally {
    mine.loading[side] = false;
    if (view === mine) watchEnds();
  }
}

/** Lets go of what is far away at one end. */
function trim(side) {
  while (view.messages.length > MOST) {
    const message = side === "before" ? view.messages.shift() : view.messages.pop();
    const element = view.elements.get(message.id);
    const height = element.offsetHeight;
    element.remove();
    view.elements.delete(message.id);
    view.more[side] = true;
    if (side === "before") box.scrollTop -= height;
  }
}

box.addEventListener("scroll", settled(100, () => atEnd() && !view?.more.after && (latest.hidden = true)));
// Up and down from message to message, as in any list; what can be done with one comes with Tab.
list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = event.target.closest("li.message");
  if (!step || !here || event.target !== here) return;
  event.preventDefault();
  const all = [...list.querySelectorAll("li.message")];
  all[all.indexOf(here) + step]?.focus();
});
list.addEventListener("focusin", ({ target }) => {
  const here = target.closest("li[data-id]");
  if (here) makeCurrent(here);
});
