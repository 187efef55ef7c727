//! What is in an archive, in process: everything of one's own, page after page, and nothing of others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde_json::{Value, json};
use shared::crypto::SealedEpochKey;
use shared::id::{ConversationId, Epoch, Revision};
use shared::message::MessagePlace;
use shared::text::Email;
use testkit::{FakeObjects, Somebody, TestApp};
use users::write_export;
use uuid::Uuid;

/// The files of the archive that is made for somebody now.
async fn archive_of(app: &TestApp, who: &Somebody) -> BTreeMap<String, String> {
    let export: Uuid = app.app.new_id().unwrap();
    sqlx::query("INSERT INTO exports (id, user_id) VALUES ($1, $2)")
        .bind(export)
        .bind(who.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let body = json!({"export_id": export, "user_id": who.id}).to_string();
    let objects = FakeObjects::default();
    write_export::handle(&app.app, &objects, testkit::task("1", &body)).await.unwrap();
    let archive = objects.stored(&objects.keys()[0]).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

fn json_of(files: &BTreeMap<String, String>, name: &str) -> Value {
    serde_json::from_str(&files[name]).unwrap()
}

fn lines_of(files: &BTreeMap<String, String>, conversation: ConversationId) -> Vec<Value> {
    let lines = files[&format!("conversations/{conversation}.jsonl")].lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Says something for each of these texts, by way of the database.
async fn says(app: &TestApp, conversation: ConversationId, sender: &Somebody, texts: &[String]) {
    let mut database = app.connect().await;
    let (keyring, sealed): (Uuid, Vec<u8>) =
        sqlx::query_as("SELECT keyring_id, sealed FROM conversation_keys WHERE conversation_id = $1")
            .bind(conversation.0)
            .fetch_one(&mut database)
            .await
            .unwrap();
    let key = SealedEpochKey { epoch: Epoch(1), keyring: keyring.into(), sealed };
    let key = app.app.open_epoch_key(conversation, &key).await.unwrap().unwrap();
    let (mut ids, mut contents) = (Vec::new(), Vec::new());
    for text in texts {
        let id: Uuid = app.app.new_id().unwrap();
        let place = MessagePlace { id: id.into(), sender: sender.id, kind: "text", version: Revision(1) };
        let content = json!({"text": text}).to_string();
        contents.push(key.seal_message(&*app.app.random, place, content.as_bytes()).unwrap());
        ids.push(id);
    }
    sqlx::query(
        "WITH said AS (
             UPDATE conversations SET last_seq = last_seq + cardinality($3), change_seq = change_seq + cardinality($3)
             WHERE id = $1 RETURNING last_seq - cardinality($3) AS before
         )
         INSERT INTO messages (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed,
                               request_fingerprint, created_at)
         SELECT $1, said.before + one.place, one.id, 1 + said.before + one.place, $2, one.id, 'text', 1, one.sealed, '', now()
         FROM said, unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS one (id, sealed, place)",
    )
    .bind(conversation.0)
    .bind(sender.id.0)
    .bind(ids)
    .bind(contents)
    .execute(&mut database)
    .await
    .unwrap();
}

#[tokio::test]
async fn everything_of_ones_own_is_in_it() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let mut database = app.connect().await;
    let email = app.app.seal_email(alice.id, &Email("alice@example.org".to_owned())).await.unwrap();
    sqlx::query(
        "UPDATE users SET email_sealed = $2, email_keyring_id = $3, send_typing = false WHERE id = $1",
    )
    .bind(alice.id.0)
    .bind(email.sealed)
    .bind(email.keyring.0)
    .execute(&mut database)
    .await
    .unwrap();
    sqlx::query("INSERT INTO blocks (user_id, blocked_id) VALUES ($1, $2)")
        .bind(alice.id.0)
        .bind(bob.id.0)
        .execute(&mut database)
        .await
        .unwrap();
    let group = app.group(&[&alice, &bob]).await;
    says(
        &app,
        group,
        &bob,
        &["Grüße 🦊 \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \"quoted\"\nline".to_owned()],
    )
    .await;
    // More than a page of messages, of members and of events.
    let many: Vec<String> = (2..=450).map(|seq| format!("message {seq}")).collect();
    says(&app, group, &alice, &many).await;
    sqlx::query(
        "WITH more AS (
             INSERT INTO users (id, username, display_name)
             SELECT gen_random_uuid(), 'more' || n, 'More' FROM generate_series(1, 600) AS n RETURNING id
         )
         INSERT INTO members (conversation_id, user_id, role) SELECT $1, id, 'member' FROM more",
    )
    .bind(group.0)
    .execute(&mut database)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO audit_events (id, event, actor_id, subject_type, subject_id, address)
         SELECT gen_random_uuid(), CASE n % 3 WHEN 0 THEN 'authn_login_fail' ELSE 'user_updated' END,
                CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN $1 ELSE $2 END, 'user', $1, '192.0.2.7'
         FROM generate_series(1, 450) AS n",
    )
    .bind(alice.id.0)
    .bind(bob.id.0)
    .execute(&mut database)
    .await
    .unwrap();

    let files = archive_of(&app, &alice).await;
    let name = format!("conversations/{group}.jsonl");
    let expected = [
        "audit.json",
        "blocks.json",
        &name,
        "conversations.json",
        "profile.json",
        "sessions.json",
        "settings.json",
    ];
    let mut names: Vec<&str> = files.keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(json_of(&files, "profile.json")["email"], "alice@example.org");
    assert_eq!(json_of(&files, "settings.json")["send_typing"], false);
    assert_eq!(json_of(&files, "blocks.json")[0]["user_id"], json!(bob.id));
    let sessions = json_of(&files, "sessions.json");
    assert_eq!((sessions.as_array().unwrap().len(), &sessions[0]["id"]), (1, &json!(alice.session)));

    let conversations = json_of(&files, "conversations.json");
    assert_eq!((&conversations[0]["role"], &conversations[0]["last_seq"]), (&json!("owner"), &json!(450)));
    assert_eq!(conversations[0]["members"].as_array().unwrap().len(), 602);
    let messages = lines_of(&files, group);
    let seqs: Vec<u64> = messages.iter().map(|message| message["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=450).collect::<Vec<_>>());
    assert_eq!(messages[0]["text"], "Grüße 🦊 \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \"quoted\"\nline");
    assert_eq!(messages[449]["text"], "message 450");

    let events = json_of(&files, "audit.json");
    let of = |by: &str| events.as_array().unwrap().iter().filter(|event| event["by"] == by).count();
    assert_eq!((of("you"), of("nobody_known"), of("somebody_else")), (150, 150, 150));
    for event in events.as_array().unwrap() {
        assert_eq!(event["address"].is_null(), event["by"] == "somebody_else", "{event}");
    }
}

#[tokio::test]
async fn nothing_of_others_is_in_it() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let theirs = app.group(&[&bob, &carol]).await;
    says(&app, theirs, &bob, &["not for alice".to_owned()]).await;
    let left = app.group(&[&bob, &alice]).await;
    says(&app, left, &bob, &["said while she was there".to_owned()]).await;
    sqlx::query("UPDATE members SET left_at = now() WHERE conversation_id = $1 AND user_id = $2")
        .bind(left.0)
        .bind(alice.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let empty = app.group(&[&alice]).await;
    let files = archive_of(&app, &alice).await;
    assert_eq!(lines_of(&files, empty), Vec::<Value>::new());
    assert_eq!(files.keys().filter(|name| name.starts_with("conversations/")).count(), 1);
    let all: String = files.into_values().collect();
    for foreign in [
        "not for alice".to_owned(),
        "said while she was there".to_owned(),
        theirs.to_string(),
        left.to_string(),
        bob.id.to_string(),
        bob.session.to_string(),
        carol.id.to_string(),
        "hash".to_owned(),
        "sealed".to_owned(),
        "keyring".to_owned(),
    ] {
        assert!(!all.contains(&foreign), "{foreign}");
    }
}

#[tokio::test]
async fn what_is_hidden_from_one_is_not_in_it() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let group = app.group(&[&alice, &bob]).await;
    says(&app, group, &alice, &["before bob", "one", "deleted by bob for himself", "two"].map(str::to_owned))
        .await;
    let mut database = app.connect().await;
    for change in [
        "UPDATE members SET joined_seq = 1 WHERE conversation_id = $1 AND user_id = $2",
        "INSERT INTO hidden_messages (conversation_id, seq, user_id) VALUES ($1, 3, $2)",
        // An answer to what bob may not see.
        "UPDATE messages SET reply_to_seq = 1 WHERE conversation_id = $1 AND seq = 4 AND $2::uuid IS NOT NULL",
    ] {
        sqlx::query(change).bind(group.0).bind(bob.id.0).execute(&mut database).await.unwrap();
    }
    let files = archive_of(&app, &bob).await;
    let texts: Vec<Value> =
        lines_of(&files, group).into_iter().map(|message| message["text"].clone()).collect();
    assert_eq!(texts, ["one", "two"]);
    assert!(!files.into_values().any(|file| file.contains("before bob") || file.contains("for himself")));
    let all: Vec<Value> = lines_of(&archive_of(&app, &alice).await, group);
    assert_eq!((all.len(), &all[3]["reply_to"]["text"]), (4, &json!("before bob")));
}

#[tokio::test]
async fn what_cannot_be_opened_says_so_and_breaks_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let group = app.group(&[&alice]).await;
    says(&app, group, &alice, &["one", "two", "three", "four"].map(str::to_owned)).await;
    let mut database = app.connect().await;
    for change in [
        "UPDATE messages SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) WHERE seq = 2",
        "UPDATE messages SET sealed = NULL, deleted_at = now() WHERE seq = 3",
        "UPDATE messages SET epoch = 7 WHERE seq = 4",
    ] {
        sqlx::query(change).execute(&mut database).await.unwrap();
    }
    let files = archive_of(&app, &alice).await;
    let messages = lines_of(&files, group);
    let seen: Vec<_> = messages.iter().map(|message| (&message["text"], &message["error"])).collect();
    let broken = json!("undecryptable");
    let (one, nothing) = (json!("one"), Value::Null);
    assert_eq!(seen, [(&one, &nothing), (&nothing, &broken), (&nothing, &nothing), (&nothing, &broken)]);
    assert!(messages[2]["deleted_at"].is_string(), "a tombstone keeps its place");
    let recorded: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE event = 'crypt_decrypt_fail' AND subject_type = 'message'",
    )
    .fetch_one(&mut database)
    .await
    .unwrap();
    assert_eq!(recorded, 2);
}
