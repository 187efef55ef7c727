// What the page knows, and how it learns it: the socket tells at once, the change feeds tell everything. Both say the same of a thing,
// so each is applied as it comes, and what is older than what is known changes nothing.
import { ConversationFeed, Outbox, Socket, Sync, TalkifyClient, browserStore, mediaReady } from "./talkify.js";

export const state = {
  /** The user whose session it is, or null. */
  me: null,
  /** By id, as `GET /v1/conversations` shows them. */
  conversations: new Map(),
  /** Public profiles by id. */
  users: new Map(),
  /** Of each conversation, its members by id. */
  members: new Map(),
  /** Of each conversation, how far each other member has got and read. */
  receipts: new Map(),
  /** Of each conversation, who types and until when. */
  typing: new Map(),
  /** Messages that are on their way, by `client_id`. */
  pending: new Map(),
  /** The id of the conversation that is shown. */
  open: null,
};

const hub = new EventTarget();
/** Calls back when something has changed: `list`, `message`, `receipts`, `typing`, `people`, `pending`, `media`, `connection`, `session`, `me`. */
export const on = (topic, heard) => hub.addEventListener(topic, (event) => heard(event.detail));
export const tell = (topic, detail) => hub.dispatchEvent(new CustomEvent(topic, { detail }));

export const client = new TalkifyClient("", { store: browserStore(), onSession });
export const call = (operation, given) => client.call(operation, given);

let socket, sync, outbox, feed;

/** Goes on with the session that the browser kept, if there is one. */
export async function resume() {
  begin(await client.session());
}

function onSession(session) {
  // A token that was renewed is the same session.
  if (session?.user.id !== state.me?.id) begin(session);
}

function begin(session) {
  end();
  state.me = session?.user ?? null;
  tell("session", state.me);
  if (session === null) return;
  state.users.set(session.user.id, session.user);
  outbox = new Outbox(client, { onChange: onPending });
  sync = new Sync(client, { onReset: forget, onChanges: (changes) => changes.forEach(apply), onCaughtUp: () => tell("list") });
  socket = new Socket(client, { onEvent, onState });
  sync.start();
  socket.start();
}

function end() {
  socket?.stop();
  sync?.stop();
  socket = sync = outbox = feed = undefined;
  forget();
  for (const known of [state.users, state.members, state.pending]) known.clear();
  state.open = null;
}

function forget() {
  for (const known of [state.conversations, state.receipts, state.typing]) known.clear();
}

function onState(now, error) {
  tell("connection", { now, error });
  if (now !== "open") return;
  // What came while nobody listened.
  sync?.wake();
  feed?.catchUp().catch(() => {});
  outbox?.wake();
  for (const conversation of state.conversations.values()) noteDelivered(conversation);
}

/** An event of the socket. Where numbers jump, or nothing is known, the feed is asked. */
function onEvent(event) {
  const { type, conversation_id, change_seq, data } = event;
  if (type === "typing") return onTyping(data);
  if (type === "presence.updated") return onPresence(data);
  if (change_seq === null) return apply(event);
  if (conversation_id === feed?.conversationId) return void feed.take(event).catch(() => sync?.wake());
  const known = state.conversations.get(conversation_id)?.change_seq;
  if (known !== undefined && change_seq <= known + 1 && type !== "conversation.changed") apply(event);
  else sync?.wake();
}

/** One change, of whichever feed. */
function apply({ type, conversation_id, change_seq, data }) {
  const conversation = state.conversations.get(conversation_id);
  if (type === "conversation.snapshot") {
    know(data);
  } else if (type.startsWith("message.") || type.startsWith("reaction.")) {
    if (conversation) applyMessage(conversation, data);
    else reload(conversation_id);
    tell("message", data);
  } else if (type === "receipt.updated") {
    applyReceipt(conversation, data);
  } else if (type.startsWith("member.")) {
    const gone = data.user_id === state.me?.id && type !== "member.added" && type !== "member.updated";
    if (gone) {
      state.conversations.delete(conversation_id);
    } else {
      reload(conversation_id);
      loadMembers(conversation_id, true);
    }
  } else if (type === "conversation.deleted") {
    state.conversations.delete(conversation_id);
  } else if (type === "conversation.flags_updated") {
    const { archived, muted_until, pinned } = data;
    if (conversation) Object.assign(conversation, { archived, muted_until, pinned });
  } else if (type === "conversation.message_hidden") {
    tell("hidden", data.message_id);
  } else if (type.startsWith("conversation.")) {
    reload(conversation_id);
  } else if (type.startsWith("media.")) {
    tell("media", data.media_id);
  } else if (type === "user.updated") {
    state.me = data.user;
    tell("me");
  }
  if (conversation && change_seq !== null) conversation.change_seq = Math.max(conversation.change_seq, change_seq);
  tell("list");
}

function applyMessage(conversation, message) {
  const mine = message.sender_id === state.me?.id;
  if (mine) state.pending.delete(message.client_id);
  if (message.seq > conversation.last_seq) {
    conversation.last_seq = message.seq;
    conversation.last_message = message;
    conversation.updated_at = message.created_at;
    if (!conversation.muted_until) conversation.archived = false;
    if (!mine && message.type !== "system") {
      conversation.unread_count += 1;
      if (message.mentions.some((who) => who === "all" || who === state.me?.id)) conversation.mention_count += 1;
    }
    state.typing.get(conversation.id)?.delete(message.sender_id);
    noteDelivered(conversation);
  } else if (message.id === conversation.last_message?.id && message.change_seq >= conversation.last_message.change_seq) {
    conversation.last_message = message;
  }
}

function applyReceipt(conversation, { conversation_id, user_id, delivered_seq, read_seq, unread_count, mention_count }) {
  if (user_id === state.me?.id) {
    // One's own, of another device too. What is older than what was read here since says nothing of what is unread.
    if (conversation && read_seq >= conversation.read_seq) Object.assign(conversation, { read_seq, unread_count, mention_count, delivered_seq: Math.max(delivered_seq, conversation.delivered_seq) });
    return;
  }
  const receipts = state.receipts.get(conversation_id);
  const known = receipts?.get(user_id);
  receipts?.set(user_id, {
    delivered_seq: Math.max(delivered_seq, known?.delivered_seq ?? 0),
    read_seq: read_seq === null ? null : Math.max(read_seq, known?.read_seq ?? 0),
  });
  tell("receipts", conversation_id);
}

function onTyping({ conversation_id, user_id, active, expires_at }) {
  if (user_id === state.me?.id) return;
  const typing = state.typing.get(conversation_id) ?? new Map();
  state.typing.set(conversation_id, typing);
  if (active) typing.set(user_id, Date.parse(expires_at));
  else typing.delete(user_id);
  tell("typing", conversation_id);
  if (active) setTimeout(() => tell("typing", conversation_id), Math.max(0, Date.parse(expires_at) - Date.now()) + 50);
}

function onPresence({ user_id, status, last_seen_at }) {
  const user = state.users.get(user_id);
  if (user) Object.assign(user, { status, last_seen_at });
  tell("people", user_id);
}

/** Shows a message before the server has it, and sends it until it does. */
export function send(conversationId, content) {
  return outbox.send(conversationId, content);
}

export const retry = (clientId) => outbox.retry(clientId);

export function discard(clientId) {
  outbox.discard(clientId);
  state.pending.delete(clientId);
  tell("pending", clientId);
}

function onPending(pending) {
  if (pending.state === "sent") {
    const conversation = state.conversations.get(pending.conversation_id);
    if (conversation) applyMessage(conversation, pending.message);
    state.pending.delete(pending.client_id);
    tell("message", pending.message);
    tell("list");
  } else {
    state.pending.set(pending.client_id, pending);
  }
  tell("pending", pending.client_id);
}

/** Follows the changes of a conversation from one of them on. */
export function follow(conversationId, changeSeq, onReset) {
  feed = new ConversationFeed(client, conversationId, changeSeq, { onChanges: (changes) => changes.forEach(apply), onReset });
}

/** Follows none. */
export const leave = () => void (feed = undefined);

/** Takes a conversation as the server shows it; what is in it has come here with it. */
function know(conversation) {
  state.conversations.set(conversation.id, conversation);
  noteDelivered(conversation);
}

/** Reads a conversation anew: what has changed there is not in what was told. */
export async function reload(id) {
  try {
    know(await call("get_conversation", { path: { conversation_id: id } }));
  } catch (error) {
    if (error.status === 404) state.conversations.delete(id);
  }
  tell("list");
}

const reading = new Map();
/** The members of a conversation, read once unless `anew`; none where they cannot be had. */
export async function loadMembers(id, anew = false) {
  if (state.members.has(id) && !anew) return state.members.get(id);
  if (anew) await reading.get(id);
  // Who asks meanwhile waits for the same.
  if (!reading.has(id)) reading.set(id, readMembers(id).finally(() => reading.delete(id)));
  await reading.get(id);
  return state.members.get(id) ?? new Map();
}

async function readMembers(id) {
  const members = new Map();
  try {
    for await (const member of client.pages("list_members", { path: { conversation_id: id }, query: { limit: 100 } })) members.set(member.user_id, member);
    state.members.set(id, members);
    tell("people", id);
  } catch {
    // The next one who asks tries again.
  }
}

const asked = new Set();
/** A user's profile as far as it is known; it is asked for the first time. */
export function user(id) {
  if (!state.users.has(id) && !asked.has(id)) {
    asked.add(id);
    call("get_user", { path: { user_id: id } })
      .then((profile) => state.users.set(id, profile) && tell("people", id))
      .catch(() => asked.delete(id));
  }
  return state.users.get(id);
}

/** The other one of a direct conversation. */
export function partner(conversation) {
  if (!state.members.has(conversation.id)) loadMembers(conversation.id);
  const other = [...(state.members.get(conversation.id)?.keys() ?? [])].find((id) => id !== state.me?.id);
  return other && user(other);
}

/** What a user is called. */
export const nameOf = (id, conversationId) =>
  state.users.get(id)?.display_name ?? state.members.get(conversationId)?.get(id)?.display_name ?? user(id)?.display_name ?? "…";

export const titleOf = (conversation) => (conversation.type === "group" ? (conversation.title ?? "A group") : (partner(conversation)?.display_name ?? "…"));

/** Says that one types, over the socket: where it is closed nobody would hear it in time. */
export const sayTyping = (conversationId, active) => socket?.send({ action: "typing", conversation_id: conversationId, active }).catch(() => {});

const receipts = new Map();
let sending;
/** Everything that has come has been delivered. */
function noteDelivered(conversation) {
  if (conversation.last_seq > conversation.delivered_seq) note(conversation.id, { delivered_seq: conversation.last_seq });
}

/** What was looked at has been read. */
export function noteRead(conversation, seq) {
  if (seq <= conversation.read_seq) return;
  conversation.read_seq = seq;
  if (seq >= conversation.last_seq) conversation.unread_count = conversation.mention_count = 0;
  note(conversation.id, { read_seq: seq });
  tell("list");
}

function note(id, marks) {
  receipts.set(id, { ...receipts.get(id), ...marks });
  sending ??= setTimeout(sendReceipts, 200);
}

async function sendReceipts() {
  const marked = [...receipts];
  receipts.clear();
  sending = undefined;
  for (const [id, marks] of marked) {
    const conversation = state.conversations.get(id);
    try {
      await socket.send({ action: "receipts", conversation_id: id, ...marks }).catch(() => call("update_receipts", { path: { conversation_id: id }, body: marks }));
      if (conversation) conversation.delivered_seq = Math.max(conversation.delivered_seq, marks.delivered_seq ?? 0, marks.read_seq ?? 0);
    } catch (error) {
      // Watermarks only move forward, and the next ones take these along.
      if (error.retryable && state.me) receipts.set(id, { ...marks, ...receipts.get(id) });
    }
  }
}

/** Waits until the server has looked at an upload: the socket says when, and where it does not, it is asked for. */
export function looked(mediaId, signal) {
  const told = new Promise((resolve) => {
    const heard = (event) => event.detail === mediaId && resolve();
    hub.addEventListener("media", heard);
    setTimeout(resolve, socket?.state === "open" ? 5_000 : 0);
    signal?.addEventListener("abort", resolve);
  });
  return told.then(() => mediaReady(client, mediaId, { signal }));
}

// A page that is looked at again may have slept.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  socket?.wake();
  sync?.wake();
});
