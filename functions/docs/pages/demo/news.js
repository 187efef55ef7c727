// What happens, and what it makes of what the page knows. The socket tells at once, the change feeds tell everything. Both say the same of a
// thing, so each is applied as it comes, and what is older than what is known changes nothing.
import { loadMembers } from "./people.js";
import { applyReceipt, noteDelivered } from "./receipts.js";
import { call, lines, state, tell } from "./state.js";

/** An event of the socket. Where numbers jump, or nothing is known, the feed is asked. */
export function onEvent(event) {
  const { type, conversation_id, change_seq, data } = event;
  if (type === "typing") return onTyping(data);
  if (type === "presence.updated") return onPresence(data);
  if (change_seq === null) return apply(event);
  if (conversation_id === lines.feed?.conversationId) return void lines.feed.take(event).catch(() => lines.sync?.wake());
  const known = state.conversations.get(conversation_id)?.change_seq;
  if (known !== undefined && change_seq <= known + 1 && type !== "conversation.changed") apply(event);
  else lines.sync?.wake();
}

/** One change, of whichever feed. */
export function apply({ type, conversation_id, change_seq, data }) {
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

/** Takes a message for the latest of its conversation where it is. */
export function applyMessage(conversation, message) {
  const mine = message.sender_id === state.me?.id;
  if (mine && state.pending.delete(message.client_id)) tell("pending", message.client_id);
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

/** Takes a conversation as the server shows it; what is in it has come here with it. */
export function know(conversation) {
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
