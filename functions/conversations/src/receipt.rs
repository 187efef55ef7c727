//! Receipts: how far messages have reached a member, and how far the member has read.

use serde::Serialize;
use shared::Problem;
use shared::http::Invalid;
use shared::id::{Seq, UserId};

/// A member's own watermarks, with what is unread in their own view.
#[derive(Serialize)]
pub struct OwnReceipt {
    pub user_id: UserId,
    pub delivered_seq: Seq,
    pub read_seq: Seq,
    pub unread_count: i64,
}

/// A watermark beyond the last message.
pub fn beyond(field: &str, last_seq: i64) -> Problem {
    Problem::field(field, Invalid::too_large(last_seq))
}
