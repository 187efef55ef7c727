//! `GET /v1/conversations/{conversation_id}/search?q=`: messages that have every word of `q`, newest first.
//!
//! The words stand in the database as keyed hashes, of another key in each epoch (docs/search.md). One round trip to Postgres
//! when this environment knows the conversation's epochs; one more to learn those that it does not.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use shared::audit::{Entry, Event};
use shared::crypto::SealedEpochKey;
use shared::http::{cut, fitting_bytes, limit, place};
use shared::id::{ConversationId, Epoch};
use shared::message::{Message, MessageRow};
use shared::rate::{Limited, Taken};
use shared::{App, Call, Caller, Problem, Reply};

use crate::row::{Row, check};
use crate::words::Query;

/// How often to try while epochs begin beside us, as sending does.
const ATTEMPTS: usize = 4;
/// How many epochs are searched, the newest; the statement has the same number.
const EPOCHS: usize = 1_024;

/// A page of what was found.
#[derive(Serialize)]
struct Page {
    items: Vec<Message>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before_seq: Option<i64>,
}

/// What does not change between attempts.
struct Searching {
    caller: Caller,
    conversation: ConversationId,
    query: Query,
    before: i64,
    limit: i64,
}

/// The words' tokens in each of the epochs that open.
#[derive(Default)]
struct Tokens {
    first: Vec<i64>,
    others: Vec<i64>,
    /// Epochs whose keys do not open, and why.
    closed: Vec<Entry>,
}

/// What the statement yields.
#[derive(Default)]
struct Found {
    missing: Vec<SealedEpochKey>,
    taken: Option<Taken>,
    /// From this message on everything has been looked at.
    looked_to: Option<i64>,
    messages: Vec<MessageRow>,
}

/// Answers the page.
pub async fn handle(app: &App, call: Call) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let conversation = call.path_id("conversation_id")?;
    let limit = limit(&call)?;
    let before = place(&call, "before_seq")?.unwrap_or(i64::MAX);
    let words = call.query("q").ok_or_else(|| Problem::invalid("q", "required", "is required"))?;
    let query = Query::parse(words).map_err(|invalid| Problem::field("q", invalid))?;
    let searching = Searching { caller, conversation, query, before, limit };

    let mut keys = app.search_hints.get(conversation);
    let mut remembered = !keys.is_empty();
    for _ in 0..ATTEMPTS {
        let tokens = searching.tokens(app, &keys).await?;
        if remembered && !tokens.closed.is_empty() {
            // They may have been sealed anew since.
            (keys, remembered) = (Arc::default(), false);
            continue;
        }
        let latest = keys.first().map_or(0, |key| key.epoch.0);
        let found = searching.run(app, latest, &tokens).await?;
        if let Some(taken) = found.taken {
            app.admit(Limited::Search, taken, Some(caller), None).await?;
            app.record(tokens.closed).await;
            return searching.answer(app, found).await;
        }
        keys = found.missing.into_iter().chain(keys.iter().cloned()).take(EPOCHS).collect();
        remembered = false;
        app.search_hints.set(conversation, Arc::clone(&keys));
    }
    Err(Problem::unavailable("the conversation's keys changed at every attempt"))
}

impl Searching {
    async fn tokens(&self, app: &App, keys: &[SealedEpochKey]) -> Result<Tokens, Problem> {
        let mut tokens = Tokens::default();
        for key in keys {
            match app.open_epoch_key(self.conversation, key).await? {
                Ok(key) => {
                    let (first, others) = self.query.tokens(&key);
                    tokens.first.push(first);
                    tokens.others.extend(others);
                }
                Err(reason) => {
                    let entry = Entry::about(Event::DecryptFail, "conversation", self.conversation.0);
                    tokens.closed.push(entry.with(json!({
                        "epoch": key.epoch,
                        "keyring_id": key.keyring,
                        "reason": reason.to_string(),
                    })));
                }
            }
        }
        Ok(tokens)
    }

    async fn run(&self, app: &App, latest: i32, tokens: &Tokens) -> Result<Found, Problem> {
        let rate = app.rate_limits.of(Limited::Search);
        let others = i64::try_from(self.query.others()).unwrap_or_default();
        let statement = || {
            sqlx::query_file!(
                "src/search_messages.sql",
                self.caller.session_id.0,
                self.caller.user_id.0,
                self.conversation.0,
                latest,
                &tokens.first,
                &tokens.others,
                others,
                self.before,
                // One more than asked for tells whether there is a next page.
                self.limit + 1,
                rate.period_us(),
                rate.burst(),
            )
        };
        let rows = app.database.fetch_all(statement).await?;
        check(rows.first().map_or("unauthenticated", |row| &row.outcome))?;
        let mut found = Found::default();
        for row in rows {
            let missing = row.missing_epochs.into_iter().zip(row.missing_keyring_ids).zip(row.missing_sealed);
            found.missing.extend(missing.map(|((epoch, keyring), sealed)| SealedEpochKey {
                epoch: Epoch(epoch),
                keyring: keyring.into(),
                sealed,
            }));
            if let (Some(allowed), Some(ahead_us), Some(newly_refused)) =
                (row.limit_allowed, row.limit_ahead_us, row.limit_newly_refused)
            {
                found.taken = Some(Taken { allowed, ahead_us, newly_refused });
            }
            found.looked_to = row.looked_to;
            found.messages.extend(
                Row {
                    outcome: row.outcome,
                    id: row.id,
                    conversation_id: row.conversation_id,
                    seq: row.seq,
                    change_seq: row.change_seq,
                    client_id: row.client_id,
                    sender_id: row.sender_id,
                    kind: row.kind,
                    epoch: row.epoch,
                    version: row.version,
                    sealed: row.sealed,
                    created_at: row.created_at,
                    edited_at: row.edited_at,
                    deleted_at: row.deleted_at,
                    expires_at: row.expires_at,
                    key_keyring_id: row.key_keyring_id,
                    key_sealed: row.key_sealed,
                    parts: row.parts,
                }
                .into_message()?,
            );
        }
        Ok(found)
    }

    async fn answer(&self, app: &App, found: Found) -> Result<Reply, Problem> {
        let mut messages = found.messages;
        let mut more = cut(&mut messages, usize::try_from(self.limit).unwrap_or_default());
        // Pages of very long messages end where Lambda's answer does.
        let fitting = fitting_bytes(messages.iter().map(MessageRow::answer_bytes));
        more |= cut(&mut messages, fitting);
        let last = messages.last().filter(|_| more).map(|message| message.seq);
        let mut items = app.open_messages(&messages).await?;
        items.retain(|message| self.is_found(message));
        Reply::ok(&Page { items, next_before_seq: last.or(found.looked_to) })
    }

    /// Whether what was opened is what was searched for: tokens tell only the first letters of a long word, and a message may
    /// have disappeared by the clock that opened it. What does not open is shown as such.
    fn is_found(&self, message: &Message) -> bool {
        let place = message.location.as_ref();
        let texts = [
            message.text.as_deref(),
            place.and_then(|place| place.name.as_deref()),
            place.and_then(|place| place.address.as_deref()),
        ];
        let says_so = || self.query.is_in(texts.into_iter().flatten());
        message.deleted_at.is_none() && (message.error.is_some() || !self.query.is_cut() || says_so())
    }
}
