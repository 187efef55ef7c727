// Who is who: users, members of conversations, and what both are called.
import { call, client, state, tell } from "./state.js";

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
