use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row};
use testkit::{Request, new_id};

use super::log::{LIST, Log};

fn seqs(items: &[Value]) -> Vec<i64> {
    items.iter().filter_map(|item| item["chain"]["seq"].as_i64()).collect()
}

fn listing(query: &str) -> Request {
    Request::get("/v1/admin/audit").with_query(query)
}

#[tokio::test]
async fn a_page_is_one_round_trip_newest_first_with_its_chain() {
    let log = Log::with_events(25).await;
    log.app.call(LIST, listing("limit=1").by(&log.auditor)).await.ok();
    let round_trips = log.app.proxy.round_trips();
    let page =
        log.app.call(LIST, listing("to=2999-01-01T00:00:00Z&event=authn_login_fail").by(&log.auditor)).await;
    assert_eq!(log.app.proxy.round_trips() - round_trips, 1);
    let page = page.ok();
    let items = page["items"].as_array().unwrap();
    assert_eq!(seqs(items), (1..=25).rev().collect::<Vec<_>>());
    assert_eq!(page.get("next_cursor"), None);
    let newest = &items[0];
    assert_eq!((&newest["detail"], &newest["request_id"]), (&json!({"number": 24}), &json!("request-24")));
    let entry: Value = serde_json::from_str(newest["chain"]["entry"].as_str().unwrap()).unwrap();
    assert_eq!((&entry["id"], &entry["detail"]), (&newest["id"], &newest["detail"]));
}

#[tokio::test]
async fn every_filter_and_every_pair_finds_what_it_names_on_pages_of_any_size() {
    let log = Log::with_events(23).await;
    log.run(
        "INSERT INTO audit_events (id, at, event, actor_id, subject_type, subject_id)
         SELECT v7(), '2026-01-01T00:00:00Z'::timestamptz + number * interval '1 minute',
                CASE WHEN number % 2 = 0 THEN 'even' ELSE 'odd' END,
                ('00000000-0000-7000-8000-00000000000' || number % 3)::uuid, 'user',
                ('00000000-0000-7000-8000-00000000000' || number % 5)::uuid
         FROM generate_series(0, 29) AS number",
    )
    .await;
    let id = |digit: i32| format!("00000000-0000-7000-8000-00000000000{digit}");
    let within = "from=2026-01-01T00:10:00Z&to=2026-01-01T00:20:00Z";
    let minute = |item: &Value| item["at"].as_str().unwrap()[14..16].parse::<i32>().unwrap();
    let all =
        |wanted: &dyn Fn(i32) -> bool| (0..30).rev().filter(|number| wanted(*number)).collect::<Vec<_>>();
    let in_2026 = "to=2026-02-01T00:00:00Z";
    for (filter, expected) in [
        (in_2026.to_owned(), all(&|_| true)),
        (within.to_owned(), all(&|number| (10..20).contains(&number))),
        ("event=even".to_owned(), all(&|number| number % 2 == 0)),
        (format!("actor_id={}", id(1)), all(&|number| number % 3 == 1)),
        (format!("subject_id={}", id(4)), all(&|number| number % 5 == 4)),
        (format!("event=odd&actor_id={}", id(1)), all(&|number| number % 2 == 1 && number % 3 == 1)),
        (format!("event=odd&subject_id={}", id(4)), all(&|number| number % 2 == 1 && number % 5 == 4)),
        (format!("actor_id={}&subject_id={}", id(2), id(4)), all(&|number| number % 15 == 14)),
        (format!("event=even&actor_id={}&subject_id={}&{within}", id(2), id(4)), all(&|number| number == 14)),
        (format!("event=even&{within}"), all(&|number| number % 2 == 0 && (10..20).contains(&number))),
        (format!("actor_id={}", new_id()), vec![]),
    ] {
        for limit in [1, 3, 100] {
            let found: Vec<i32> = log.all(&filter, limit).await.iter().map(minute).collect();
            assert_eq!(found, expected, "{filter} by {limit}");
        }
    }
}

/// Where the rest of a filter leaves few of very many, a page ends early and the next goes on.
#[tokio::test]
async fn a_request_looks_at_ten_thousand_events_and_goes_on_with_the_next() {
    let log = Log::start().await;
    log.run(
        "INSERT INTO audit_events (id, at, event, actor_id)
         SELECT v7(), now() - number * interval '1 second', CASE WHEN number % 12500 = 0 THEN 'rare' ELSE 'often' END,
                '00000000-0000-7000-8000-000000000001'
         FROM generate_series(1, 25001) AS number",
    )
    .await;
    let filter = "event=rare&actor_id=00000000-0000-7000-8000-000000000001";
    let first = log.app.call(LIST, listing(filter).by(&log.auditor)).await.ok();
    assert_eq!(first["items"], json!([]));
    assert!(first["next_cursor"].is_string());
    assert_eq!(log.all(filter, 50).await.len(), 2);
}

#[tokio::test]
async fn only_admins_and_auditors_read_and_what_they_read_is_recorded() {
    let log = Log::with_events(3).await;
    let (user, moderator) = (log.app.somebody("user").await, log.app.somebody("moderator").await);
    log.run("UPDATE users SET role = 'moderator' WHERE username = 'moderator'").await;
    for caller in [&user, &moderator] {
        log.app.call(LIST, listing("").by(caller)).await.problem(403, "role_required");
    }
    log.app.call(LIST, listing("")).await.problem(401, "unauthenticated");
    assert_eq!(log.number("SELECT count(*) FROM audit_events WHERE event = 'authz_fail'").await, 2);
    assert_eq!(log.number("SELECT count(*) FROM audit_events WHERE event = 'sensitive_read'").await, 0);
    // Once for a list, however many pages it has.
    log.all("", 2).await;
    let read = "SELECT count(*) FROM audit_events WHERE event = 'sensitive_read' AND actor_id IS NOT NULL";
    assert_eq!(log.number(read).await, 1);
    log.run("UPDATE sessions SET revoked_at = now()").await;
    log.app.call(LIST, listing("").by(&log.auditor)).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_filter_that_is_none_is_refused() {
    let log = Log::start().await;
    for (query, field, code) in [
        ("event=Login", "event", "invalid_format"),
        ("event=", "event", "invalid_format"),
        ("actor_id=me", "actor_id", "invalid_format"),
        ("subject_id=1", "subject_id", "invalid_format"),
        ("from=yesterday", "from", "invalid_format"),
        ("to=2026-01-01", "to", "invalid_format"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to", "invalid_value"),
        ("cursor=x", "cursor", "invalid_value"),
        ("limit=101", "limit", "too_large"),
    ] {
        log.app.call(LIST, listing(query).by(&log.auditor)).await.invalid(&[(field, code)]);
    }
    for query in ["from=0000-01-01T00:00:00Z", "to=9999-12-31T23:59:59.999999999Z"] {
        log.app.call(LIST, listing(query).by(&log.auditor)).await.ok();
    }
}

/// The plan of a statement whatever its arguments are, in a database where most is chained.
async fn plan(log: &Log, statement: &str) -> String {
    let explain = AssertSqlSafe(format!("EXPLAIN (GENERIC_PLAN) {statement}"));
    let rows = sqlx::raw_sql(explain).fetch_all(&mut log.app.connect().await).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect()
}

#[tokio::test]
async fn every_statement_has_its_indexes() {
    let log = Log::start().await;
    log.run(
        "INSERT INTO audit_events (id, event, actor_id, subject_type, subject_id)
         SELECT v7(), 'event_' || number % 7, v7(), 'user', v7() FROM generate_series(1, 20000) AS number",
    )
    .await;
    log.chains().await;
    log.happens(0..20).await;
    log.run("ANALYZE").await;
    for (statement, indexes) in [
        (
            include_str!("../../src/list_audit_events.sql"),
            &[
                "events_at_idx",
                "events_actor_id_idx",
                "events_subject_id_idx",
                "events_event_idx",
                "log_pkey",
            ][..],
        ),
        (include_str!("../../src/chain_audit.sql"), &["events_unchained_idx", "events_pkey"]),
        (include_str!("../../src/verify_audit.sql"), &["events_pkey", "log_pkey"]),
    ] {
        let plan = plan(&log, statement).await;
        for index in indexes {
            assert!(plan.contains(&format!("using audit_{index}")), "{index}:\n{plan}");
        }
        for scan in ["Seq Scan on audit_events", "Seq Scan on audit_log"] {
            assert!(!plan.contains(scan), "{plan}");
        }
    }
}
