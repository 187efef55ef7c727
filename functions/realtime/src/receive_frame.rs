//! Route `$default` of the WebSocket API: what a client says over its socket.
//!
//! A frame is a JSON object with an `action`, what the action needs, and a `request_id` of the client's choice, which the
//! answer repeats. Whatever is wrong is told in an answer; the socket stays open. Who speaks is the user whose connection it
//! is, in the session that the ticket was for, and that session must be live as for any request.

mod action;

use serde_json::{Map, Value, json};
use shared::http::Invalid;
use shared::limits::FRAME_BYTES;
use shared::queue::Queue;
use shared::rate::{Limited, Taken};
use shared::{App, Caller, Problem};

use self::action::{Action, Done};
use crate::socket::{self, Incoming};

/// Characters of a `request_id`.
const REQUEST_ID_CHARS: usize = 128;

/// The queues that frames lead to.
#[derive(Clone, Copy)]
pub struct Queues<'a> {
    /// What is to be told.
    pub events: &'a dyn Queue,
    /// How far messages have got.
    pub receipts: &'a dyn Queue,
    /// Who was seen.
    pub presence: &'a dyn Queue,
}

/// What a frame names itself by: known as far as it could be read.
#[derive(Default)]
struct Named {
    action: Option<Action>,
    request_id: Option<String>,
}

/// Answers a frame with one.
pub async fn handle(app: &App, queues: Queues<'_>, event: Value) -> Value {
    let Some(incoming) = Incoming::of(&event) else { return socket::unreadable() };
    let mut named = Named::default();
    let outcome =
        incoming.origin().scope(app.telling(Box::pin(receive(app, queues, &incoming, &mut named)))).await;
    let Named { action, request_id } = named;
    let action = action.map(Action::name);
    let frame = match outcome {
        Ok(Done { status, data }) => {
            json!({"type": "answer", "action": action, "request_id": request_id, "status": status, "data": data})
        }
        Err(problem) => {
            let status = problem.status();
            let (problem, wait) = socket::told(problem, incoming.request_id);
            let mut frame = json!({
                "type": "error", "action": action, "request_id": request_id, "status": status, "problem": problem,
            });
            if let Some(wait) = wait {
                frame["retry_after_s"] = wait.into();
            }
            frame
        }
    };
    json!({"statusCode": 200, "body": frame.to_string()})
}

async fn receive(
    app: &App,
    queues: Queues<'_>,
    incoming: &Incoming<'_>,
    named: &mut Named,
) -> Result<Done, Problem> {
    let read = read(incoming.body(), named);
    // Asked first, whatever the frame says: one that makes no sense costs as much as one that does.
    let speaker = identify(app, incoming.connection_id).await?;
    let (action, object) = read?;
    if !speaker.seen_lately {
        socket::tell_seen(app, queues.presence, speaker.caller.user_id).await;
    }
    action.run(app, queues, speaker.caller, object).await
}

/// The action, and what else the frame says.
fn read(body: &str, named: &mut Named) -> Result<(Action, Map<String, Value>), Problem> {
    if body.len() > FRAME_BYTES {
        return Err(Problem::BodyTooLarge { max: FRAME_BYTES });
    }
    let mut object = match serde_json::from_str(body) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(Problem::invalid("", "wrong_type", "the frame must be a JSON object")),
        Err(_) => return Err(Problem::MalformedJson),
    };
    named.request_id = request_id(&mut object)?;
    let action = match object.remove("action") {
        Some(Value::String(name)) => Action::named(&name).ok_or_else(|| {
            Problem::invalid(
                "action",
                "unknown_action",
                format!("must be one of {}", Action::NAMES.join(", ")),
            )
        }),
        Some(_) => Err(Problem::field("action", Invalid::wrong_type("a string"))),
        None => Err(Problem::invalid("action", "required", "is required")),
    }?;
    named.action = Some(action);
    Ok((action, object))
}

fn request_id(object: &mut Map<String, Value>) -> Result<Option<String>, Problem> {
    match object.remove("request_id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if id.chars().count() <= REQUEST_ID_CHARS => Ok(Some(id)),
        Some(Value::String(_)) => {
            let invalid = Invalid::too_many("too_long", REQUEST_ID_CHARS, "characters");
            Err(Problem::field("request_id", invalid))
        }
        Some(_) => Err(Problem::field("request_id", Invalid::wrong_type("a string"))),
    }
}

/// Whose socket it is.
struct Speaker {
    caller: Caller,
    seen_lately: bool,
}

async fn identify(app: &App, connection: &str) -> Result<Speaker, Problem> {
    let rate = app.rate_limits.of(Limited::Frames);
    let statement = || {
        sqlx::query!(
            r#"
            WITH connection AS (
                SELECT connection.connection_id, connection.user_id, connection.session_id, connection.last_seen_at
                FROM connections AS connection
                JOIN live_sessions AS session
                  ON session.id = connection.session_id AND session.user_id = connection.user_id
                WHERE connection.connection_id = $1 AND connection.expires_at > now()
            ),
            seen AS (
                UPDATE connections AS own SET last_seen_at = now()
                FROM connection
                WHERE own.connection_id = connection.connection_id
                  AND connection.last_seen_at < now() - interval '30 seconds'
            )
            SELECT connection.user_id, connection.session_id,
                   coalesce(users.last_seen_at > now() - interval '1 minute', false) AS "seen_lately!",
                   limited.allowed AS "allowed!", limited.ahead_us AS "ahead_us!",
                   limited.newly_refused AS "newly_refused!"
            FROM connection
            JOIN users ON users.id = connection.user_id
            CROSS JOIN LATERAL take_from_limit(limit_key('frames', connection.session_id), $2, $3, 1) AS limited
            "#,
            connection,
            rate.period_us(),
            rate.burst(),
        )
    };
    let row = app.database.fetch_all(statement).await?.pop().ok_or(Problem::Unauthenticated)?;
    let caller = Caller { user_id: row.user_id.into(), session_id: row.session_id.into() };
    let taken = Taken { allowed: row.allowed, ahead_us: row.ahead_us, newly_refused: row.newly_refused };
    app.admit(Limited::Frames, taken, Some(caller), None).await?;
    Ok(Speaker { caller, seen_lately: row.seen_lately })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::Problem;

    use super::{Named, read};

    #[test]
    fn a_frame_is_named_as_far_as_it_can_be_read() {
        let mut named = Named::default();
        assert!(read(r#"{"action": "ping", "request_id": "7"}"#, &mut named).is_ok());
        assert_eq!((named.action.is_some(), named.request_id.as_deref()), (true, Some("7")));
        let mut named = Named::default();
        assert!(read(r#"{"action": "dance", "request_id": "7"}"#, &mut named).is_err());
        assert_eq!((named.action.is_none(), named.request_id.as_deref()), (true, Some("7")));
        for bad in
            [r#"{"request_id": 7, "action": "ping"}"#, r#"{"action": 1}"#, "{}", "[]", "1", "nonsense", ""]
        {
            let refused = read(bad, &mut Named::default());
            assert!(matches!(refused, Err(Problem::InvalidRequest(_) | Problem::MalformedJson)), "{bad}");
        }
        let long = format!(r#"{{"action": "ping", "request_id": "{}"}}"#, "x".repeat(70_000));
        assert!(matches!(read(&long, &mut Named::default()), Err(Problem::BodyTooLarge { .. })));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(body in ".{0,200}") {
            let _ = read(&body, &mut Named::default());
        }
    }
}
