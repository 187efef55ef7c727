//! The sweep of what has ended, in process.

use admin::sweep_expired;
use serde_json::json;
use testkit::TestApp;

#[tokio::test]
async fn what_has_had_its_time_goes_and_nothing_else() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let old = app.somebody("old").await;
    let mut connection = app.connect().await;
    for statement in [
        "INSERT INTO idempotency (key, user_id, keyring_id, sealed, created_at)
         SELECT sha256(convert_to(age::text, 'UTF8')), (SELECT id FROM users WHERE username = 'alice'), gen_random_uuid(), '', now() - age
         FROM unnest(ARRAY[interval '25 hours', interval '23 hours', interval '0']) AS age",
        "INSERT INTO rate_limits (key, due)
         SELECT sha256(convert_to(age::text, 'UTF8')), now() - age FROM unnest(ARRAY[interval '2 hours', interval '1 minute', interval '-1 hour']) AS age",
        "UPDATE sessions SET expires_at = now() - interval '31 days' FROM users WHERE users.id = user_id AND username = 'old'",
        "INSERT INTO worker_stats (environment, queue, slot, processed, retried, dead_lettered, oldest_age_ms, durations)
         SELECT gen_random_uuid(), 'push', now() - age, 1, 0, 0, 0, '{}' FROM unnest(ARRAY[interval '25 hours', interval '23 hours']) AS age",
        "INSERT INTO refresh_tokens (hash, session_id, expires_at)
         SELECT sha256(convert_to(age::text, 'UTF8')), sessions.id, now() - age
         FROM unnest(ARRAY[interval '2 days', interval '1 hour', interval '-1 day']) AS age, sessions
         JOIN users ON users.id = user_id WHERE username = 'alice'",
        "INSERT INTO push_deliveries (event_id, user_id, device_id, platform, attempt_id, created_at)
         SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'web', gen_random_uuid(), now() - age
         FROM unnest(ARRAY[interval '4 days', interval '2 days']) AS age",
        "INSERT INTO webhooks (id, url, events, secret_id, secret_keyring_id, secret_sealed, place)
         SELECT gen_random_uuid(), '', '{message.created}', gen_random_uuid(), id, '', 1 FROM keys.keyring LIMIT 1",
        "INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, occurred_at, data, created_at)
         SELECT gen_random_uuid(), webhooks.id, gen_random_uuid(), 'message.created', now(), '{}', now() - age
         FROM webhooks, unnest(ARRAY[interval '8 days', interval '6 days']) AS age",
    ] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    let swept = sweep_expired::handle(&app.app).await.unwrap();
    assert_eq!(
        swept,
        json!({"answers": 1, "limits": 1, "tokens": 1, "sessions": 1, "words": 0, "stats": 1,
               "pushes": 1, "deliveries": 1})
    );
    let again = sweep_expired::handle(&app.app).await.unwrap();
    assert_eq!(
        again,
        json!({"answers": 0, "limits": 0, "tokens": 0, "sessions": 0, "words": 0, "stats": 0,
               "pushes": 0, "deliveries": 0})
    );
    let left: (i64, i64, i64, Vec<uuid::Uuid>) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM idempotency), (SELECT count(*) FROM rate_limits), (SELECT count(*) FROM refresh_tokens),
                (SELECT array_agg(id) FROM sessions)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(left, (2, 2, 2, vec![alice.session.0]));
    assert_ne!(alice.session, old.session);
}

#[tokio::test]
async fn more_than_one_batch_goes_in_one_invocation() {
    let app = TestApp::start().await;
    sqlx::query(
        "INSERT INTO rate_limits (key, due) SELECT int4send(number), now() - interval '2 hours' FROM generate_series(1, 12000) AS number",
    )
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(sweep_expired::handle(&app.app).await.unwrap()["limits"], 12_000);
}

#[tokio::test]
async fn words_of_a_conversation_that_has_ended_go() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (ended, lives) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    let mut connection = app.connect().await;
    let tokens = "INSERT INTO search_tokens (conversation_id, token, seq)
                  SELECT $1, number, 1 FROM generate_series(1, $2) AS number";
    for (conversation, count) in [(ended, 62_000), (lives, 5)] {
        sqlx::query(tokens).bind(conversation.0).bind(count).execute(&mut connection).await.unwrap();
    }
    let end = "UPDATE conversations SET deleted_at = now() WHERE id = $1";
    sqlx::query(end).bind(ended.0).execute(&mut connection).await.unwrap();
    let mut left = async || {
        let count = "SELECT count(*) FILTER (WHERE conversation_id = $1), count(*) FROM search_tokens";
        sqlx::query_as::<_, (i64, i64)>(count).bind(ended.0).fetch_one(&mut connection).await.unwrap()
    };
    assert_eq!(left().await, (12_000, 12_005), "what goes with the conversation's end");
    assert_eq!(sweep_expired::handle(&app.app).await.unwrap()["words"], 12_000);
    assert_eq!(left().await, (0, 5));
}
