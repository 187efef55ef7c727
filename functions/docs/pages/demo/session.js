// A session from its begin to its end: what it hears by, and what is said in it.
import { apply, applyMessage, onEvent } from "./news.js";
import { noteDelivered } from "./receipts.js";
import { client, lines, on, state, tell } from "./state.js";
import { ConversationFeed, Outbox, Socket, Sync, mediaReady } from "./talkify.js";

/** Goes on with the session that the browser kept, if there is one. */
export async function resume() {
  begin(await client.session());
}

// A token that was renewed is the same session.
on("tokens", (session) => session?.user.id !== state.me?.id && begin(session));

function begin(session) {
  end();
  state.me = session?.user ?? null;
  tell("session", state.me);
  if (session === null) return;
  state.users.set(session.user.id, session.user);
  lines.outbox = new Outbox(client, { onChange: onPending });
  lines.sync = new Sync(client, { onReset: forget, onChanges: (changes) => changes.forEach(apply), onCaughtUp: () => tell("list") });
  lines.socket = new Socket(client, { onEvent, onState });
  lines.sync.start();
  lines.socket.start();
}

function end() {
  lines.socket?.stop();
  lines.sync?.stop();
  for (const line of Object.keys(lines)) delete lines[line];
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
  lines.sync?.wake();
  lines.feed?.catchUp().catch(() => {});
  lines.outbox?.wake();
  for (const conversation of state.conversations.values()) noteDelivered(conversation);
}

/** Shows a message before the server has it, and sends it until it does. */
export const send = (conversationId, content) => lines.outbox.send(conversationId, content);

export const retry = (clientId) => lines.outbox.retry(clientId);

export function discard(clientId) {
  lines.outbox.discard(clientId);
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

/** Follows the changes of a conversation, from what the server said of it on: there may have been more since. */
export function follow(conversation, onReset) {
  const { id, change_seq } = conversation;
  const told = state.conversations.get(id)?.change_seq ?? 0;
  lines.feed = new ConversationFeed(client, id, change_seq, { onChanges: (changes) => changes.forEach(apply), onReset });
  if (told > change_seq) lines.feed.catchUp().catch(() => lines.sync?.wake());
  else state.conversations.set(id, conversation);
}

/** Follows none. */
export const leave = () => void delete lines.feed;

/** Says that one types, over the socket: where it is closed nobody would hear it in time. */
export const sayTyping = (conversationId, active) => lines.socket?.send({ action: "typing", conversation_id: conversationId, active }).catch(() => {});

/** Waits until the server has looked at an upload: the socket says when, and where it does not, it is asked for. */
export function looked(mediaId, signal) {
  let done;
  const told = new Promise((resolve) => {
    done = on("media", (id) => id === mediaId && resolve());
    setTimeout(resolve, lines.socket?.state === "open" ? 5_000 : 0);
    signal?.addEventListener("abort", resolve);
  });
  return told.finally(done).then(() => mediaReady(client, mediaId, { signal }));
}

// A page that is looked at again may have slept.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  lines.socket?.wake();
  lines.sync?.wake();
});
