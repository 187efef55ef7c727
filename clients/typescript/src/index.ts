// A client of Talkify, for browsers and Node.
export { type Answer, type Arguments, type CallOptions, type Operation } from "./calls.ts";
export { type ClientOptions, TalkifyClient } from "./client.ts";
export { type LocalCode, TalkifyError } from "./error.ts";
export { ConversationFeed, type FeedOptions } from "./feed.ts";
export { OPERATIONS } from "./generated/operations.ts";
export { kindOf, mediaReady, uploadMedia, type UploadOptions } from "./media.ts";
export { Outbox, type OutboxOptions, type PendingMessage } from "./outbox.ts";
export { browserStore, memoryStore, type SessionStore } from "./session.ts";
export { Socket, type SocketOptions, type SocketState } from "./socket.ts";
export { Sync, type SyncOptions } from "./sync.ts";
export * from "./types.ts";
export { newId, type World } from "./world.ts";
