// The names of what is sent and answered, and what OpenAPI says by conditions and TypeScript by unions.
import type { components } from "./generated/openapi.ts";

export type Schemas = components["schemas"];
export type Conversation = Schemas["Conversation"];
export type Media = Schemas["Media"];
export type MediaKind = Media["kind"];
export type Message = Schemas["Message"];
export type OwnProfile = Schemas["OwnProfile"];
export type PublicProfile = Schemas["PublicProfile"];
export type FieldError = Schemas["FieldError"];
export type Problem = Schemas["Problem"];

/** What a message says, without the client's name for it. */
export type MessageContent = {
  /** The message of the same conversation that this one answers. */
  reply_to?: string | null;
  /** Ids of members, or `all`. */
  mentions?: string[] | null;
  /** Seconds until the message disappears. */
  expires_in_s?: number | null;
} & (
  | { type: "text"; text: string }
  | { type: "image" | "video" | "audio" | "file"; media_ids: string[]; text?: string | null }
  | { type: "location"; location: Schemas["NewLocation"] }
);

type About<Type extends string, Data> = { type: Type; at: string; change_seq: number | null; conversation_id: string | null; data: Data };

/** How far a member has got and read. `read_seq` is null where the member does not say; the counts are in one's own. */
export type ReceiptChange = { conversation_id: string; user_id: string; delivered_seq: number; read_seq: number | null; unread_count?: number; mention_count?: number };
/** Whom it happened to, if anybody. */
export type Whom = { conversation_id: string | null; user_id: string | null; media_id?: string };

/** What a change feed and a socket tell alike. */
export type Change =
  | About<"conversation.snapshot", Conversation>
  | About<"message.created" | "message.updated" | "message.deleted" | `reaction.${string}`, Message>
  | About<"conversation.message_hidden", { conversation_id: string; user_id: string; message_id: string }>
  | About<"receipt.updated", ReceiptChange>
  | About<"conversation.flags_updated", Schemas["ConversationFlags"]>
  | About<"user.updated", { user: OwnProfile; settings: Schemas["Settings"] }>
  | About<`member.${string}` | "conversation.changed" | "conversation.created" | "conversation.updated" | "conversation.deleted", Whom>
  | About<`block.${string}` | `presence.${string}` | `export.${string}` | `media.${string}` | `session.${string}`, Whom>;

/** What only a socket tells: nothing of it is stored. */
export type Passing =
  | About<"typing", { conversation_id: string; user_id: string; active: boolean; expires_at: string }>
  | About<"presence.updated", { user_id: string; status: Schemas["PublicStatus"]; last_seen_at: string | null }>;

/** An event of a socket. */
export type SocketEvent = Change | Passing;

/** What a client sends over a socket, beside its `request_id`. */
export type ClientFrame =
  | { action: "ping" }
  | { action: "typing"; conversation_id: string; active: boolean }
  | { action: "receipts"; conversation_id: string; delivered_seq?: number; read_seq?: number }
  | ({ action: "send_message"; conversation_id: string; client_id: string } & MessageContent);

/** The tokens of a log-in, with the time (ms since 1970) at which the access token ends. */
export interface Session {
  session_id: string;
  access_token: string;
  refresh_token: string;
  /** By this machine's clock. */
  expires_at_ms: number;
  user: OwnProfile;
}

/** Whether a change or an event is a message as it is now. */
export function isMessage(event: SocketEvent): event is About<"message.created" | "message.updated" | "message.deleted" | `reaction.${string}`, Message> {
  return ["message.created", "message.updated", "message.deleted"].includes(event.type) || event.type.startsWith("reaction.");
}
