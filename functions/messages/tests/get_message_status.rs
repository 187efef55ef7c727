//! `GET /v1/conversations/{conversation_id}/messages/{message_id}/status`, in process.

use serde_json::{Value, json};
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

async fn status(app: &TestApp, somebody: &Somebody, message: &Value) -> Value {
    app.call(GET_STATUS, about(Request::get(STATUS), somebody, message)).await.ok()
}

/// Status and counts: delivered, read, members.
fn told(status: &Value) -> (String, i64, i64, i64) {
    let count = |name: &str| status[name].as_i64().unwrap();
    (
        status["status"].as_str().unwrap().to_owned(),
        count("delivered_count"),
        count("read_count"),
        count("member_count"),
    )
}

fn of<'a>(status: &'a Value, somebody: &Somebody) -> &'a Value {
    status["members"].as_array().unwrap().iter().find(|one| one["user_id"] == json!(somebody.id)).unwrap()
}

async fn watermarks(app: &TestApp, somebody: &Somebody, delivered: i64, read: i64) {
    let sql = format!(
        "UPDATE members SET delivered_seq = {delivered}, read_seq = {read} WHERE user_id = '{}'",
        somebody.id
    );
    behind(app, sql).await;
}

#[tokio::test]
async fn it_comes_as_far_as_the_last_of_the_others() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let conversation = app.group(&[&alice, &bob, &carol]).await;
    sent(&app, &bob, conversation, "earlier").await;
    let message = sent(&app, &alice, conversation, "hello").await;
    let expect = async |status_word: &str, delivered, read| {
        for somebody in [&alice, &bob] {
            let now = status(&app, somebody, &message).await;
            assert_eq!(told(&now), (status_word.to_owned(), delivered, read, 2));
        }
    };
    expect("sent", 0, 0).await;
    watermarks(&app, &bob, 2, 1).await;
    expect("sent", 1, 0).await;
    watermarks(&app, &carol, 2, 2).await;
    expect("delivered", 2, 1).await;
    let detail = status(&app, &alice, &message).await;
    let expected = json!({"user_id": bob.id, "delivered_at_seq": 2, "read_at_seq": 1, "status": "delivered"});
    assert_eq!(of(&detail, &bob), &expected);
    assert_eq!(of(&detail, &carol)["status"], "read");
    watermarks(&app, &bob, 2, 2).await;
    expect("read", 2, 2).await;

    let round_trips = app.proxy.round_trips();
    status(&app, &alice, &message).await;
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn who_sends_no_read_receipts_has_it_delivered_at_the_most() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    watermarks(&app, &bob, 1, 1).await;
    behind(&app, format!("UPDATE users SET send_read_receipts = false WHERE id = '{}'", bob.id)).await;
    let now = status(&app, &alice, &message).await;
    assert_eq!(told(&now), ("delivered".to_owned(), 1, 0, 1));
    assert_eq!(of(&now, &bob)["read_at_seq"], Value::Null);
}

#[tokio::test]
async fn who_joined_later_or_has_left_is_not_waited_for() {
    let app = TestApp::start().await;
    let (alice, bob, carol, dave) = (
        app.somebody("alice").await,
        app.somebody("bob").await,
        app.somebody("carol").await,
        app.somebody("dave").await,
    );
    let conversation = app.group(&[&alice, &bob, &carol, &dave]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    watermarks(&app, &bob, 1, 1).await;
    behind(&app, format!("UPDATE members SET since_seq = 1 WHERE user_id = '{}'", carol.id)).await;
    behind(&app, format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", dave.id)).await;
    assert_eq!(told(&status(&app, &alice, &message).await), ("read".to_owned(), 1, 1, 1));
}

#[tokio::test]
async fn where_nobody_else_is_it_is_sent() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "note").await;
    assert_eq!(told(&status(&app, &alice, &message).await), ("sent".to_owned(), 0, 0, 0));
}

#[tokio::test]
async fn a_thousand_are_counted_and_told_of_in_one_round_trip() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let sql = format!(
        "WITH added AS (
             INSERT INTO users (id, username, display_name)
             SELECT ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'user' || n, 'user'
             FROM generate_series(1, 1100) AS n RETURNING id
         )
         INSERT INTO members (conversation_id, user_id, role, delivered_seq)
         SELECT '{conversation}', id, 'member', 1 FROM added"
    );
    behind(&app, sql).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    status(&app, &alice, &message).await;
    let before = app.proxy.round_trips();
    let now = status(&app, &alice, &message).await;
    assert_eq!(
        (told(&now), app.proxy.round_trips() - before),
        (("delivered".to_owned(), 1_100, 0, 1_100), 1)
    );
    assert_eq!(now["members"].as_array().unwrap().len(), 1_000);
}

#[tokio::test]
async fn it_is_for_those_who_may_see_the_message() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    let ask = |somebody, message: &Value| about(Request::get(STATUS), somebody, message);
    let random = json!({"conversation_id": conversation, "id": new_id()});
    let nothing = app.call(GET_STATUS, ask(&eve, &random)).await;
    nothing.problem(404, "not_found");
    assert_eq!(app.call(GET_STATUS, ask(&eve, &message)).await.masked(), nothing.masked());
    let elsewhere = json!({"conversation_id": app.group(&[&alice]).await, "id": message["id"]});
    app.call(GET_STATUS, ask(&alice, &elsewhere)).await.problem(404, "not_found");
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(GET_STATUS, ask(&alice, &message)).await.problem(401, "unauthenticated");
}
