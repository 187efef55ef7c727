//! That a large conversation has changed: told to its members once in a while, however often it does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use shared::App;
use shared::change::ChangeData;
use shared::clock::Timestamp;
use shared::id::ConversationId;
use shared::worker::TaskFailure;
use uuid::Uuid;

use super::pace::{Turn, turns};
use super::post::{Delivery, again, deliver};
use super::whole::to_json;
use super::{CONNECTIONS_AT_ONCE, Tools};
use crate::event::Event;
use crate::work::{Changed, Whom, Work};

/// At most once in this time.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// Tells of those whose turn it is, and puts off the others.
pub async fn tell_all(
    app: &App,
    tools: &Tools,
    conversations: &BTreeMap<Uuid, bool>,
) -> Result<(), TaskFailure> {
    for (changed_id, turn) in turns(app, conversations, INTERVAL).await? {
        let changed = Changed { changed_id, whom: Whom::default() };
        match turn {
            Turn::Now => tell(app, tools, changed).await?,
            Turn::Later => {
                let due = Whom { due: true, ..Whom::default() };
                Work::Changed(Changed { whom: due, ..changed }).send(&*tools.events, INTERVAL).await?;
            }
            Turn::Covered => {}
        }
    }
    Ok(())
}

/// Tells one page of the members, and leaves the rest to another task.
pub async fn tell(app: &App, tools: &Tools, changed: Changed) -> Result<(), TaskFailure> {
    let after = changed.whom.after.as_deref().unwrap_or_default();
    let statement = || {
        sqlx::query!(
            r#"
            WITH listening AS (
                SELECT conversation.change_seq, listener.connection_id
                FROM conversations AS conversation
                JOIN members AS member ON member.conversation_id = conversation.id
                JOIN listeners AS listener ON listener.user_id = member.user_id
                WHERE conversation.id = $1 AND member.left_at IS NULL AND listener.connection_id > $2
                  AND (cardinality($3::text[]) = 0 OR listener.connection_id = ANY ($3))
                ORDER BY listener.connection_id
                LIMIT $4
            )
            SELECT max(listening.change_seq) AS change_seq,
                   coalesce(array_agg(listening.connection_id ORDER BY listening.connection_id), '{}') AS "connection_ids!"
            FROM listening
            "#,
            changed.changed_id,
            after,
            &changed.whom.only,
            CONNECTIONS_AT_ONCE,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    let Some(change_seq) = row.change_seq else { return Ok(()) };
    if let Some(last) = row.connection_ids.last()
        && i64::try_from(row.connection_ids.len()).is_ok_and(|found| found == CONNECTIONS_AT_ONCE)
    {
        let rest = Changed { whom: Whom::after(last.clone()), ..changed };
        Work::Changed(rest).send(&*tools.events, Duration::ZERO).await?;
    }
    let conversation_id = Some(ConversationId(changed.changed_id));
    let event = Event {
        r#type: "conversation.changed",
        conversation_id,
        change_seq: Some(change_seq.into()),
        at: Timestamp::from(app.clock.now()),
        data: ChangeData::Ids { conversation_id, user_id: None, media_id: None },
    };
    let frames: Arc<[String]> = Arc::from([to_json(&event)?]);
    let delivery = |connection_id| Delivery { connection_id, frames: Arc::clone(&frames) };
    let failed = deliver(app, tools, row.connection_ids.into_iter().map(delivery).collect()).await?;
    let id = changed.changed_id;
    again(tools, failed, &changed.whom, |whom| Work::Changed(Changed { changed_id: id, whom })).await
}
