//! Every limit a client can run into, in one place. `GET /v1/limits` publishes them.

/// Characters (Unicode scalar values) of a message's text.
pub const TEXT_CHARS: usize = 10_000;
/// Bytes of a request's body.
pub const BODY_BYTES: usize = 256 * 1024;
/// Characters of an `Idempotency-Key`, at the most.
pub const IDEMPOTENCY_KEY_CHARS: usize = 255;
/// Items of a page when the client asks for no number.
pub const PAGE_DEFAULT: i64 = 50;
/// Items of a page at the most.
pub const PAGE_MAX: i64 = 100;
/// Members named in one call.
pub const MEMBERS_PER_CALL: usize = 100;
/// Characters of a display name.
pub const DISPLAY_NAME_CHARS: usize = 64;
/// Characters of a group's title.
pub const TITLE_CHARS: usize = 128;
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
