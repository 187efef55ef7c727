//! Rows of the outbox: what each asks for, and that it was done.

use shared::App;
use shared::limits::WHOLE_EVENT_MEMBERS;
use shared::worker::TaskFailure;
use uuid::Uuid;

/// What rows ask for.
#[derive(Default)]
pub struct Sorted {
    /// Rows to be told of whole.
    pub whole: Vec<Uuid>,
    /// Large conversations that changed.
    pub changed: Vec<Uuid>,
    /// Users who appear differently now.
    pub presence: Vec<Uuid>,
    /// Users of whom a session has ended.
    pub ended: Vec<Uuid>,
    /// All that nobody has told yet, of whatever kind.
    pub untold: Vec<Uuid>,
}

/// Sorts rows by what is to be done; those that are gone from the log ask for nothing. What was told whole is not told again when its
/// task comes twice; what is coalesced is, since the telling that covers it may have been lost with its worker.
pub async fn sort(app: &App, ids: &[Uuid]) -> Result<Sorted, TaskFailure> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT event.id AS "id!", event.type AS "type!", event.conversation_id AS "conversation_id?", event.user_id AS "user_id?",
                   coalesce(conversation.member_count > $2, false) AS "large!", event.published_at IS NOT NULL AS "told!"
            FROM outbox AS event
            LEFT JOIN conversations AS conversation ON conversation.id = event.conversation_id
            WHERE event.id = ANY ($1::uuid[])
            "#,
            ids,
            WHOLE_EVENT_MEMBERS,
        )
    };
    let mut sorted = Sorted::default();
    for row in app.database.fetch_all(statement).await? {
        let whole = (!row.told).then_some(row.id);
        sorted.untold.extend(whole);
        match (row.r#type.as_str(), row.conversation_id, row.user_id) {
            ("session.revoked", _, Some(user)) => sorted.ended.push(user),
            ("presence.updated", _, Some(user)) => sorted.presence.push(user),
            // It is the last that is told of it, and nothing in it is to be read any more.
            ("conversation.deleted", ..) => sorted.whole.extend(whole),
            (kind, Some(conversation), user) if row.large => {
                // Whom it happened to needs more than that something did: they may be new, or out.
                if user.is_some() {
                    sorted.whole.extend(whole);
                }
                // What a thousand have read is told to a thousand nowhere.
                if kind != "receipt.updated" {
                    sorted.changed.push(conversation);
                }
            }
            _ => sorted.whole.extend(whole),
        }
    }
    Ok(sorted)
}

/// Notes that these rows were told of.
pub async fn published(app: &App, ids: &[Uuid]) -> Result<(), TaskFailure> {
    if ids.is_empty() {
        return Ok(());
    }
    let statement = || {
        sqlx::query!(
            "UPDATE outbox SET published_at = now() WHERE id = ANY ($1::uuid[]) AND published_at IS NULL RETURNING id",
            ids
        )
    };
    app.database.fetch_all(statement).await?;
    Ok(())
}
