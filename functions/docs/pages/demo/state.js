// What the page knows, and who hears of it when that changes.
import { TalkifyClient, browserStore } from "./talkify.js";

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

/** What the session speaks and hears by: `socket`, `sync`, `outbox`, and the `feed` of the conversation that is shown. */
export const lines = {};

const hub = new EventTarget();
/** Calls back when something has changed: `list`, `message`, `receipts`, `typing`, `people`, `pending`, `media`, `connection`, `session`, `me`; answers what ends that. */
export function on(topic, heard) {
  const hear = (event) => heard(event.detail);
  hub.addEventListener(topic, hear);
  return () => hub.removeEventListener(topic, hear);
}
export const tell = (topic, detail) => hub.dispatchEvent(new CustomEvent(topic, { detail }));

/** A session that begins, is renewed or ends is told as `tokens`. */
export const client = new TalkifyClient("", { store: browserStore(), onSession: (session) => tell("tokens", session) });
export const call = (operation, given) => client.call(operation, given);
