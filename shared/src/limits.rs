//! Every limit a client can run into, in one place. `GET /v1/limits` publishes them.

/// Characters (Unicode scalar values) of a message's text.
pub const TEXT_CHARS: usize = 10_000;
/// Bytes of a request's body.
pub const BODY_BYTES: usize = 256 * 1024;
/// Bytes of the body of a request with a password: so many that a password of a megabyte is told that it is too long, and not that its
/// request is.
pub const PASSWORD_BODY_BYTES: usize = 1536 * 1024;
/// Characters of an `Idempotency-Key`, at the most.
pub const IDEMPOTENCY_KEY_CHARS: usize = 255;
/// Items of a page when the client asks for no number.
pub const PAGE_DEFAULT: i64 = 50;
/// Items of a page at the most.
pub const PAGE_MAX: i64 = 100;
/// Members of a group.
pub const MEMBERS: usize = 1_000;
/// Members named in one call.
pub const MEMBERS_PER_CALL: usize = 100;
/// Characters of a display name.
pub const DISPLAY_NAME_CHARS: usize = 64;
/// Characters of a group's title.
pub const TITLE_CHARS: usize = 128;
/// Characters of a group's description.
pub const DESCRIPTION_CHARS: usize = 500;
/// Characters of a user's words about themselves.
pub const BIO_CHARS: usize = 500;
/// Characters of a status.
pub const STATUS_TEXT_CHARS: usize = 100;
/// Live sessions of a user; the one that was idle longest makes room for the next.
pub const SESSIONS: usize = 25;
/// Characters of a password beside names that everybody knows, at the least.
pub const PASSWORD_OWN_CHARS: usize = 8;
/// Characters of a device's name.
pub const DEVICE_NAME_CHARS: usize = 64;
/// Characters of an e-mail address (RFC 5321, 4.5.3.1.3: 256 with its angle brackets).
pub const EMAIL_CHARS: usize = 254;
/// Characters of a user name, at the least.
pub const USERNAME_MIN_CHARS: usize = 3;
/// Characters of a user name, at the most.
pub const USERNAME_MAX_CHARS: usize = 32;
/// Characters of a password, at the least.
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Characters of a password, at the most.
pub const PASSWORD_MAX_CHARS: usize = 128;
/// Media attached to a message.
pub const MEDIA_PER_MESSAGE: usize = 10;
/// Users named in a message's `mentions`, and `all`.
pub const MENTIONS_PER_MESSAGE: usize = 100;
/// Kinds of reaction to a message; the check `messages_reaction_kinds_check` holds it.
pub const REACTION_KINDS: usize = 50;
/// Pinned messages of a conversation; the check `conversations_pin_count_check` holds it.
pub const PINS: usize = 50;
/// Seconds after which a message disappears, at the most: a year.
pub const EXPIRES_IN_S: i64 = 365 * 24 * 60 * 60;
/// Characters of a place's name.
pub const PLACE_NAME_CHARS: usize = 200;
/// Characters of a place's address.
pub const PLACE_ADDRESS_CHARS: usize = 500;
/// Characters that a reply shows of the message it answers.
pub const REPLY_PREVIEW_CHARS: usize = 200;
/// Characters of what a report says beside its reason.
pub const REPORT_COMMENT_CHARS: usize = 1_000;
/// Characters of what is searched for.
pub const SEARCH_CHARS: usize = 200;
/// Words that are searched for at once; where words are written without spaces, each two characters count as one.
pub const SEARCH_WORDS: usize = 16;
/// Devices of a user that are told of messages; the column `devices.place` holds it.
pub const DEVICES: usize = 25;
/// Webhooks of a deployment; the column `webhooks.place` holds it.
pub const WEBHOOKS: usize = 50;
/// Characters of a URL that is given to us to call.
pub const URL_CHARS: usize = 2_048;
/// Characters of what a webhook is for.
pub const WEBHOOK_DESCRIPTION_CHARS: usize = 200;
/// Letters of the beginning of a word that finds the word.
pub const SEARCH_PREFIX_CHARS: usize = 3;
/// WebSockets of one session at the same time.
pub const SOCKETS: usize = 10;
/// Bytes of a frame that a client sends over a WebSocket.
pub const FRAME_BYTES: usize = 64 * 1024;
/// Members of a conversation up to which each of them is sent every event whole; in larger ones they are told that it changed.
pub const WHOLE_EVENT_MEMBERS: i32 = 100;
/// Bytes of an upload: 100 MiB.
pub const UPLOAD_BYTES: i64 = 100 * 1024 * 1024;
/// Characters of a file's name.
pub const FILE_NAME_CHARS: usize = 255;
