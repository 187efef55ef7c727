//! How much a search reads.

use super::*;

/// A conversation of so many messages that all say "common" and every thousandth "common tea", written behind the handlers'
/// back with the tokens of two that were sent. Bound to those, they do not open, and are shown so.
async fn seeded(app: &TestApp, alice: &Somebody, messages: i64) -> ConversationId {
    let conversation = app.group(&[alice]).await;
    sent(app, alice, conversation, "common").await;
    sent(app, alice, conversation, "common tea").await;
    let copies = format!(
        "generate_series(3, {messages}) AS number WHERE seq = CASE WHEN number % 1000 = 0 THEN 2 ELSE 1 END"
    );
    for sql in [
        format!(
            "INSERT INTO messages
                 (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed, request_fingerprint, created_at)
             SELECT conversation_id, number, overlay(gen_random_uuid()::text PLACING '7' FROM 15)::uuid, number, sender_id, gen_random_uuid(), type, epoch, sealed,
                    request_fingerprint, created_at
             FROM messages, {copies}"
        ),
        format!(
            "INSERT INTO search_tokens (conversation_id, token, seq)
             SELECT conversation_id, token, number FROM search_tokens, {copies}"
        ),
        format!("UPDATE conversations SET last_seq = {messages}"),
        "ANALYZE".to_owned(),
    ] {
        behind(app, sql).await;
    }
    conversation
}

/// All that is found, and in how many pages.
async fn all(app: &TestApp, alice: &Somebody, conversation: ConversationId, words: &str) -> (Vec<i64>, i64) {
    let (mut all, mut before, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = page(app, alice, conversation, words, &format!("&limit=100{before}")).await;
        assert!(seqs(&page).len() <= 100);
        all.extend(seqs(&page));
        pages += 1;
        let Some(next) = page.get("next_before_seq") else { return (all, pages) };
        before = format!("&before_seq={next}");
    }
}

#[tokio::test]
async fn a_search_that_finds_little_stops_and_says_where() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = seeded(&app, &alice, 3_000).await;
    // The longer word is expected to be the rarer one, and is not: its 3,000 entries are looked at by 250.
    assert_eq!(all(&app, &alice, conversation, "common tea").await, (vec![3_000, 2_000, 1_000, 2], 12));
    assert_eq!(all(&app, &alice, conversation, "tea").await, (vec![3_000, 2_000, 1_000, 2], 1));
    let (found, pages) = all(&app, &alice, conversation, "common").await;
    assert_eq!((found, pages), ((1..=3_000).rev().collect(), 30));
}

#[tokio::test]
async fn a_search_reads_index_ranges_only() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    seeded(&app, &alice, 20_000).await;
    let statement = include_str!("../../src/search_messages.sql");
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN (GENERIC_PLAN) {statement}"));
    let rows = sqlx::raw_sql(explain).fetch_all(&mut app.connect().await).await.unwrap();
    let plan: String = rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect();
    for scan in ["search_tokens", "messages"] {
        assert!(!plan.contains(&format!("Seq Scan on {scan}")), "{plan}");
    }
    // Lists and probes by the primary key, messages one by one.
    assert!(plan.matches("using search_tokens_pkey").count() >= 3, "{plan}");
    assert!(plan.contains("using messages_pkey on messages said"), "{plan}");
    let joined = plan.lines().find(|line| line.contains("Hash Join") || line.contains("Merge Join"));
    assert_eq!(joined, None, "{plan}");
}
