//! KMS: the functions' own client.

use std::sync::Arc;

use messages::{list_messages, send_message};
use serde_json::{Value, json};
use shared::crypto::{Key, Kms, KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;
use shared::random::SystemRandom;
use shared::serve::HttpHandler;
use testkit::{Request, TestApp, new_id};

use crate::world::{functions_kms, kms, makes_key};

const HERE: &str = "us-east-1";
const ELSEWHERE: &str = "eu-west-1";

#[track_caller]
fn is_refused<T: std::fmt::Debug>(outcome: Result<T, KmsFailure>, code: &str) {
    assert_eq!(outcome.unwrap_err(), KmsFailure::Refused(code.to_owned()));
}

#[tokio::test]
async fn a_key_is_made_and_opens_as_what_it_was_made_and_as_nothing_else() {
    let kms_key = makes_key(HERE).await;
    let kms = functions_kms(&kms_key).await;
    let id = KeyringId(new_id());
    let (key, wrapped) = kms.generate(Purpose::Content, id).await.unwrap();
    assert_eq!(wrapped.kms_key, kms_key);
    assert_eq!(kms.unwrap(&wrapped).await.unwrap().expose(), key.expose());
    for other in [
        WrappedKey { id: KeyringId(new_id()), ..wrapped.clone() },
        WrappedKey { purpose: Purpose::Credentials, ..wrapped.clone() },
        WrappedKey { blob: wrapped.blob[..wrapped.blob.len() - 1].to_vec(), ..wrapped.clone() },
    ] {
        assert!(matches!(kms.unwrap(&other).await, Err(KmsFailure::Refused(_))), "{other:?}");
    }
    is_refused(
        kms.unwrap(&WrappedKey { id: KeyringId(new_id()), ..wrapped }).await,
        "InvalidCiphertextException",
    );
}

#[tokio::test]
async fn a_key_is_wrapped_under_another_without_being_seen() {
    let (old, new) = (makes_key(HERE).await, makes_key(HERE).await);
    let kms = functions_kms(&old).await;
    let (key, wrapped) = kms.generate(Purpose::Content, KeyringId(new_id())).await.unwrap();
    let again = kms.rewrap(&wrapped, &new).await.unwrap();
    assert_eq!((&again.kms_key, again.id), (&new, wrapped.id));
    assert_ne!(again.blob, wrapped.blob);
    assert_eq!(kms.unwrap(&again).await.unwrap().expose(), key.expose());
    // The one it was wrapped under does not open what is wrapped under the other.
    assert!(kms.unwrap(&WrappedKey { kms_key: old, ..again.clone() }).await.is_err());
    // Nor is anything wrapped again that was made for another place.
    let elsewhere = WrappedKey { id: KeyringId(new_id()), ..wrapped };
    is_refused(kms.rewrap(&elsewhere, &new).await.map(|_| ()), "InvalidCiphertextException");
}

#[tokio::test]
async fn a_key_in_another_region_is_reached_there() {
    let (here, elsewhere) = (makes_key(HERE).await, makes_key(ELSEWHERE).await);
    assert!(elsewhere.contains(ELSEWHERE), "{elsewhere}");
    let kms = functions_kms(&here).await;
    let (key, id) = (Key::generate(&SystemRandom).unwrap(), KeyringId(new_id()));
    let wrapped = kms.wrap(&key, Purpose::Credentials, id, &elsewhere).await.unwrap();
    assert_eq!(wrapped.kms_key, elsewhere);
    assert_eq!(kms.unwrap(&wrapped).await.unwrap().expose(), key.expose());
    is_refused(
        kms.unwrap(&WrappedKey { id: KeyringId(new_id()), ..wrapped }).await.map(|_| ()),
        "InvalidCiphertextException",
    );
    // Here there is no such key.
    let astray = elsewhere.replace(ELSEWHERE, HERE);
    is_refused(kms.wrap(&key, Purpose::Content, id, &astray).await.map(|_| ()), "NotFoundException");
}

#[tokio::test]
async fn what_was_wrapped_before_a_rotation_on_demand_opens_after_it() {
    let kms_key = makes_key(HERE).await;
    let (functions, operator) = (functions_kms(&kms_key).await, kms(HERE).await);
    let mut wrapped = Vec::new();
    for _ in 0..3 {
        wrapped.push(functions.generate(Purpose::Content, KeyringId(new_id())).await.unwrap());
        operator.rotate_key_on_demand().key_id(&kms_key).send().await.unwrap();
    }
    for (key, wrapped) in &wrapped {
        assert_eq!(functions.unwrap(wrapped).await.unwrap().expose(), key.expose());
    }
}

#[tokio::test]
async fn a_key_that_is_disabled_or_to_be_deleted_is_a_no() {
    let kms_key = makes_key(HERE).await;
    let (functions, operator) = (functions_kms(&kms_key).await, kms(HERE).await);
    let (_, wrapped) = functions.generate(Purpose::Content, KeyringId(new_id())).await.unwrap();
    operator.disable_key().key_id(&kms_key).send().await.unwrap();
    is_refused(functions.unwrap(&wrapped).await, "DisabledException");
    operator.enable_key().key_id(&kms_key).send().await.unwrap();
    functions.unwrap(&wrapped).await.unwrap();
    operator.schedule_key_deletion().key_id(&kms_key).pending_window_in_days(7).send().await.unwrap();
    is_refused(functions.unwrap(&wrapped).await, "KMSInvalidStateException");
}

const SEND: HttpHandler = |app, call| Box::pin(send_message::handle(app, call));
const READ: HttpHandler = |app, call| Box::pin(list_messages::handle(app, call));
const MESSAGES: &str = "/v1/conversations/{conversation_id}/messages";

/// The whole way, from a request to KMS and back, before and after both kinds of change of K0.
#[tokio::test]
async fn messages_open_after_the_kms_key_was_rotated_and_after_it_was_replaced() {
    let (old, new) = (makes_key(HERE).await, makes_key(HERE).await);
    let kms = Arc::new(functions_kms(&old).await);
    let app = TestApp::start().await;
    let mut database = app.connect().await;
    sqlx::query("DELETE FROM keys.keyring").execute(&mut database).await.unwrap();
    let id = KeyringId(new_id());
    let (_, wrapped) = kms.generate(Purpose::Content, id).await.unwrap();
    sqlx::query("INSERT INTO keys.keyring (id, purpose, wrapped, kms_key) VALUES ($1, 'content', $2, $3)")
        .bind(id.0)
        .bind(&wrapped.blob)
        .bind(&wrapped.kms_key)
        .execute(&mut database)
        .await
        .unwrap();
    let environment = app.environment_with(Arc::clone(&kms) as _);
    let (_, key) = environment.new_epoch_key(new_id().into(), shared::id::Epoch(1)).await.unwrap();
    assert_eq!(key.keyring, id);

    let alice = app.somebody("alice").await;
    let body = json!({"type": "group", "title": "Talk", "member_ids": []});
    let create: HttpHandler = |app, call| Box::pin(conversations::create_conversation::handle(app, call));
    let made =
        Request::post("/v1/conversations", &body).by(&alice).through(&environment, create).await.created();
    let chat = made["id"].as_str().unwrap().to_owned();
    let send = |text: &str| {
        let body = json!({"client_id": new_id(), "type": "text", "text": text});
        Request::post(MESSAGES, &body).at("conversation_id", &chat).by(&alice)
    };
    let read = || Request::get(MESSAGES).at("conversation_id", &chat).by(&alice);
    let texts = |page: Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter().rev();
        items.map(|item| item["text"].as_str().unwrap_or("undecryptable").to_owned()).collect()
    };
    send("before").through(&environment, SEND).await.created();

    crate::world::kms(HERE).await.rotate_key_on_demand().key_id(&old).send().await.unwrap();
    let cold = app.environment_with(Arc::clone(&kms) as _);
    assert_eq!(texts(read().through(&cold, READ).await.ok()), ["before"]);
    send("after the rotation").through(&cold, SEND).await.created();

    let again = kms.rewrap(&wrapped, &new).await.unwrap();
    sqlx::query("UPDATE keys.keyring SET wrapped = $2, kms_key = $3 WHERE id = $1")
        .bind(id.0)
        .bind(again.blob)
        .bind(again.kms_key)
        .execute(&mut database)
        .await
        .unwrap();
    crate::world::kms(HERE).await.disable_key().key_id(&old).send().await.unwrap();
    let cold = app.environment_with(kms);
    assert_eq!(texts(read().through(&cold, READ).await.ok()), ["before", "after the rotation"]);
}
