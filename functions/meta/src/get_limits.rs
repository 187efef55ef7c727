//! `GET /v1/limits`: every limit a client can run into, so that none is written into clients.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::rate::Limited;
use shared::{App, Call, Problem, Reply, limits};

#[derive(Serialize)]
struct Limits {
    text_chars: usize,
    body_bytes: usize,
    page_default: i64,
    page_max: i64,
    members: usize,
    members_per_call: usize,
    display_name_chars: usize,
    title_chars: usize,
    description_chars: usize,
    device_name_chars: usize,
    bio_chars: usize,
    status_text_chars: usize,
    sessions: usize,
    email_chars: usize,
    username_min_chars: usize,
    username_max_chars: usize,
    password_min_chars: usize,
    password_max_chars: usize,
    idempotency_key_chars: usize,
    media_per_message: usize,
    mentions_per_message: usize,
    reaction_kinds: usize,
    pins: usize,
    expires_in_s: i64,
    place_name_chars: usize,
    place_address_chars: usize,
    reply_preview_chars: usize,
    report_comment_chars: usize,
    search_chars: usize,
    search_words: usize,
    search_prefix_chars: usize,
    upload_bytes: i64,
    file_name_chars: usize,
    /// By what is limited.
    rates: BTreeMap<&'static str, Rate>,
}

/// So many at once, and one more each time the seconds have passed.
#[derive(Serialize)]
struct Rate {
    burst: u32,
    seconds_for_one: f64,
}

/// Answers the limits.
#[expect(clippy::unused_async, reason = "every handler is asynchronous")]
pub async fn handle(app: &App, _call: Call) -> Result<Reply, Problem> {
    let rate = |limited: Limited| {
        let rate = app.rate_limits.of(limited);
        (limited.name(), Rate { burst: rate.burst, seconds_for_one: rate.period.as_secs_f64() })
    };
    Reply::ok(&Limits {
        text_chars: limits::TEXT_CHARS,
        body_bytes: limits::BODY_BYTES,
        page_default: limits::PAGE_DEFAULT,
        page_max: limits::PAGE_MAX,
        members: limits::MEMBERS,
        members_per_call: limits::MEMBERS_PER_CALL,
        display_name_chars: limits::DISPLAY_NAME_CHARS,
        title_chars: limits::TITLE_CHARS,
        description_chars: limits::DESCRIPTION_CHARS,
        device_name_chars: limits::DEVICE_NAME_CHARS,
        bio_chars: limits::BIO_CHARS,
        status_text_chars: limits::STATUS_TEXT_CHARS,
        sessions: limits::SESSIONS,
        email_chars: limits::EMAIL_CHARS,
        username_min_chars: limits::USERNAME_MIN_CHARS,
        username_max_chars: limits::USERNAME_MAX_CHARS,
        password_min_chars: limits::PASSWORD_MIN_CHARS,
        password_max_chars: limits::PASSWORD_MAX_CHARS,
        idempotency_key_chars: limits::IDEMPOTENCY_KEY_CHARS,
        rates: Limited::ALL.map(rate).into(),
        media_per_message: limits::MEDIA_PER_MESSAGE,
        mentions_per_message: limits::MENTIONS_PER_MESSAGE,
        reaction_kinds: limits::REACTION_KINDS,
        pins: limits::PINS,
        expires_in_s: limits::EXPIRES_IN_S,
        place_name_chars: limits::PLACE_NAME_CHARS,
        place_address_chars: limits::PLACE_ADDRESS_CHARS,
        reply_preview_chars: limits::REPLY_PREVIEW_CHARS,
        report_comment_chars: limits::REPORT_COMMENT_CHARS,
        search_chars: limits::SEARCH_CHARS,
        search_words: limits::SEARCH_WORDS,
        search_prefix_chars: limits::SEARCH_PREFIX_CHARS,
        upload_bytes: limits::UPLOAD_BYTES,
        file_name_chars: limits::FILE_NAME_CHARS,
    })
}
