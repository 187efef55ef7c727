//! The words that tests of messages talk in.

use messages::{
    add_reaction, delete_message, edit_message, get_message, get_message_history, get_message_status,
    list_changes, list_messages, pin_message, remove_reaction, report_message, send_message, unpin_message,
};
use serde_json::{Value, json};
use shared::id::{ConversationId, MediaId};
use shared::media::MediaDetails;
use shared::serve::HttpHandler;
use sqlx::Row;
use testkit::{Answer, Request, Somebody, TestApp, new_id};
use uuid::Uuid;

pub const MESSAGES: &str = "/v1/conversations/{conversation_id}/messages";
pub const MESSAGE: &str = "/v1/conversations/{conversation_id}/messages/{message_id}";
pub const HISTORY: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/history";
pub const STATUS: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/status";
pub const REACTION: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}";
pub const PIN: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/pin";
pub const REPORT: &str = "/v1/conversations/{conversation_id}/messages/{message_id}/report";
pub const CHANGES: &str = "/v1/conversations/{conversation_id}/changes";

pub const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
pub const LIST: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));
pub const GET: HttpHandler = |app, call| Box::pin(get_message::handle(app, call));
pub const EDIT: HttpHandler = |app, call| Box::pin(edit_message::handle(app, call));
pub const DELETE: HttpHandler = |app, call| Box::pin(delete_message::handle(app, call));
pub const GET_HISTORY: HttpHandler = |app, call| Box::pin(get_message_history::handle(app, call));
pub const GET_STATUS: HttpHandler = |app, call| Box::pin(get_message_status::handle(app, call));
pub const REACT: HttpHandler = |app, call| Box::pin(add_reaction::handle(app, call));
pub const UNREACT: HttpHandler = |app, call| Box::pin(remove_reaction::handle(app, call));
pub const SET_PIN: HttpHandler = |app, call| Box::pin(pin_message::handle(app, call));
pub const UNPIN: HttpHandler = |app, call| Box::pin(unpin_message::handle(app, call));
pub const TELL: HttpHandler = |app, call| Box::pin(report_message::handle(app, call));
pub const LIST_CHANGES: HttpHandler = |app, call| Box::pin(list_changes::handle(app, call));

/// A body that sends this text.
pub fn text(text: &str) -> Value {
    json!({"client_id": new_id(), "type": "text", "text": text})
}

/// A body of this type with these fields beside it.
pub fn body(kind: &str, fields: &Value) -> Value {
    let mut body = json!({"client_id": new_id(), "type": kind});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub fn sending(somebody: &Somebody, conversation: impl ToString, body: &Value) -> Request {
    Request::post(MESSAGES, body).at("conversation_id", conversation).by(somebody)
}

pub async fn send(app: &TestApp, somebody: &Somebody, conversation: ConversationId, body: &Value) -> Answer {
    app.call(SEND, sending(somebody, conversation, body)).await
}

/// The message that came of sending this text.
pub async fn sent(app: &TestApp, somebody: &Somebody, conversation: ConversationId, words: &str) -> Value {
    send(app, somebody, conversation, &text(words)).await.created()
}

/// A request about this message, in its conversation.
pub fn about(request: Request, somebody: &Somebody, message: &Value) -> Request {
    let word = |name: &str| message[name].as_str().unwrap().to_owned();
    request.at("conversation_id", word("conversation_id")).at("message_id", word("id")).by(somebody)
}

pub async fn get(app: &TestApp, somebody: &Somebody, message: &Value) -> Answer {
    app.call(GET, about(Request::get(MESSAGE), somebody, message)).await
}

pub fn editing(somebody: &Somebody, message: &Value, words: &str, version: i64) -> Request {
    about(Request::patch(MESSAGE, &json!({"text": words, "version": version})), somebody, message)
}

pub fn deleting(somebody: &Somebody, message: &Value, scope: &str) -> Request {
    about(Request::delete(MESSAGE), somebody, message).with_query(&format!("scope={scope}"))
}

pub async fn delete_for_all(app: &TestApp, somebody: &Somebody, message: &Value) {
    let answer = app.call(DELETE, deleting(somebody, message, "all")).await;
    assert_eq!(answer.status, 204, "{answer}");
}

pub fn reacting(somebody: &Somebody, message: &Value, emoji: &str) -> Request {
    about(Request::put(REACTION, &json!({})), somebody, message).at("emoji", emoji)
}

pub fn unreacting(somebody: &Somebody, message: &Value, emoji: &str) -> Request {
    about(Request::delete(REACTION), somebody, message).at("emoji", emoji)
}

pub fn pinning(somebody: &Somebody, message: &Value) -> Request {
    about(Request::put(PIN, &json!({})), somebody, message)
}

pub fn unpinning(somebody: &Somebody, message: &Value) -> Request {
    about(Request::delete(PIN), somebody, message)
}

/// An upload of this kind and status, by way of the database; called "view.jpg".
pub async fn upload(app: &TestApp, owner: &Somebody, kind: &str, status: &str) -> Uuid {
    let id: MediaId = app.app.new_id().unwrap();
    let details = MediaDetails { file_name: Some("view.jpg".to_owned()), ..MediaDetails::default() };
    let sealed = app.app.seal_media_details(id, owner.id, &details).await.unwrap();
    sqlx::query(
        "INSERT INTO media (id, owner_id, kind, status, content_type, size, width, height, details_sealed, details_keyring_id)
         VALUES ($1, $2, $3, $4, 'image/jpeg', 1234, 640, 480, $5, $6)",
    )
    .bind(id.0)
    .bind(owner.id.0)
    .bind(kind)
    .bind(status)
    .bind(sealed.sealed)
    .bind(sealed.keyring.0)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    id.0
}

/// Runs a statement behind the handlers' back.
pub async fn behind(app: &TestApp, sql: impl Into<String>) {
    sqlx::query(sqlx::AssertSqlSafe(sql.into())).execute(&mut app.connect().await).await.unwrap();
}

/// A single number from the database.
pub async fn number(app: &TestApp, sql: impl Into<String>) -> i64 {
    sqlx::query(sqlx::AssertSqlSafe(sql.into())).fetch_one(&mut app.connect().await).await.unwrap().get(0)
}

/// What must not change when a request fails: a digest of every table that requests about messages write.
pub async fn traces(app: &TestApp) -> String {
    let tables = [
        "conversations",
        "members",
        "messages",
        "message_media",
        "message_revisions",
        "mentions",
        "reactions",
        "pins",
        "hidden_messages",
        "reports",
        "outbox",
    ];
    let rows: Vec<String> = tables
        .iter()
        .map(|table| {
            format!("(SELECT string_agg(entry::text, ';' ORDER BY entry::text) FROM {table} AS entry)")
        })
        .collect();
    let sql = format!("SELECT md5(concat_ws('|', {}))", rows.join(", "));
    sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut app.connect().await).await.unwrap().get(0)
}

/// The types of the conversation's events in the order of their changes, and whether the changes are numbered densely.
pub async fn events(app: &TestApp, conversation: ConversationId) -> Vec<String> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT type, change_seq FROM outbox WHERE conversation_id = $1 ORDER BY change_seq")
            .bind(conversation.0)
            .fetch_all(&mut app.connect().await)
            .await
            .unwrap();
    for (row, expected) in rows.iter().zip(2..) {
        assert_eq!(row.1, expected, "every change has one event: {rows:?}");
    }
    rows.into_iter().map(|(kind, _)| kind).collect()
}

/// Somebody blocks somebody.
pub async fn block(app: &TestApp, one: &Somebody, other: &Somebody) {
    behind(app, format!("INSERT INTO blocks (user_id, blocked_id) VALUES ('{}', '{}')", one.id, other.id))
        .await;
}

/// Turns a group of two into their direct conversation.
pub async fn direct(app: &TestApp, one: &Somebody, other: &Somebody) -> ConversationId {
    let conversation = app.group(&[one, other]).await;
    let (low, high) = (one.id.min(other.id), one.id.max(other.id));
    behind(app, format!("UPDATE members SET role = 'member' WHERE conversation_id = '{conversation}'")).await;
    behind(
        app,
        format!(
            "UPDATE conversations SET type = 'direct', title_sealed = NULL, title_epoch = NULL,
                    direct_low = '{low}', direct_high = '{high}' WHERE id = '{conversation}'"
        ),
    )
    .await;
    conversation
}

/// A fresh key for the conversation, under which everything is sealed from now on.
pub async fn rekey(app: &TestApp, conversation: ConversationId, epoch: i32) {
    let (_, key) = app.app.new_epoch_key(conversation, epoch.into()).await.unwrap();
    sqlx::query(
        "WITH added AS (INSERT INTO conversation_keys VALUES ($1, $4, $2, $3))
         UPDATE conversations SET epoch = $4 WHERE id = $1",
    )
    .bind(conversation.0)
    .bind(key.keyring.0)
    .bind(key.sealed)
    .bind(epoch)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
}
