//! The caller's conversations as they are now.

use shared::http::{cut, fitting};
use shared::{App, Caller, Problem};
use uuid::Uuid;

use super::token::Token;
use super::{Data, Item, Log, Page};
use crate::conversation::{Conversation, Row};

/// The page of a snapshot that a token leads to, the first without one. What changes while it is read is told after it: the log
/// is followed from where it was when the snapshot began.
pub async fn page(app: &App, caller: Caller, limit: i64, token: Option<Token>) -> Result<Page, Problem> {
    let (log, mut rows) = read(app, caller, limit, token).await?;
    if !log.valid {
        return Ok(log.reset());
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let shown = fitting(rows.iter().map(Row::last_message_bytes)).min(limit);
    let more = cut(&mut rows, shown);
    let snapshot_after = rows.last().filter(|_| more).and_then(|row| row.id);
    let place = token.map_or(log.end, |token| token.place);
    let next = Token { log: log.id, place, snapshot_after };
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        changes.extend(row.into_conversation(app).await?.map(item));
    }
    Ok(Page { next: next.encode(), changes, limited: more || place < log.end, reset: false })
}

fn item(conversation: Conversation) -> Item {
    Item {
        change_seq: Some(conversation.change_seq),
        r#type: "conversation.snapshot".to_owned(),
        at: conversation.updated_at,
        conversation_id: Some(conversation.id),
        data: Data::Conversation(Box::new(conversation)),
    }
}

/// The log, and conversations, one more than asked for at the most.
async fn read(
    app: &App,
    caller: Caller,
    limit: i64,
    token: Option<Token>,
) -> Result<(Log, Vec<Row>), Problem> {
    let after = token.and_then(|token| token.snapshot_after).unwrap_or(Uuid::nil());
    let statement = || {
        sqlx::query_file!(
            "src/sync/snapshot.sql",
            caller.session_id.0,
            caller.user_id.0,
            token.map(|token| token.log),
            token.map(|token| token.place.xid),
            after,
            // One more than asked for tells whether there is a next page.
            limit + 1,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let first = rows.first().filter(|row| row.session_live).ok_or(Problem::Unauthenticated)?;
    let log = Log::of(first.log_id, first.log_valid, first.end_xid)?;
    let conversations = rows.into_iter().filter(|row| row.id.is_some()).map(|row| Row {
        session_live: row.session_live,
        user_id: row.user_id,
        id: row.id,
        r#type: row.r#type,
        title_sealed: row.title_sealed,
        title_epoch: row.title_epoch,
        title_key_keyring_id: row.title_key_keyring_id,
        title_key_sealed: row.title_key_sealed,
        description_sealed: row.description_sealed,
        description_epoch: row.description_epoch,
        description_key_keyring_id: row.description_key_keyring_id,
        description_key_sealed: row.description_key_sealed,
        avatar_media_id: row.avatar_media_id,
        edit_window_s: row.edit_window_s,
        who_can_post: row.who_can_post,
        retention_s: row.retention_s,
        history_for_new_members: row.history_for_new_members,
        created_at: row.created_at,
        role: row.role,
        member_count: row.member_count,
        last_seq: row.last_seq,
        change_seq: row.change_seq,
        unread_count: row.unread_count,
        mention_count: row.mention_count,
        read_seq: row.read_seq,
        delivered_seq: row.delivered_seq,
        archived: row.archived,
        muted_until: row.muted_until,
        pinned: row.pinned,
        updated_at: row.updated_at,
        last_id: row.last_id,
        last_message_seq: row.last_message_seq,
        last_change_seq: row.last_change_seq,
        last_client_id: row.last_client_id,
        last_sender_id: row.last_sender_id,
        last_type: row.last_type,
        last_epoch: row.last_epoch,
        last_version: row.last_version,
        last_sealed: row.last_sealed,
        last_created_at: row.last_created_at,
        last_edited_at: row.last_edited_at,
        last_deleted_at: row.last_deleted_at,
        last_expires_at: row.last_expires_at,
        last_key_keyring_id: row.last_key_keyring_id,
        last_key_sealed: row.last_key_sealed,
        last_parts: row.last_parts,
    });
    Ok((log, conversations.collect()))
}
