//! `POST /v1/conversations`: makes a group, or opens the direct conversation with somebody.
//!
//! There is one direct conversation for each pair, for ever: whoever asks again, or at the same moment, gets that one
//! with 200 instead of 201.

use serde_json::{Value, json};
use shared::http::{Fields, Invalid};
use shared::id::{ConversationId, Epoch, UserId};
use shared::idempotency::{Earlier, Once};
use shared::limits::MEMBERS_PER_CALL;
use shared::remembered::EpochHint;
use shared::text::Title;
use shared::{App, Call, Caller, Problem, Reply};
use uuid::Uuid;

use crate::conversation::{Conversation, Row, seal_title};

/// How often to try while the other of a pair opens the same conversation beside us: once it is committed, the next
/// try finds it.
const ATTEMPTS: usize = 3;

/// What the client sends.
enum NewConversation {
    Direct { with: UserId },
    Group { title: Title, others: Vec<UserId> },
}

impl NewConversation {
    fn parse(mut fields: Fields, caller: Caller) -> Result<Self, Problem> {
        let kind: Option<String> = fields.required("type");
        let member_ids: Option<Vec<UserId>> = fields.required("member_ids");
        match kind.as_deref() {
            Some("direct") => {
                let with = member_ids.and_then(|ids| match ids[..] {
                    [with] if with != caller.user_id => Some(with),
                    _ => {
                        fields.wrong("member_ids", Invalid::new("invalid_value", "must name one other user"))
                    }
                });
                fields.finish(|| Some(Self::Direct { with: with? }))
            }
            Some("group") => {
                let title = fields.required("title");
                let others = member_ids.and_then(|ids| others(ids, caller, &mut fields));
                fields.finish(|| Some(Self::Group { title: title?, others: others? }))
            }
            Some(_) => {
                fields.wrong::<()>("type", Invalid::new("invalid_value", "must be direct or group"));
                fields.finish(|| None)
            }
            None => fields.finish(|| None),
        }
    }

    /// What was asked, for a request with an `Idempotency-Key`.
    fn asked(&self) -> Value {
        match self {
            Self::Direct { with } => json!({"with": with}),
            Self::Group { title, others } => json!({"title": title.0, "others": others}),
        }
    }
}

/// Each member once, without the caller, who is one anyway.
fn others(mut ids: Vec<UserId>, caller: Caller, fields: &mut Fields) -> Option<Vec<UserId>> {
    if ids.len() > MEMBERS_PER_CALL {
        return fields.wrong("member_ids", Invalid::too_many("too_long", MEMBERS_PER_CALL, "users"));
    }
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| *id != caller.user_id);
    Some(ids)
}

/// What the statement says: `create_conversation.sql`.
struct Outcome {
    session_live: bool,
    known_ids: Vec<Uuid>,
    blocked_ids: Vec<Uuid>,
    created: bool,
    existing_id: Option<Uuid>,
    replayed_keyring_id: Option<Uuid>,
    replayed_sealed: Option<Vec<u8>>,
}

/// Makes or opens the conversation.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let request = NewConversation::parse(call.fields()?, caller)?;
    let once = app.once(&call, "create_conversation", caller.user_id.0.as_bytes(), &request.asked()).await?;
    for _ in 0..ATTEMPTS {
        if let Some(reply) = attempt(app, caller, &request, &once).await? {
            return Ok(reply);
        }
    }
    Err(Problem::unavailable("the conversation was being made beside us at every attempt"))
}

async fn attempt(
    app: &App,
    caller: Caller,
    request: &NewConversation,
    once: &Once,
) -> Result<Option<Reply>, Problem> {
    let id: ConversationId = app.new_id()?;
    let event = app.new_event()?;
    let epoch = Epoch(1);
    let (key, sealed_key) = app.new_epoch_key(id, epoch).await?;
    let (kind, others, pair, title) = match request {
        NewConversation::Direct { with } => {
            let pair = (caller.user_id.min(*with), caller.user_id.max(*with));
            ("direct", vec![with.0], Some(pair), None)
        }
        NewConversation::Group { title, others } => {
            let others = others.iter().map(|id| id.0).collect();
            ("group", others, None, Some((title, seal_title(app, &key, title)?)))
        }
    };
    let created_at = app.clock.now();
    let conversation = Conversation {
        id,
        r#type: kind.to_owned(),
        title: title.as_ref().map(|(title, _)| title.0.clone()),
        avatar_media_id: None,
        role: if kind == "group" { "owner" } else { "member" }.to_owned(),
        member_count: i32::try_from(others.len() + 1).unwrap_or(i32::MAX),
        last_seq: 0.into(),
        // The creation is the first change.
        change_seq: 1.into(),
        last_message: None,
        unread_count: 0,
        mention_count: 0,
        read_seq: 0.into(),
        delivered_seq: 0.into(),
        archived: false,
        muted_until: None,
        pinned: false,
        updated_at: created_at.into(),
    };
    let reply = Reply::created(&conversation)?;
    let kept = app.keep(once, &reply)?;

    let statement = || {
        sqlx::query_file_as!(
            Outcome,
            "src/create_conversation.sql",
            caller.session_id.0,
            caller.user_id.0,
            id.0,
            kind,
            &others,
            pair.map(|(low, _)| low.0),
            pair.map(|(_, high)| high.0),
            title.as_ref().map(|(_, sealed)| sealed.as_slice()),
            epoch.0,
            sealed_key.keyring.0,
            sealed_key.sealed,
            event.0,
            once.key(),
            once.keyring_id(),
            kept,
            created_at,
        )
    };
    let outcome = match app.database.fetch_one(statement).await {
        // The same request came twice at this moment; the next attempt finds the other's answer.
        Err(failure) if failure.constraint() == Some("idempotency_key") => return Ok(None),
        outcome => outcome?,
    };
    if !outcome.session_live {
        return Err(Problem::Unauthenticated);
    }
    let earlier = Earlier { keyring_id: outcome.replayed_keyring_id, sealed: outcome.replayed_sealed };
    if let Some(reply) = app.replay(once, earlier).await? {
        return Ok(Some(reply));
    }
    if let Some(index) = others.iter().position(|id| !outcome.known_ids.contains(id)) {
        let message = format!("{} is no user", others[index]);
        return Err(Problem::invalid("member_ids", "unknown_user", message));
    }
    if outcome.created {
        app.epoch_hints.set(id, None, EpochHint { key: sealed_key, due: None });
        return Ok(Some(reply));
    }
    match outcome.existing_id {
        None if !outcome.blocked_ids.is_empty() => Err(match request {
            NewConversation::Direct { .. } => Problem::NotAllowed,
            NewConversation::Group { .. } => {
                let message = format!("there is a block between you and {}", outcome.blocked_ids[0]);
                Problem::invalid("member_ids", "not_allowed", message)
            }
        }),
        // Ours: an earlier run of this statement was committed but its answer lost.
        Some(existing) => {
            let conversation = load(app, caller, existing.into()).await?;
            let made_now = existing == id.0;
            if made_now { Reply::created(&conversation) } else { Reply::ok(&conversation) }.map(Some)
        }
        None => Ok(None),
    }
}

async fn load(app: &App, caller: Caller, id: ConversationId) -> Result<Conversation, Problem> {
    let statement = || {
        sqlx::query_as!(
            Row,
            r#"
            SELECT true AS "session_live!", conversation.*
            FROM live_sessions AS session
            JOIN own_conversations AS conversation ON conversation.user_id = session.user_id
            WHERE session.id = $1 AND session.user_id = $2 AND conversation.id = $3
            "#,
            caller.session_id.0,
            caller.user_id.0,
            id.0,
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::NotFound)?;
    row.into_conversation(app).await?.ok_or(Problem::NotFound)
}
