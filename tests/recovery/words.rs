//! The words that these tests are written in.

use conversations::{create_conversation, delete_conversation, remove_member};
use keys::{recover_keys, replay_shreds, write_shreds};
use messages::{list_messages, send_message};
use serde_json::{Value, json};
use shared::App;
use shared::crypto::{Context, Key, Purpose, SealedEpochKey, open};
use shared::id::{ConversationId, Epoch, KeyringId, MessageId, Revision, UserId};
use shared::keys::KmsKeys;
use shared::serve::HttpHandler;
use testkit::{Answer, FakeLockedBucket, Request, Somebody, TestApp, new_id};
use uuid::Uuid;

pub const MESSAGES: &str = "/v1/conversations/{conversation_id}/messages";

pub const CREATE: HttpHandler = |app, call| Box::pin(create_conversation::handle(app, call));
pub const DELETE: HttpHandler = |app, call| Box::pin(delete_conversation::handle(app, call));
pub const REMOVE: HttpHandler = |app, call| Box::pin(remove_member::handle(app, call));
pub const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
pub const READ: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));

/// A group of these, the first of them its owner, by way of its handler.
pub async fn group(app: &TestApp, members: &[&Somebody]) -> ConversationId {
    let others: Vec<_> = members[1..].iter().map(|member| member.id).collect();
    let body = json!({"type": "group", "title": "Talk", "member_ids": others});
    let made = app.call(CREATE, Request::post("/v1/conversations", &body).by(members[0])).await.created();
    made["id"].as_str().unwrap().parse::<Uuid>().unwrap().into()
}

pub fn sending(by: &Somebody, conversation: ConversationId, text: &str) -> Request {
    let body = json!({"client_id": new_id(), "type": "text", "text": text});
    Request::post(MESSAGES, &body).at("conversation_id", conversation).by(by)
}

pub async fn sends(app: &TestApp, by: &Somebody, conversation: ConversationId, text: &str) {
    app.call(SEND, sending(by, conversation, text)).await.created();
}

pub fn reading(by: &Somebody, conversation: ConversationId) -> Request {
    Request::get(MESSAGES).at("conversation_id", conversation).with_query("limit=100").by(by)
}

/// The texts of a page, the oldest first; `None` for what does not open.
pub fn texts(page: &Answer) -> Vec<Option<String>> {
    let page = page.ok();
    let items = page["items"].as_array().unwrap().iter().rev();
    items.map(|item| item["text"].as_str().map(str::to_owned)).collect()
}

pub async fn deletes(app: &TestApp, owner: &Somebody, conversation: ConversationId) {
    let request = Request::delete("/v1/conversations/{conversation_id}").at("conversation_id", conversation);
    assert_eq!(app.call(DELETE, request.by(owner)).await.status, 204);
}

pub async fn leaves(app: &TestApp, who: &Somebody, conversation: ConversationId) {
    let request = Request::delete("/v1/conversations/{conversation_id}/members/{user_id}")
        .at("conversation_id", conversation)
        .at("user_id", who.id)
        .by(who);
    assert_eq!(app.call(REMOVE, request).await.status, 204);
}

/// One run of the worker that carries the ledger.
pub async fn carries(app: &App, ledger: &FakeLockedBucket) -> Value {
    write_shreds::handle(app, ledger).await.unwrap()
}

pub async fn replays(app: &App, ledger: &FakeLockedBucket) -> Value {
    replay_shreds::handle(app, ledger, json!({})).await.unwrap()
}

pub async fn recovers(app: &App, backups: &FakeLockedBucket) -> Value {
    recover_keys::handle(app, &kms_keys(), backups, json!({})).await.unwrap()
}

pub fn kms_keys() -> KmsKeys {
    KmsKeys {
        content: "fake".to_owned(),
        credentials: "fake".to_owned(),
        media: "fake".to_owned(),
        recovery: Some("recovery".to_owned()),
    }
}

/// One message as it is stored.
struct Stored {
    conversation: Uuid,
    epoch: i32,
    id: Uuid,
    sender: Uuid,
    kind: String,
    version: i32,
    sealed: Vec<u8>,
}

/// How many messages somebody reads who has a database and may call KMS as all functions together may.
pub async fn opened_by_an_owner(app: &TestApp) -> usize {
    opened_by(app, &app.app).await
}

/// How many messages somebody reads who has a database and may call KMS as this environment's function may: every message is tried with
/// every key that is anywhere in it, the one it names and all others.
pub async fn opened_by(app: &TestApp, environment: &App) -> usize {
    let mut database = app.connect().await;
    let mut k1s: Vec<(KeyringId, Key)> = Vec::new();
    let keyring: Vec<(Uuid,)> =
        sqlx::query_as("SELECT id FROM keys.keyring").fetch_all(&mut database).await.unwrap();
    for (id,) in keyring {
        if let Ok(Some(key)) = environment.keyring_key(KeyringId(id), &Purpose::ALL).await {
            k1s.push((KeyringId(id), key));
        }
    }
    let sealed: Vec<(Uuid, i32, Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT conversation_id, epoch, keyring_id, sealed FROM conversation_keys")
            .fetch_all(&mut database)
            .await
            .unwrap();
    let mut k2s = Vec::new();
    for (conversation, epoch, keyring, sealed) in sealed {
        let (keyring, epoch) = (KeyringId(keyring), Epoch(epoch));
        if k1s.iter().any(|(id, _)| *id == keyring) {
            let sealed = SealedEpochKey { epoch, keyring, sealed };
            let opened = environment.open_epoch_key(ConversationId(conversation), &sealed).await.unwrap();
            k2s.extend(opened.map(|opened| opened.key));
        }
    }
    let messages = sqlx::query_as::<_, (Uuid, i32, Uuid, Uuid, String, i32, Vec<u8>)>(
        "SELECT conversation_id, epoch, id, sender_id, type, version, sealed FROM messages WHERE sealed IS NOT NULL",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let keys: Vec<&Key> = k2s.iter().chain(k1s.iter().map(|(_, key)| key)).collect();
    let stored = messages.into_iter().map(|(conversation, epoch, id, sender, kind, version, sealed)| {
        Stored { conversation, epoch, id, sender, kind, version, sealed }
    });
    stored.filter(|message| keys.iter().any(|key| opens(message, key))).count()
}

fn opens(message: &Stored, key: &Key) -> bool {
    let context = Context::Message {
        conversation: ConversationId(message.conversation),
        epoch: Epoch(message.epoch),
        message: MessageId(message.id),
        sender: UserId(message.sender),
        kind: &message.kind,
        revision: Revision(message.version),
    };
    open(key, &context, &message.sealed).is_ok()
}

/// A K1 of the purpose that follows the one that is active.
pub async fn rotates(app: &TestApp, purpose: Purpose) {
    use shared::crypto::Kms;
    let id: KeyringId = app.app.new_id().unwrap();
    let (_, wrapped) = app.kms.generate(purpose, id).await.unwrap();
    let mut database = app.connect().await;
    sqlx::query("UPDATE keys.keyring SET state = 'opening' WHERE purpose = $1 AND state = 'active'")
        .bind(purpose.name())
        .execute(&mut database)
        .await
        .unwrap();
    sqlx::query("INSERT INTO keys.keyring (id, purpose, wrapped, kms_key) VALUES ($1, $2, $3, $4)")
        .bind(id.0)
        .bind(purpose.name())
        .bind(wrapped.blob)
        .bind(wrapped.kms_key)
        .execute(&mut database)
        .await
        .unwrap();
}
