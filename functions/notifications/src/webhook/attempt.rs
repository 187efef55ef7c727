//! One attempt to tell a webhook of an event.

use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use shared::audit::{Entry, Event};
use shared::clock::Timestamp;
use shared::crypto::OpenFailure;
use shared::id::{DeliveryId, SecretId, WebhookId};
use shared::{App, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::secret::SealedSecret;
use crate::outbound::{Answer, CallFailure, Outbound};

/// How long a receiver has to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds from each attempt to the next: eight in about an hour. None is longer than a queue keeps a message back.
const DELAYS_S: [u64; 7] = [5, 30, 120, 600, 900, 900, 900];
/// The longest that a receiver's own wish is heeded.
const MAX_DELAY_S: u64 = 900;

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it is over, or there is no such delivery any more.
    Nothing,
    /// Another attempt after this long.
    After(Duration),
    /// Somebody else is at it.
    Busy,
    /// Nothing any more, though it was not told.
    GivenUp,
}

/// What is sent. Ids and no words: whoever needs more asks for it, as somebody who may.
#[derive(Serialize)]
struct Body<'a> {
    /// The same at each attempt.
    id: Uuid,
    r#type: &'a str,
    /// When it happened.
    timestamp: Timestamp,
    /// From 1 on.
    attempt: i32,
    data: Value,
}

/// A delivery that is being made.
struct Claimed {
    webhook: WebhookId,
    url: String,
    event: Uuid,
    kind: String,
    occurred_at: OffsetDateTime,
    data: Value,
    attempts: i32,
    secret: SealedSecret,
    /// The one before, while it is good.
    old: Option<SealedSecret>,
}

/// Takes the delivery, if it is due, sends it and notes what came of it.
///
/// # Errors
/// When something of ours is away: nothing is noted then, and another attempt may be made after half a minute.
pub async fn make(app: &App, outbound: &Outbound, id: DeliveryId) -> Result<Next, Problem> {
    let attempt: Uuid = app.new_id()?;
    let claimed = match claim(app, id, attempt).await? {
        Ok(claimed) => claimed,
        Err(next) => return Ok(next),
    };
    let begun = app.clock.monotonic();
    let outcome = match request(app, &claimed).await? {
        Ok(request) => Outcome::of(outbound.call(request, PATIENCE).await),
        Err(reason) => {
            let detail = json!({"column": "secret", "reason": reason.to_string()});
            app.record(vec![Entry::about(Event::DecryptFail, "webhook", claimed.webhook.0).with(detail)])
                .await;
            Outcome { success: false, hopeless: true, failure: Some("undecryptable"), ..Outcome::default() }
        }
    };
    let took = app.clock.monotonic().saturating_sub(begun);
    let next = outcome.next(claimed.attempts);
    settle(app, id, attempt, &outcome, next, took).await?;
    Ok(next)
}

/// What came of a request.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    success: bool,
    /// No other attempt can be better.
    hopeless: bool,
    /// The receiver is gone for good (RFC 9110, 15.5.11).
    gone: bool,
    status: Option<u16>,
    failure: Option<&'static str>,
    /// Seconds that the receiver asks for.
    wish_s: Option<u64>,
}

impl Outcome {
    fn of(answer: Result<Answer, CallFailure>) -> Self {
        match answer {
            Ok(answer) => {
                let wish = answer.headers.get(RETRY_AFTER).and_then(|wish| wish.to_str().ok()?.parse().ok());
                Self {
                    success: answer.status.is_success(),
                    hopeless: answer.status == StatusCode::GONE,
                    gone: answer.status == StatusCode::GONE,
                    status: Some(answer.status.as_u16()),
                    failure: None,
                    wish_s: wish,
                }
            }
            Err(failure) => {
                let failure = match failure {
                    CallFailure::NotPublic => "address_not_public",
                    CallFailure::Unreachable | CallFailure::Broken => "unreachable",
                    CallFailure::TimedOut => "timed_out",
                };
                Self { failure: Some(failure), ..Self::default() }
            }
        }
    }

    /// What follows the attempt of this number.
    fn next(&self, attempt: i32) -> Next {
        if self.success {
            return Next::Nothing;
        }
        let delay = usize::try_from(attempt - 1).ok().and_then(|place| DELAYS_S.get(place));
        match delay {
            Some(delay) if !self.hopeless => {
                let wish = self.wish_s.unwrap_or_default().min(MAX_DELAY_S);
                Next::After(Duration::from_secs(wish.max(*delay)))
            }
            _ => Next::GivenUp,
        }
    }
}

async fn claim(app: &App, id: DeliveryId, attempt: Uuid) -> Result<Result<Claimed, Next>, Problem> {
    let statement = || sqlx::query_file!("src/webhook/claim_delivery.sql", id.0, attempt);
    let row = app.database.fetch_one(statement).await?;
    let claimed = || {
        let old = row.old_secret_id.zip(row.old_keyring_id.zip(row.old_sealed.clone()));
        Some(Claimed {
            webhook: row.webhook_id?.into(),
            url: row.url.clone()?,
            event: row.event_id?,
            kind: row.kind.clone()?,
            occurred_at: row.occurred_at?,
            data: serde_json::from_str(row.data.as_deref()?).ok()?,
            attempts: row.claimed_attempts?,
            secret: sealed(row.secret_id?, row.secret_keyring_id?, row.secret_sealed.clone()?),
            old: old.map(|(id, (keyring, bytes))| sealed(id, keyring, bytes)),
        })
    };
    if let Some(claimed) = claimed() {
        return Ok(Ok(claimed));
    }
    let wait = row.due_at.map(|due| due - app.clock.now()).filter(|wait| wait.is_positive());
    Ok(Err(match row.state.as_deref() {
        Some("failed") if row.enabled == Some(true) => Next::GivenUp,
        Some("pending") if row.enabled == Some(true) => match wait {
            // A moment later than it is due, by the clock of another machine.
            Some(wait) => Next::After(wait.unsigned_abs() + Duration::from_secs(1)),
            None => Next::Busy,
        },
        _ => Next::Nothing,
    }))
}

fn sealed(id: Uuid, keyring: Uuid, bytes: Vec<u8>) -> SealedSecret {
    SealedSecret { id: SecretId(id), keyring: keyring.into(), sealed: bytes }
}

/// The signed request. The inner error: its secret does not open.
async fn request(app: &App, claimed: &Claimed) -> Result<Result<Request<Full<Bytes>>, OpenFailure>, Problem> {
    let internal = |failure: &dyn std::fmt::Display| Problem::Internal(failure.to_string());
    let body = Body {
        id: claimed.event,
        r#type: &claimed.kind,
        timestamp: claimed.occurred_at.into(),
        attempt: claimed.attempts,
        data: claimed.data.clone(),
    };
    let body = serde_json::to_vec(&body).map_err(|failure| internal(&failure))?;
    let (id, seconds) = (claimed.event.to_string(), app.clock.now().unix_timestamp());
    let mut signatures = match claimed.secret.sign(app, claimed.webhook, &id, seconds, &body).await? {
        Ok(signature) => signature,
        Err(reason) => return Ok(Err(reason)),
    };
    if let Some(old) = &claimed.old
        && let Ok(signature) = old.sign(app, claimed.webhook, &id, seconds, &body).await?
    {
        signatures = format!("{signatures} {signature}");
    }
    let request = Request::post(&claimed.url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "Talkify-Webhooks/1")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signatures)
        .body(Full::from(body));
    Ok(Ok(request.map_err(|failure| internal(&failure))?))
}

async fn settle(
    app: &App,
    id: DeliveryId,
    attempt: Uuid,
    outcome: &Outcome,
    next: Next,
    took: Duration,
) -> Result<(), Problem> {
    let (state, delay_s) = match next {
        Next::After(delay) => ("pending", i64::try_from(delay.as_secs()).unwrap_or(i64::MAX)),
        _ if outcome.success => ("delivered", 0),
        _ => ("failed", 0),
    };
    let took_ms = i32::try_from(took.as_millis()).unwrap_or(i32::MAX);
    let stamp = app.stamp()?;
    let statement = || {
        sqlx::query_file!(
            "src/webhook/settle_delivery.sql",
            id.0,
            attempt,
            state,
            outcome.status.map(i32::from),
            outcome.failure,
            took_ms,
            delay_s,
            outcome.gone,
            stamp.id,
        )
    };
    let row = app.database.fetch_one(statement).await?;
    let (status, failure) = (outcome.status, outcome.failure);
    tracing::info!(delivery_id = %id, state, status, failure, duration_ms = took_ms, "a webhook was called");
    if row.disabled {
        tracing::warn!(delivery_id = %id, "a webhook is disabled: it has failed for a day, or is gone");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::{DELAYS_S, Next, Outcome};
    use crate::outbound::{Answer, CallFailure};

    fn answered(status: u16, wish: Option<&str>) -> Outcome {
        let mut headers = HeaderMap::new();
        if let Some(wish) = wish {
            headers.insert("retry-after", HeaderValue::from_str(wish).unwrap());
        }
        Outcome::of(Ok(Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: Vec::new() }))
    }

    #[test]
    fn attempts_come_further_and_further_apart_and_end() {
        let failed = Outcome::of(Err(CallFailure::TimedOut));
        let mut delays = Vec::new();
        let mut attempt = 1;
        while let Next::After(delay) = failed.next(attempt) {
            delays.push(delay.as_secs());
            attempt += 1;
        }
        assert_eq!(delays, DELAYS_S);
        assert_eq!((attempt, failed.next(attempt)), (8, Next::GivenUp));
    }

    #[test]
    fn an_answer_decides_what_follows() {
        for status in [200, 202, 204] {
            assert_eq!(answered(status, None).next(1), Next::Nothing, "{status}");
        }
        // Redirects are not followed.
        for status in [301, 307, 400, 404, 429, 500, 503] {
            assert_eq!(answered(status, None).next(1), Next::After(Duration::from_secs(5)), "{status}");
        }
        assert_eq!(answered(410, None).next(1), Next::GivenUp);
        assert_eq!(answered(503, Some("60")).next(1), Next::After(Duration::from_mins(1)));
        assert_eq!(answered(503, Some("1")).next(1), Next::After(Duration::from_secs(5)));
        assert_eq!(answered(503, Some("99999999")).next(1), Next::After(Duration::from_mins(15)));
        assert_eq!(answered(503, Some("tomorrow")).next(1), Next::After(Duration::from_secs(5)));
    }
}
