//! What functions do, and cannot do, that have the right to some keys only (docs/decisions/0065).

use media::preview::{Made, Preview};
use media::{create_media, get_media, list_media, make_previews};
use serde_json::{Value, json};
use shared::App;
use shared::crypto::{Context, Key, OpenFailure, Purpose, SealedEpochKey};
use shared::id::Epoch;
use shared::media::upload_key;
use shared::random::SystemRandom;
use shared::serve::HttpHandler;
use testkit::{FakeObjects, KmsOfRole, Request, Somebody, TestApp, task};

use crate::words::{MESSAGES, READ, SEND, group, opened_by, opened_by_an_owner, reading, sending, sends};

const CREATE: HttpHandler = |app, call| Box::pin(create_media::handle(app, call));
const GET: HttpHandler = |app, call| Box::pin(get_media::handle(app, call));
const GALLERY: HttpHandler = |app, call| Box::pin(list_media::handle(app, call));

/// Shows something of whatever it is, and serves it as it came.
const PREVIEW: make_previews::Look = |_| {
    Box::pin(async {
        Ok(Made::Ready(Preview {
            width: Some(4),
            height: Some(2),
            duration_ms: None,
            thumbhash: Some(vec![1, 2, 3]),
            waveform: Some(vec![50; 8]),
            clean: None,
            variants: Vec::new(),
        }))
    })
};

/// An environment of a function with the keys of these purposes.
fn with_rights(app: &TestApp, purposes: &[Purpose]) -> App {
    app.environment_with(KmsOfRole::new(&app.kms, purposes))
}

async fn uploads(app: &TestApp, by: &Somebody, objects: &FakeObjects) -> Value {
    let body = json!({"kind": "image", "content_type": "image/png", "size": 7, "file_name": "plans.png"});
    let announced = app.call(CREATE, Request::post("/v1/media", &body).by(by)).await.created();
    let id = announced["media"]["id"].as_str().unwrap();
    objects.add(&upload_key(id.parse::<uuid::Uuid>().unwrap().into()), b"picture");
    announced["media"]["id"].clone()
}

async fn makes_previews(environment: &App, objects: &FakeObjects, media: &Value) -> bool {
    let key = upload_key(media.as_str().unwrap().parse::<uuid::Uuid>().unwrap().into());
    let object = json!({"key": key, "size": 7, "sequencer": "0A"});
    let event =
        json!({"Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": object}}]}).to_string();
    make_previews::handle(environment, objects, PREVIEW, task("one", &event)).await.is_ok()
}

#[tokio::test]
async fn the_workers_of_previews_do_their_work_and_read_nothing_that_anybody_said() {
    let app = TestApp::start().await;
    let objects = FakeObjects::default();
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob]).await;
    for text in ["one", "two", "three"] {
        sends(&app, &alice, chat, text).await;
    }
    let media = uploads(&app, &alice, &objects).await;

    let worker = with_rights(&app, &[Purpose::Media]);
    assert!(makes_previews(&worker, &objects, &media).await);
    let shown = Request::get("/v1/media/{media_id}").at("media_id", media.as_str().unwrap()).by(&alice);
    let shown = shown.through(&app.cold_environment(), GET).await.ok();
    assert_eq!((&shown["status"], &shown["file_name"]), (&json!("ready"), &json!("plans.png")));
    assert_eq!((&shown["thumbhash"], &shown["waveform"]), (&json!("AQID"), &json!(vec![50; 8])));

    // With the whole database, and every right that the worker has.
    assert_eq!(opened_by(&app, &worker).await, 0);
    assert_eq!(opened_by_an_owner(&app).await, 3);
    reading(&bob, chat).through(&worker, READ).await.problem(503, "unavailable");
    for purpose in [Purpose::Content, Purpose::Credentials] {
        worker.active_key(purpose).await.unwrap_err();
    }
}

#[tokio::test]
async fn files_are_shown_with_the_keys_of_files_alone() {
    let app = TestApp::start().await;
    let objects = FakeObjects::default();
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice]).await;
    let media = uploads(&app, &alice, &objects).await;
    assert!(makes_previews(&app.app, &objects, &media).await);
    let body = json!({"client_id": testkit::new_id(), "type": "image", "media_ids": [media]});
    let sending = Request::post(MESSAGES, &body).at("conversation_id", chat).by(&alice);
    app.call(SEND, sending).await.created();

    let shower = with_rights(&app, &[Purpose::Media]);
    let gallery = Request::get("/v1/conversations/{conversation_id}/media").at("conversation_id", chat);
    let page = gallery.by(&alice).through(&shower, GALLERY).await.ok();
    assert_eq!(page["items"][0]["media"]["file_name"], "plans.png");
    // Who reads messages needs the keys of both.
    for purposes in [&[Purpose::Content][..], &[Purpose::Media], &[Purpose::Content, Purpose::Media]] {
        let page = reading(&alice, chat).through(&with_rights(&app, purposes), READ).await;
        assert_eq!(page.status, if purposes.len() == 2 { 200 } else { 503 }, "{purposes:?}");
    }
}

/// Whoever has taken over the worker may write what it likes into the database: no key that it knows comes to seal what others say.
#[tokio::test]
async fn a_key_of_files_is_none_of_messages_whatever_the_database_says() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (forged, renamed) = (group(&app, &[&alice]).await, group(&app, &[&alice]).await);
    let worker = with_rights(&app, &[Purpose::Media]);
    let known = worker.active_key(Purpose::Media).await.unwrap();

    // A conversation's key that the worker has made and sealed itself.
    let k2 = Key::generate(&SystemRandom).unwrap();
    let context = Context::ConversationKey { conversation: forged, epoch: Epoch(1), keyring: known.id };
    let sealed = worker.seal_under(&known, &context, k2.expose()).unwrap();
    let mut database = app.connect().await;
    let forging = "UPDATE conversation_keys SET keyring_id = $2, sealed = $3 WHERE conversation_id = $1";
    let forging = sqlx::query(forging).bind(forged.0).bind(known.id.0).bind(sealed);
    forging.execute(&mut database).await.unwrap();
    let reader = app.cold_environment();
    // It has the key of files in memory, as whoever shows files does.
    reader.active_key(Purpose::Media).await.unwrap();
    let key = SealedEpochKey { epoch: Epoch(1), keyring: known.id, sealed: Vec::new() };
    assert_eq!(reader.open_epoch_key(forged, &key).await.unwrap().unwrap_err(), OpenFailure::KeyMissing);
    sending(&alice, forged, "to nobody").through(&reader, SEND).await;

    // The key of files, called one of messages.
    let renaming = "UPDATE keys.keyring SET state = 'opening' WHERE purpose = 'content';
                    UPDATE keys.keyring SET purpose = 'content' WHERE purpose = 'media'";
    sqlx::raw_sql(renaming).execute(&mut database).await.unwrap();
    for environment in [&reader, &app.cold_environment()] {
        environment.active_key(Purpose::Content).await.unwrap_err();
        let conversation = environment.new_epoch_key(renamed, Epoch(2)).await;
        assert!(conversation.is_err());
    }
    let said = "SELECT sealed FROM messages WHERE sealed IS NOT NULL";
    let said: Vec<Vec<u8>> = sqlx::query_scalar(said).fetch_all(&mut database).await.unwrap();
    assert!(said.is_empty(), "something was sealed under a key that the worker made");
}

/// An upload that was announced to a version in which the content keys sealed its name.
#[tokio::test]
async fn what_an_older_version_sealed_waits_and_is_sealed_again() {
    let app = TestApp::start().await;
    let objects = FakeObjects::default();
    let alice = app.somebody("alice").await;
    let (waiting, ready) = (uploads(&app, &alice, &objects).await, uploads(&app, &alice, &objects).await);
    assert!(makes_previews(&app.app, &objects, &ready).await);
    for media in [&waiting, &ready] {
        seals_as_before(&app, media).await;
    }
    let astray = "SELECT count(*) FROM media JOIN keys.keyring AS key ON key.id = details_keyring_id
                  WHERE key.purpose = 'content'";
    let count =
        async || -> i64 { sqlx::query_scalar(astray).fetch_one(&mut app.connect().await).await.unwrap() };
    assert_eq!(count().await, 2);

    // Whoever may read messages shows it meanwhile; the worker leaves it alone.
    let get = |media: &Value| {
        Request::get("/v1/media/{media_id}").at("media_id", media.as_str().unwrap()).by(&alice)
    };
    assert_eq!(get(&ready).through(&app.cold_environment(), GET).await.ok()["thumbhash"], "AQID");
    let worker = with_rights(&app, &[Purpose::Media]);
    assert!(makes_previews(&worker, &objects, &waiting).await);
    assert_eq!(get(&waiting).through(&app.cold_environment(), GET).await.ok()["status"], "processing");

    for _ in 0..2 {
        keys::rotate_keys::handle(&app.app, &crate::words::kms_keys()).await.unwrap();
        assert_eq!(count().await, 0);
    }
    // No key is replaced for it, and nothing is told of keys that were refused.
    let trouble = "SELECT count(*) FROM audit_events WHERE event LIKE 'crypt%'";
    let trouble: i64 = sqlx::query_scalar(trouble).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(trouble, 0);
    assert!(makes_previews(&worker, &objects, &waiting).await);
    for media in [&waiting, &ready] {
        let shown = get(media).through(&with_rights(&app, &[Purpose::Media]), GET).await.ok();
        assert_eq!((&shown["status"], &shown["file_name"]), (&json!("ready"), &json!("plans.png")));
        assert_eq!(shown["thumbhash"], "AQID");
    }
}

/// Seals what is known of a file under the content key.
async fn seals_as_before(app: &TestApp, media: &Value) {
    let id: uuid::Uuid = media.as_str().unwrap().parse().unwrap();
    let mut database = app.connect().await;
    let (owner, keyring, sealed): (uuid::Uuid, uuid::Uuid, Vec<u8>) =
        sqlx::query_as("SELECT owner_id, details_keyring_id, details_sealed FROM media WHERE id = $1")
            .bind(id)
            .fetch_one(&mut database)
            .await
            .unwrap();
    let context = Context::Media { media: id.into(), owner: owner.into() };
    let key = app.app.keyring_key(keyring.into(), &[Purpose::Media]).await.unwrap().unwrap();
    let details = shared::crypto::open(&key, &context, &sealed).unwrap();
    let active = app.app.active_key(Purpose::Content).await.unwrap();
    let sealed = app.app.seal_under(&active, &context, &details).unwrap();
    sqlx::query("UPDATE media SET details_keyring_id = $2, details_sealed = $3 WHERE id = $1")
        .bind(id)
        .bind(active.id.0)
        .bind(sealed)
        .execute(&mut database)
        .await
        .unwrap();
}
