//! Hourly counts, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use admin::{get_analytics, roll_up_analytics};
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use sqlx::Row;
use testkit::{Request, Somebody, TestApp};

const GET: HttpHandler = |app, call| Box::pin(get_analytics::handle(app, call));

fn getting(who: &Somebody, query: &str) -> Request {
    Request::get("/v1/admin/analytics").with_query(query).by(who)
}

async fn run(app: &TestApp, statement: &'static str) {
    sqlx::raw_sql(statement).execute(&mut app.connect().await).await.unwrap();
}

/// All that is kept, but for when it was counted.
async fn kept(app: &TestApp) -> Vec<(String, Value)> {
    sqlx::query("SELECT to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24') AS hour, counts::text AS counts FROM analytics_hourly ORDER BY hour")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get("hour"), serde_json::from_str(row.get("counts")).unwrap()))
        .collect()
}

/// Ids as they were made at a time.
const ID_AT: &str = "
    CREATE FUNCTION id_at(at timestamptz) RETURNS uuid LANGUAGE sql RETURN
        overlay(overlay(gen_random_uuid()::text PLACING '7' FROM 15)
                PLACING regexp_replace(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), '(.{8})', '\\1-') FROM 1)::uuid;
    CREATE FUNCTION said(conversation uuid, who uuid, kind text, at timestamptz) RETURNS void LANGUAGE sql AS $$
        WITH counted AS (
            UPDATE conversations SET last_seq = last_seq + 1, change_seq = change_seq + 1 WHERE id = conversation RETURNING *
        ), sent AS (
            INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, request_fingerprint, created_at)
            SELECT id, last_seq, id_at(at), change_seq, who, gen_random_uuid(), kind, 1, '', at FROM counted RETURNING *
        )
        INSERT INTO outbox (id, type, conversation_id, change_seq, message_id, created_at, published_at)
        SELECT gen_random_uuid(), 'message.created', conversation_id, change_seq, id, at, at + interval '20 milliseconds' FROM sent;
    $$;";

/// Three hours in which alice and bob talk, the oldest of them five hours ago.
async fn history(app: &TestApp) -> Somebody {
    let (root, bob) = (app.somebody("root").await, app.somebody("bob").await);
    let group = app.group(&[&root, &bob]).await;
    let mut connection = app.connect().await;
    sqlx::raw_sql(ID_AT).execute(&mut connection).await.unwrap();
    sqlx::raw_sql(
        "UPDATE users SET role = 'admin' WHERE username = 'root';
         UPDATE users SET created_at = date_trunc('hour', now(), 'UTC') - interval '5 hours'",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    for (who, kind, hours, minutes) in [
        (&root, "text", 5, 0),
        (&root, "text", 5, 59),
        (&bob, "image", 5, 30),
        (&root, "system", 3, 10),
        (&bob, "text", 0, 0),
    ] {
        sqlx::query("SELECT said($1, $2, $3, date_trunc('hour', now(), 'UTC') - make_interval(hours => $4, mins => -$5))")
            .bind(group.0)
            .bind(who.id.0)
            .bind(kind)
            .bind(hours)
            .bind(minutes)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    sqlx::raw_sql(
        "INSERT INTO push_deliveries (event_id, user_id, device_id, platform, state, attempt_id, created_at)
         SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'fcm', state, gen_random_uuid(), date_trunc('hour', now(), 'UTC') - interval '4 hours 1 minute'
         FROM unnest(ARRAY['sent', 'gone']) AS state;
         INSERT INTO webhooks (id, url, events, secret_id, secret_keyring_id, secret_sealed, place)
         SELECT gen_random_uuid(), '', '{message.created}', gen_random_uuid(), id, '', 1 FROM keys.keyring LIMIT 1;
         INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, occurred_at, data, state, duration_ms, finished_at)
         SELECT gen_random_uuid(), webhooks.id, gen_random_uuid(), 'message.created', now(), '{}', 'delivered', took,
                date_trunc('hour', now(), 'UTC') - interval '4 hours 1 minute'
         FROM webhooks, unnest(ARRAY[10, 30]) AS took",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    root
}

#[tokio::test]
async fn hours_are_counted_whole_and_a_run_that_comes_again_changes_nothing() {
    let app = TestApp::start().await;
    let root = history(&app).await;
    let run = roll_up_analytics::handle(&app.app).await.unwrap();
    assert_eq!(run, json!({"due": 6, "computed": 6}));
    let first = kept(&app).await;
    assert_eq!(first.len(), 6);
    let oldest = &first[0].1;
    assert_eq!(oldest["messages"], json!({"total": 3, "by_type": {"text": 2, "image": 1}}));
    assert_eq!((&oldest["active_users"], &oldest["new_users"]), (&json!(2), &json!(0)));
    assert_eq!(oldest["events"], json!({"total": 3, "by_type": {"message.created": 3}}));
    assert_eq!(oldest["publish_ms"], json!({"count": 3, "p50": 20.0, "p95": 20.0, "p99": 20.0}));
    assert_eq!(oldest["deliveries"], json!({"push": {"sent": 1, "gone": 1}, "webhooks": {"delivered": 2}}));
    assert_eq!(oldest["webhook_ms"], json!({"count": 2, "p50": 20.0, "p95": 29.0, "p99": 29.8}));
    let quiet = &first[1].1;
    assert_eq!(quiet["messages"], json!({"total": 0, "by_type": {}}));
    assert_eq!(quiet["publish_ms"], json!({"count": 0, "p50": null, "p95": null, "p99": null}));
    assert_eq!(first[2].1["active_users"], 0, "what the service writes is nobody's doing");
    let now = &first[5].1;
    assert_eq!(
        (&now["messages"]["total"], &now["new_users"], &now["new_conversations"]),
        (&json!(1), &json!(2), &json!({"group": 1}))
    );

    // Once more, late, twice at the same moment: hours that are final are not even looked at.
    let again = roll_up_analytics::handle(&app.app).await.unwrap();
    assert!(again["due"].as_u64() <= Some(3), "{again}");
    let other = app.cold_environment();
    let (one, two) = tokio::join!(roll_up_analytics::handle(&app.app), roll_up_analytics::handle(&other));
    assert_eq!(one.unwrap(), two.unwrap());
    assert_eq!(kept(&app).await, first);

    let page = app.call(GET, getting(&root, "limit=4")).await.ok();
    let rest = app
        .call(GET, getting(&root, &format!("limit=4&cursor={}", page["next_cursor"].as_str().unwrap())))
        .await
        .ok();
    let hours = page["items"].as_array().unwrap().iter().chain(rest["items"].as_array().unwrap());
    let totals: Vec<_> = hours.map(|hour| hour["messages"]["total"].as_u64().unwrap()).collect();
    assert_eq!(totals, [3, 0, 1, 0, 0, 1]);
    assert!(rest.get("next_cursor").is_none());
}

#[tokio::test]
async fn what_comes_into_an_hour_later_is_counted_until_the_hour_is_final() {
    let app = TestApp::start().await;
    history(&app).await;
    roll_up_analytics::handle(&app.app).await.unwrap();
    let before = kept(&app).await;
    // One in the hour that runs, one in an hour that is final.
    run(&app, "SELECT said(id, created_by, 'text', date_trunc('hour', now(), 'UTC')) FROM conversations;
               SELECT said(id, created_by, 'text', date_trunc('hour', now(), 'UTC') - interval '5 hours') FROM conversations").await;
    roll_up_analytics::handle(&app.app).await.unwrap();
    let after = kept(&app).await;
    assert_eq!(after[5].1["messages"]["total"], 2);
    assert_eq!(after[..3], before[..3]);
}

#[tokio::test]
async fn only_those_who_may_read_and_only_a_bounded_stretch() {
    let app = TestApp::start().await;
    let root = history(&app).await;
    let user = app.somebody("user").await;
    app.call(GET, getting(&root, "")).await.ok();
    let (answer, round_trips) = app.proxy.count(app.call(GET, getting(&root, ""))).await;
    answer.ok();
    assert_eq!(round_trips, 1);
    app.call(GET, getting(&user, "")).await.problem(403, "role_required");
    for (query, field, code) in [
        ("from=yesterday", "from", "invalid_format"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to", "invalid_value"),
        ("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to", "invalid_value"),
        ("limit=101", "limit", "too_large"),
        ("cursor=x", "cursor", "invalid_value"),
    ] {
        app.call(GET, getting(&root, query)).await.invalid(&[(field, code)]);
    }
    let none = app.call(GET, getting(&root, "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")).await.ok();
    assert_eq!(none, json!({"items": []}));
}

/// With thirty thousand messages of a month, without being told not to scan.
#[tokio::test]
async fn an_hour_is_found_by_indexes() {
    let app = TestApp::start().await;
    history(&app).await;
    run(
        &app,
        "INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, request_fingerprint, created_at)
         SELECT conversation.id, 1000 + number, id_at(at), 1000 + number, conversation.created_by, gen_random_uuid(), 'text', 1, '', at
         FROM conversations AS conversation, generate_series(1, 30000) AS number,
              LATERAL (SELECT now() - number * interval '86 seconds' AS at) AS made
         ORDER BY number DESC;
         INSERT INTO outbox (id, type, conversation_id, change_seq, message_id, created_at, published_at)
         SELECT gen_random_uuid(), 'message.created', conversation_id, change_seq, id, created_at, created_at FROM messages
         WHERE seq > 1000 ORDER BY created_at;
         INSERT INTO users (id, username, display_name)
         SELECT id_at(now() - number * interval '86 seconds'), 'u' || number, '' FROM generate_series(1, 30000) AS number;
         INSERT INTO media (id, owner_id, kind, content_type, size)
         SELECT id_at(now() - number * interval '86 seconds'), (SELECT id FROM users LIMIT 1), 'image', 'image/png', 1
         FROM generate_series(1, 30000) AS number;
         INSERT INTO conversations (id, type, created_by, title_sealed, title_epoch, member_count)
         SELECT id_at(now() - number * interval '86 seconds'), 'group', (SELECT id FROM users LIMIT 1), '', 1, 1
         FROM generate_series(1, 30000) AS number;
         ANALYZE; SELECT brin_summarize_new_values('outbox_created_at_idx')",
    )
    .await;
    let statement = concat!("EXPLAIN ", include_str!("../src/roll_up_analytics.sql"));
    let lines: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .bind(time::OffsetDateTime::UNIX_EPOCH.replace_year(2026).unwrap())
        .bind(uuid::Uuid::from_u128(1_790_000_000_000 << 80))
        .bind(uuid::Uuid::from_u128(1_790_003_600_000 << 80))
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
    let plan = lines.join("\n");
    for table in ["messages", "outbox", "users", "media", "conversations"] {
        assert!(!plan.contains(&format!("Seq Scan on {table}")), "{plan}");
    }
    for index in
        ["messages_id_key", "outbox_created_at_idx", "users_pkey", "media_pkey", "conversations_pkey"]
    {
        assert!(plan.contains(index), "{index}: {plan}");
    }
}
