//! `GET /v1/conversations/{conversation_id}/messages/{message_id}`, in process.

use messages::{get_message, send_message};
use serde_json::{Value, json};
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};

const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
const GET: HttpHandler = |app, call| Box::pin(get_message::handle(app, call));

async fn sent(app: &TestApp, somebody: &Somebody, conversation: ConversationId, text: &str) -> Value {
    let body = json!({"client_id": new_id(), "type": "text", "text": text});
    let request = Request::post("/v1/conversations/{conversation_id}/messages", &body);
    app.call(SEND, request.at("conversation_id", conversation).by(somebody)).await.created()
}

fn getting(somebody: &Somebody, conversation: impl ToString, message: impl ToString) -> Request {
    Request::get("/v1/conversations/{conversation_id}/messages/{message_id}")
        .at("conversation_id", conversation)
        .at("message_id", message)
        .by(somebody)
}

fn id(message: &Value) -> &str {
    message["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_member_reads_the_message_as_it_was_sent_in_one_round_trip() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    assert_eq!(app.call(GET, getting(&bob, conversation, id(&message))).await.ok(), message);

    let round_trips = app.proxy.round_trips();
    app.call(GET, getting(&bob, conversation, id(&message))).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn a_message_is_found_only_in_its_own_conversation_and_by_members() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let (here, there) = (app.group(&[&alice]).await, app.group(&[&alice, &eve]).await);
    let message = sent(&app, &alice, here, "hello").await;

    let random = app.call(GET, getting(&eve, here, new_id())).await;
    random.problem(404, "not_found");
    for request in [
        getting(&eve, here, id(&message)),
        getting(&eve, there, id(&message)),
        getting(&alice, there, id(&message)),
        getting(&eve, new_id(), id(&message)),
    ] {
        let answer = app.call(GET, request).await;
        assert_eq!((answer.status, answer.masked()), (404, random.masked()));
    }
}

#[tokio::test]
async fn a_revoked_session_reads_nothing_and_a_bad_id_is_refused() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "hello").await;
    app.call(GET, getting(&alice, conversation, "1")).await.invalid(&[("message_id", "invalid_format")]);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    app.call(GET, getting(&alice, conversation, id(&message))).await.problem(401, "unauthenticated");
}
