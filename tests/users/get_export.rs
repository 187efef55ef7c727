use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Conversation, Gateway, User};

const EXPORT: &str = "/v1/users/me/export";

/// Asks for an export and looks again until it is there.
async fn exports(user: &User) -> Value {
    let asked = user.post(EXPORT, &json!({})).await;
    assert_eq!(asked.status, 202, "{asked}");
    for _ in 0..300 {
        let export = user.get(EXPORT).await.ok();
        assert_eq!(export["id"], asked.json()["id"]);
        match export["state"].as_str().unwrap() {
            "ready" => return export,
            "failed" => panic!("{export}"),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    panic!("the export is not there after half a minute");
}

/// The files of an archive.
fn unpacked(archive: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let files = archive.len();
    let read = |place| {
        let mut file = archive.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    (0..files).map(read).collect()
}

fn texts(files: &BTreeMap<String, String>, conversation: &Conversation) -> Vec<String> {
    let lines = files[&format!("conversations/{}.jsonl", conversation.id)].lines();
    let text = |line| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
    lines.map(text).collect()
}

#[tokio::test]
async fn an_archive_has_everything_of_ones_own_and_nothing_of_others() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    alice.get(EXPORT).await.problem(404, "not_found");
    let emails = [&alice, &bob].map(|user| format!("{}@example.org", user.username));
    for (user, email) in [&alice, &bob].into_iter().zip(&emails) {
        user.patch("/v1/users/me", &json!({"email": email})).await.ok();
    }
    let direct = alice.opens_direct_conversation_with(&bob).await;
    let group = carol.creates_group("Nähkreis 🧵", &[&alice, &bob]).await;
    let theirs = bob.creates_group("Überraschung", &[&carol]).await;
    alice.sends(&direct, "Grüße, Bob 👋").await;
    bob.sends(&direct, "\"Hällo\"\n\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} שלום").await;
    carol.sends(&group, "to all of us").await;
    bob.sends(&theirs, "a secret from alice").await;
    alice.put(&format!("/v1/users/me/blocks/{}", carol.id), &json!({})).await;

    let export = exports(&alice).await;
    let link = export["download"]["url"].as_str().unwrap();
    assert!(link.contains("X-Amz-Expires=300&") || link.ends_with("X-Amz-Expires=300"), "{link}");
    let archive = app.follows(link).await;
    assert_eq!(archive.status, 200, "{archive}");
    assert_eq!(Some(archive.body.len()), export["size"].as_u64().and_then(|size| size.try_into().ok()));
    for (name, value) in [
        ("content-type", "application/zip"),
        ("content-disposition", "attachment; filename=\"talkify-export.zip\""),
        ("x-amz-server-side-encryption", "aws:kms"),
    ] {
        assert_eq!(archive.headers[name], value, "{:?}", archive.headers);
    }
    let kms_key = archive.headers["x-amz-server-side-encryption-aws-kms-key-id"].to_str().unwrap();
    assert!(kms_key.contains(app.stack().kms_key_id.as_ref().unwrap()), "{kms_key}");

    let files = unpacked(&archive.body);
    let read = |name: &str| serde_json::from_str::<Value>(&files[name]).unwrap();
    let mut profile = read("profile.json");
    assert_eq!(profile["email"], json!(emails[0]));
    let own = alice.get("/v1/users/me").await.ok();
    assert_eq!(profile.take(), own);
    assert_eq!(read("settings.json"), alice.get("/v1/users/me/settings").await.ok());
    assert_eq!(read("sessions.json")[0]["id"], json!(alice.session_id));
    assert_eq!(read("blocks.json")[0]["user_id"], json!(carol.id));
    let events = read("audit.json");
    let named = |name: &str| events.as_array().unwrap().iter().any(|event| event["event"] == name);
    assert!(named("user_created") && named("sensitive_create"), "{events}");

    let conversations = read("conversations.json");
    let conversations = conversations.as_array().unwrap();
    let listed: Vec<&Value> = conversations.iter().map(|one| &one["id"]).collect();
    assert_eq!(listed, [&json!(direct.id), &json!(group.id)]);
    assert_eq!(
        (&conversations[0]["title"], &conversations[1]["title"]),
        (&Value::Null, &json!("Nähkreis 🧵"))
    );
    assert_eq!(conversations[1]["members"].as_array().unwrap().len(), 3);
    assert_eq!(
        texts(&files, &direct),
        ["Grüße, Bob 👋", "\"Hällo\"\n\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} שלום"]
    );
    assert_eq!(texts(&files, &group), ["to all of us"]);
    assert_eq!(files.keys().filter(|name| name.starts_with("conversations/")).count(), 2);

    let all: String = files.into_values().collect();
    let secrets = [&alice, &bob, &carol]
        .into_iter()
        .flat_map(|user| [user.password.clone(), user.access_token.clone(), user.refresh_token.clone()]);
    let foreign = [
        emails[1].clone(),
        "a secret from alice".to_owned(),
        "Überraschung".to_owned(),
        theirs.id.to_string(),
        bob.session_id.to_string(),
        "argon2".to_owned(),
        "tka_".to_owned(),
        "tkr_".to_owned(),
    ];
    for foreign in secrets.chain(foreign) {
        assert!(!all.contains(&foreign), "{foreign}");
    }
}

#[tokio::test]
async fn a_link_is_for_what_it_was_signed_for() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    bob.get(EXPORT).await.problem(404, "not_found");
    let (alices, bobs) = tokio::join!(exports(&alice), exports(&bob));
    let link = alices["download"]["url"].as_str().unwrap();
    assert_eq!(app.follows(link).await.status, 200);
    let (path, query) = link.split_once('?').unwrap();
    let bobs = bobs["download"]["url"].as_str().unwrap().split_once('?').unwrap().0;
    assert_ne!(path, bobs);
    for forged in [path.to_owned(), format!("{bobs}?{query}"), link.replace("Expires=300", "Expires=9000")] {
        let answer = app.follows(&forged).await;
        assert_eq!(answer.status, 403, "{answer}");
    }
    let notified: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE type = 'export.ready' AND user_id IN ($1, $2)")
            .bind(alice.id)
            .bind(bob.id)
            .fetch_one(&mut app.database().await)
            .await
            .unwrap();
    assert_eq!(notified, 2);
}

#[tokio::test]
async fn of_an_erased_account_the_archive_goes() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let link = exports(&alice).await["download"]["url"].as_str().unwrap().to_owned();
    assert_eq!(app.follows(&link).await.status, 200);
    let erased =
        alice.with_body(http::Method::DELETE, "/v1/users/me", &json!({"password": alice.password})).await;
    assert_eq!(erased.status, 202, "{erased}");
    alice.get(EXPORT).await.problem(401, "unauthenticated");
    let mut database = app.database().await;
    let earlier = "UPDATE exports SET requested_at = requested_at - interval '10 seconds' WHERE user_id = $1";
    sqlx::query(earlier).bind(alice.id).execute(&mut database).await.unwrap();
    app.invokes("sweep_exports", &json!({})).await;
    for _ in 0..300 {
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM exports WHERE user_id = $1")
            .bind(alice.id)
            .fetch_one(&mut database)
            .await
            .unwrap();
        if rows == 0 {
            assert_eq!(app.follows(&link).await.status, 404);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the archive is not gone after half a minute");
}
