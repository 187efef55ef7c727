//! Epochs: when the next one begins, and that whatever happens beside it nobody's message becomes unreadable.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::id::ConversationId;
use sqlx::Row;
use testkit::{Request, Somebody, TestApp};

use crate::talk::{
    EDIT, GET_HISTORY, HISTORY, LIST, MESSAGES, SEND, about, behind, body, editing, number, send, sending,
    sent, text,
};

/// The epochs that the messages are sealed under, in their order.
async fn epochs(app: &TestApp, conversation: ConversationId) -> Vec<i32> {
    sqlx::query_scalar("SELECT epoch FROM messages WHERE conversation_id = $1 ORDER BY seq")
        .bind(conversation.0)
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap()
}

/// What an environment that knows nothing reads: every message opens.
async fn read(app: &TestApp, somebody: &Somebody, conversation: ConversationId) -> Vec<String> {
    let request =
        Request::get(MESSAGES).at("conversation_id", conversation).by(somebody).with_query("limit=100");
    let page = request.through(&app.cold_environment(), LIST).await.ok();
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .rev()
        .map(|item| {
            assert_eq!(item["error"], Value::Null, "{item}");
            item["text"].as_str().unwrap_or_default().to_owned()
        })
        .collect()
}

/// Somebody has gone, or an admin wants it so.
async fn is_due(app: &TestApp, conversation: ConversationId) {
    behind(
        app,
        format!("UPDATE conversations SET epochs_due_at = clock_timestamp() WHERE id = '{conversation}'"),
    )
    .await;
}

async fn round_trips(app: &TestApp, work: impl Future<Output = ()>) -> u64 {
    app.proxy.count(work).await.1
}

#[tokio::test]
async fn an_epoch_ends_after_seven_days_without_a_second_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    behind(&app, "UPDATE conversation_keys SET created_at = now() - interval '6 days 23:59:30'").await;
    sent(&app, &alice, conversation, "in the last minute").await;
    sent(&app, &alice, conversation, "and again").await;

    behind(&app, "UPDATE conversation_keys SET created_at = created_at - interval '1 minute'").await;
    app.clock.advance(Duration::from_mins(1));
    let unwraps = app.kms.unwraps();
    for words in ["the first of another week", "the second"] {
        let cost = round_trips(&app, async {
            sent(&app, &alice, conversation, words).await;
        });
        assert_eq!(cost.await, 1);
    }
    assert_eq!(app.kms.unwraps(), unwraps);
    assert_eq!(epochs(&app, conversation).await, [1, 1, 2, 2]);
    assert_eq!(read(&app, &alice, conversation).await.len(), 4);

    let begun = sqlx::query(
        "SELECT subject_id, actor_id, detail FROM audit_events WHERE event = 'crypt_epoch_begun'",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(begun.len(), 1);
    assert_eq!(begun[0].get::<uuid::Uuid, _>(0), conversation.0);
    assert_eq!(begun[0].get::<uuid::Uuid, _>(1), alice.id.0);
}

#[tokio::test]
async fn an_environment_that_did_not_know_tries_again_with_the_next() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    sent(&app, &alice, conversation, "before").await;
    behind(&app, "UPDATE conversation_keys SET created_at = now() - interval '8 days'").await;
    let cost = round_trips(&app, async {
        sent(&app, &alice, conversation, "after").await;
    });
    assert_eq!(cost.await, 2);
    assert_eq!(epochs(&app, conversation).await, [1, 2]);
    assert_eq!(read(&app, &alice, conversation).await, ["before", "after"]);
}

#[tokio::test]
async fn an_epoch_seals_two_to_the_twentieth_messages_and_no_more() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    // As if all but two had been sent.
    behind(&app, "UPDATE conversation_keys SET first_seq = 3 - 1048576").await;
    sent(&app, &alice, conversation, "the last but one").await;
    for words in ["the last", "the first of the next", "the second"] {
        let cost = round_trips(&app, async {
            sent(&app, &alice, conversation, words).await;
        });
        assert_eq!(cost.await, 1, "{words}");
    }
    assert_eq!(epochs(&app, conversation).await, [1, 1, 2, 2]);
    assert_eq!(read(&app, &alice, conversation).await.len(), 4);
}

#[tokio::test]
async fn what_is_due_for_all_is_due_for_each() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (one, other) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    for conversation in [one, other] {
        sent(&app, &alice, conversation, "before").await;
    }
    behind(&app, "UPDATE keys.policy SET epochs_due_at = clock_timestamp()").await;
    for conversation in [one, other] {
        sent(&app, &alice, conversation, "after").await;
        sent(&app, &alice, conversation, "and on").await;
        assert_eq!(epochs(&app, conversation).await, [1, 2, 2]);
        assert_eq!(read(&app, &alice, conversation).await, ["before", "after", "and on"]);
    }
}

#[tokio::test]
async fn of_many_who_begin_the_next_epoch_one_does_and_everybody_is_read() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let environments: Vec<App> = (0..8).map(|_| app.cold_environment()).collect();
    for environment in &environments {
        sending(&alice, conversation, &text("warm")).through(environment, SEND).await.created();
    }
    for round in 2..6 {
        is_due(&app, conversation).await;
        let bodies: Vec<Value> =
            (0..environments.len()).map(|place| text(&format!("{round} {place}"))).collect();
        let sends = environments
            .iter()
            .zip(&bodies)
            .map(|(environment, body)| sending(&alice, conversation, body).through(environment, SEND));
        let answers = futures_of(sends).await;
        let seqs: BTreeSet<i64> = answers.iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs.len(), environments.len());
        let keys = number(
            &app,
            format!("SELECT count(*) FROM conversation_keys WHERE conversation_id = '{conversation}'"),
        )
        .await;
        assert_eq!(keys, round, "one epoch for all");
    }
    assert_eq!(read(&app, &alice, conversation).await.len(), 5 * environments.len());
    let lost = "SELECT count(*) FROM messages WHERE NOT EXISTS (SELECT FROM conversation_keys AS k
                WHERE k.conversation_id = messages.conversation_id AND k.epoch = messages.epoch)";
    assert_eq!(number(&app, lost).await, 0);
    let dense = format!("SELECT max(seq) - count(*) FROM messages WHERE conversation_id = '{conversation}'");
    assert_eq!(number(&app, dense).await, 0);
}

/// All at once.
async fn futures_of(sends: impl Iterator<Item = impl Future<Output = testkit::Answer>>) -> Vec<Value> {
    let mut sends: Vec<_> = sends.map(|send| (Box::pin(send), None)).collect();
    std::future::poll_fn(|context| {
        for (send, answer) in &mut sends {
            if answer.is_none()
                && let std::task::Poll::Ready(done) = send.as_mut().poll(context)
            {
                *answer = Some(done);
            }
        }
        if sends.iter().all(|(_, answer)| answer.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    sends.into_iter().map(|(_, answer)| answer.unwrap().created()).collect()
}

#[tokio::test]
async fn an_edit_begins_the_epoch_that_is_due() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "under the first").await;
    is_due(&app, conversation).await;
    let edited = app.call(EDIT, editing(&alice, &message, "under the second", 1)).await.ok();
    assert_eq!(edited["text"], "under the second");
    assert_eq!(epochs(&app, conversation).await, [2]);
    sent(&app, &alice, conversation, "under the second too").await;
    assert_eq!(epochs(&app, conversation).await, [2, 2]);
    assert_eq!(read(&app, &alice, conversation).await, ["under the second", "under the second too"]);
    let history = app.call(GET_HISTORY, about(Request::get(HISTORY), &alice, &message)).await.ok();
    assert_eq!(history["items"][0]["text"], "under the first");
}

/// What disappears after so many seconds.
fn ending(words: &str, seconds: i64) -> Value {
    body("text", &json!({"text": words, "expires_in_s": seconds}))
}

const DAY: i64 = 86_400;

#[tokio::test]
async fn what_disappears_is_sealed_under_the_epoch_of_its_day() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    sent(&app, &alice, conversation, "stays").await;
    let first = send(&app, &alice, conversation, &ending("in three days", 3 * DAY)).await.created();
    send(&app, &alice, conversation, &ending("in nine days", 9 * DAY)).await.created();
    // The environment knows both days and what stays: one round trip each.
    for body in [ending("in three", 3 * DAY), ending("in nine", 9 * DAY), text("stays too")] {
        let cost = round_trips(&app, async {
            send(&app, &alice, conversation, &body).await.created();
        });
        assert_eq!(cost.await, 1);
    }
    assert_eq!(epochs(&app, conversation).await, [1, 2, 3, 2, 3, 1]);
    let days = "SELECT count(*) FROM messages JOIN conversation_keys AS k USING (conversation_id, epoch)
                WHERE k.day IS DISTINCT FROM (messages.expires_at AT TIME ZONE 'UTC')::date";
    assert_eq!(number(&app, days).await, 0);
    assert_eq!(
        number(&app, "SELECT epoch::bigint FROM conversations").await,
        1,
        "what stays goes on in its epoch"
    );

    let edited = app.call(EDIT, editing(&alice, &first, "still in three days", 1)).await.ok();
    assert_eq!(edited["text"], "still in three days");
    assert_eq!(epochs(&app, conversation).await[1], 2, "an edit does not outlive its message");
    assert_eq!(read(&app, &alice, conversation).await.len(), 6);

    // Somebody goes: nothing new is sealed under what was there before, for whatever day.
    is_due(&app, conversation).await;
    for body in [ending("in three", 3 * DAY), text("stays")] {
        send(&app, &alice, conversation, &body).await.created();
    }
    assert_eq!(epochs(&app, conversation).await[6..], [4, 5]);
    assert_eq!(read(&app, &alice, conversation).await.len(), 8);
}

#[tokio::test]
async fn a_conversation_that_keeps_nothing_for_long_has_days_for_everything() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    behind(&app, format!("UPDATE conversations SET retention_s = {}", 2 * DAY)).await;
    let message = sent(&app, &alice, conversation, "two days").await;
    assert!(message["expires_at"].is_string(), "{message}");
    let sooner = send(&app, &alice, conversation, &ending("a minute", 60)).await.created();
    let later = send(&app, &alice, conversation, &ending("no year", 365 * DAY)).await.created();
    let spans = "SELECT string_agg(extract(epoch FROM expires_at - created_at)::bigint::text, ' ' ORDER BY seq) FROM messages";
    let spans: String = sqlx::query_scalar(spans).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(spans, "172800 60 172800");
    assert_eq!(number(&app, "SELECT count(*) FROM conversation_keys WHERE day IS NULL").await, 1);
    assert!(epochs(&app, conversation).await.iter().all(|epoch| *epoch > 1));
    for one in [&message, &sooner, &later] {
        assert_eq!(one["error"], Value::Null);
    }
}

#[tokio::test]
async fn a_day_is_the_databases_and_not_the_environments() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    // A clock that is wrong by three days.
    app.clock.advance(Duration::from_hours(72));
    send(&app, &alice, conversation, &ending("tomorrow", DAY)).await.created();
    let days = "SELECT count(*) FROM messages JOIN conversation_keys AS k USING (conversation_id, epoch)
                WHERE k.day IS DISTINCT FROM (messages.expires_at AT TIME ZONE 'UTC')::date";
    assert_eq!(number(&app, days).await, 0);
}
