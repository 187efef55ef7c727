// How far messages have got: one's own watermarks, which are sent, and those of others, which are shown.
import { call, lines, state, tell } from "./state.js";

const marked = new Map();
let sending;

/** Everything that has come has been delivered. */
export function noteDelivered(conversation) {
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
  marked.set(id, { ...marked.get(id), ...marks });
  sending ??= setTimeout(send, 200);
}

async function send() {
  const all = [...marked];
  marked.clear();
  sending = undefined;
  for (const [id, marks] of all) {
    const conversation = state.conversations.get(id);
    try {
      await lines.socket.send({ action: "receipts", conversation_id: id, ...marks }).catch(() => call("update_receipts", { path: { conversation_id: id }, body: marks }));
      if (conversation) conversation.delivered_seq = Math.max(conversation.delivered_seq, marks.delivered_seq ?? 0, marks.read_seq ?? 0);
    } catch (error) {
      // Watermarks only move forward, and the next ones take these along.
      if (error.retryable && state.me) marked.set(id, { ...marks, ...marked.get(id) });
    }
  }
}

/** Takes the watermarks of a member. */
export function applyReceipt(conversation, { conversation_id, user_id, delivered_seq, read_seq, unread_count, mention_count }) {
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
