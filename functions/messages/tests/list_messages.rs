//! `GET /v1/conversations/{conversation_id}/messages`, in process.

use messages::{list_messages, send_message};
use serde_json::{Value, json};
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use testkit::{KmsMood, Request, Somebody, TestApp, new_id};

const ROUTE: &str = "/v1/conversations/{conversation_id}/messages";
const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
const LIST: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));

fn listing(somebody: &Somebody, conversation: impl ToString, query: &str) -> Request {
    Request::get(ROUTE).at("conversation_id", conversation).by(somebody).with_query(query)
}

async fn conversation_with(app: &TestApp, alice: &Somebody, messages: i64) -> ConversationId {
    let conversation = app.group(&[alice]).await;
    for number in 1..=messages {
        let body = json!({"client_id": new_id(), "type": "text", "text": format!("message {number}")});
        let request = Request::post(ROUTE, &body).at("conversation_id", conversation).by(alice);
        app.call(SEND, request).await.created();
    }
    conversation
}

fn seqs(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap()).collect()
}

fn more(page: &Value) -> (bool, bool) {
    (page["has_more_before"].as_bool().unwrap(), page["has_more_after"].as_bool().unwrap())
}

#[tokio::test]
async fn pages_go_both_ways_and_say_whether_there_is_more() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = conversation_with(&app, &alice, 9).await;
    for (query, expected, before, after) in [
        ("", vec![9, 8, 7, 6, 5, 4, 3, 2, 1], false, false),
        ("limit=4", vec![9, 8, 7, 6], true, false),
        ("limit=4&before_seq=6", vec![5, 4, 3, 2], true, true),
        ("limit=4&before_seq=3", vec![2, 1], false, true),
        ("limit=4&before_seq=1", vec![], false, true),
        ("limit=4&before_seq=0", vec![], false, true),
        ("limit=4&before_seq=1000", vec![9, 8, 7, 6], true, false),
        ("limit=4&after_seq=0", vec![1, 2, 3, 4], false, true),
        ("limit=4&after_seq=6", vec![7, 8, 9], true, false),
        ("limit=4&after_seq=9", vec![], true, false),
        ("limit=4&after_seq=9223372036854775807", vec![], true, false),
        ("limit=4&around_seq=5", vec![3, 4, 5, 6], true, true),
        ("limit=5&around_seq=1", vec![1, 2, 3], false, true),
        ("limit=1&around_seq=9", vec![9], true, false),
    ] {
        let page = app.call(LIST, listing(&alice, conversation, query)).await.ok();
        assert_eq!(seqs(&page), expected, "{query}");
        assert_eq!(more(&page), (before, after), "{query}");
    }
}

#[tokio::test]
async fn a_page_too_large_for_lambda_is_cut_and_says_so() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for _ in 0..100 {
        let body = json!({"client_id": new_id(), "type": "text", "text": "\u{1}".repeat(10_000)});
        let request = Request::post(ROUTE, &body).at("conversation_id", conversation).by(&alice);
        app.call(SEND, request).await.created();
    }
    let newest = app.call(LIST, listing(&alice, conversation, "limit=100")).await;
    // As Lambda hands it on: the body is a string in another JSON.
    assert!(Value::from(String::from_utf8_lossy(&newest.body)).to_string().len() < 6_000_000);
    let newest = newest.ok();
    assert_eq!((seqs(&newest)[0], more(&newest)), (100, (true, false)));
    let rest = format!("limit=100&before_seq={}", seqs(&newest).last().unwrap());
    let rest = app.call(LIST, listing(&alice, conversation, &rest)).await.ok();
    assert_eq!((seqs(&newest).len() + seqs(&rest).len(), more(&rest)), (100, (false, true)));
    let oldest = app.call(LIST, listing(&alice, conversation, "limit=100&after_seq=0")).await.ok();
    assert_eq!((seqs(&oldest)[0], more(&oldest)), (1, (false, true)));
}

#[tokio::test]
async fn an_empty_conversation_has_an_empty_page() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for query in ["", "after_seq=0", "around_seq=1", "before_seq=7"] {
        let page = app.call(LIST, listing(&alice, conversation, query)).await.ok();
        assert_eq!((seqs(&page), more(&page)), (vec![], (false, false)), "{query}");
    }
}

#[tokio::test]
async fn a_page_is_one_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = conversation_with(&app, &alice, 60).await;
    app.call(LIST, listing(&alice, conversation, "")).await.ok();

    let (round_trips, unwraps) = (app.proxy.round_trips(), app.kms.unwraps());
    let page = app.call(LIST, listing(&alice, conversation, "")).await.ok();
    assert_eq!(seqs(&page).len(), 50);
    assert_eq!((app.proxy.round_trips() - round_trips, app.kms.unwraps() - unwraps), (1, 0));
}

#[tokio::test]
async fn what_does_not_open_is_said_so_and_never_breaks_the_page() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (conversation, other) =
        (conversation_with(&app, &alice, 4).await, conversation_with(&app, &alice, 1).await);
    let mut behind = app.connect().await;
    // Moved within the conversation, moved from another one, cut short.
    for (seq, sealed) in [
        (1, format!("(SELECT sealed FROM messages WHERE conversation_id = '{conversation}' AND seq = 4)")),
        (2, format!("(SELECT sealed FROM messages WHERE conversation_id = '{other}' AND seq = 1)")),
        (3, "substring(sealed FROM 1 FOR 40)".to_owned()),
    ] {
        let change = format!(
            "UPDATE messages SET sealed = {sealed} WHERE conversation_id = '{conversation}' AND seq = {seq}"
        );
        sqlx::query(sqlx::AssertSqlSafe(change)).execute(&mut behind).await.unwrap();
    }
    let page = app.call(LIST, listing(&alice, conversation, "after_seq=0")).await.ok();
    for message in &page["items"].as_array().unwrap()[..3] {
        assert_eq!((&message["text"], &message["error"]), (&Value::Null, &json!("undecryptable")));
    }
    assert_eq!(page["items"][3]["text"], "message 4");
    assert_eq!(page["items"][3].get("error"), None);

    // Another conversation's key in the place of its own: nothing opens, nothing breaks.
    sqlx::query(
        "UPDATE conversation_keys SET sealed = (SELECT sealed FROM conversation_keys WHERE conversation_id = $2)
         WHERE conversation_id = $1",
    )
    .bind(conversation.0)
    .bind(other.0)
    .execute(&mut behind)
    .await
    .unwrap();
    let page = app.call(LIST, listing(&alice, conversation, "")).await.ok();
    assert!(page["items"].as_array().unwrap().iter().all(|message| message["error"] == "undecryptable"));
}

#[tokio::test]
async fn a_cold_environment_without_a_key_service_answers_503() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = conversation_with(&app, &alice, 1).await;
    app.kms.set_mood(KmsMood::Refusing);
    let answer = listing(&alice, conversation, "").through(&app.cold_environment(), LIST).await;
    answer.problem(503, "unavailable");
    // This environment has the key already.
    app.call(LIST, listing(&alice, conversation, "")).await.ok();
}

#[tokio::test]
async fn who_is_no_member_sees_what_they_would_of_no_conversation() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = conversation_with(&app, &alice, 1).await;
    let foreign = app.call(LIST, listing(&eve, conversation, "")).await;
    let random = app.call(LIST, listing(&eve, new_id(), "")).await;
    foreign.problem(404, "not_found");
    assert_eq!(foreign.masked(), random.masked());
}

#[tokio::test]
async fn a_revoked_session_lists_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = conversation_with(&app, &alice, 1).await;
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(LIST, listing(&alice, conversation, "")).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for (query, field, code) in [
        ("limit=0", "limit", "invalid_value"),
        ("limit=101", "limit", "too_large"),
        ("limit=ten", "limit", "wrong_type"),
        ("before_seq=-1", "before_seq", "invalid_value"),
        ("after_seq=1.5", "after_seq", "wrong_type"),
        ("around_seq=", "around_seq", "wrong_type"),
        ("before_seq=1&after_seq=1", "before_seq", "invalid_value"),
    ] {
        app.call(LIST, listing(&alice, conversation, query)).await.invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn a_hundred_tampered_messages_are_a_hundred_events_and_one_more_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = conversation_with(&app, &alice, 100).await;
    app.call(LIST, listing(&alice, conversation, "limit=100")).await.ok();
    // Version, salt, commitment and ciphertext are changed (docs/encryption.md has the format), and the key taken from under it.
    let tampering = "UPDATE messages
         SET sealed = CASE seq % 5 WHEN 4 THEN sealed ELSE set_byte(sealed, place.byte, get_byte(sealed, place.byte) # 1) END,
             epoch = CASE seq % 5 WHEN 4 THEN epoch + 1 ELSE epoch END
         FROM (VALUES (0, 0), (1, 1), (2, 17), (3, 70), (4, 0)) AS place (kind, byte)
         WHERE place.kind = seq % 5";
    let tampered = sqlx::query(tampering).execute(&mut app.connect().await).await.unwrap();
    assert_eq!(tampered.rows_affected(), 100);
    let round_trips = app.proxy.round_trips();
    let page = app.call(LIST, listing(&alice, conversation, "limit=100")).await.ok();
    assert_eq!(
        app.proxy.round_trips() - round_trips,
        3,
        "the page, and the events once their statement is known"
    );
    assert!(page["items"].as_array().unwrap().iter().all(|item| item["error"] == "undecryptable"));
    let events: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT detail->>'reason', count(*), count(DISTINCT subject_id) FROM audit_events
         WHERE event = 'crypt_decrypt_fail' AND subject_type = 'message' GROUP BY 1 ORDER BY 1",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    let expected = [("commitment", 40), ("format", 20), ("key_missing", 20), ("tag", 20)];
    assert_eq!(events, expected.map(|(reason, count)| (reason.to_owned(), count, count)));
}
