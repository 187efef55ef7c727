//! What people write and what opens their accounts stands nowhere in clear.

use std::fmt::Write;

use serde_json::json;
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::{Gateway, unique_username};

/// Every row of every table, as text; bytes are in hexadecimal.
async fn dump(database: &mut PgConnection) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut *database)
    .await
    .unwrap();
    assert!(tables.iter().any(|table| table == "public.messages"), "{tables:?}");
    let mut rows = Vec::new();
    for table in tables {
        let sql = format!("SELECT entry::text FROM {table} AS entry");
        let of_table: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *database).await.unwrap();
        rows.extend(of_table.into_iter().map(|row| (table.clone(), row.to_lowercase())));
    }
    rows
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[tokio::test]
async fn no_row_holds_a_secret() {
    let app = Gateway::start().await;
    let canary = testkit::new_id().simple().to_string();
    let (email, password) = (format!("canary-{canary}@example.org"), format!("canary password {canary}"));
    let registration = json!({
        "username": unique_username("canary"),
        "password": password,
        "display_name": "Canary",
        "email": email,
    });
    let answer = app.anonymous().post("/v1/users", &registration).await.created();
    let alice = testkit::User::of(&app.anonymous(), &answer["user"], &answer["session"], password.clone());
    let again = alice.logs_in_again().await;
    let (title, text) = (format!("Canary title {canary}"), format!("Canary text {canary} ").repeat(100));
    let group = alice.creates_group(&title, &[]).await;
    alice.sends(&group, &text).await;

    let rows = dump(&mut app.database().await).await;
    let marker = alice.id.to_string();
    assert!(rows.iter().any(|(_, row)| row.contains(&marker)), "the dump sees this user's rows");

    let secrets = [
        ("the canary in everything", canary),
        ("the password", password),
        ("the e-mail address", email),
        ("the title", title),
        ("the text", text),
        ("an access token", alice.access_token.clone()),
        ("an access token's bytes", alice.access_token.trim_start_matches("tka_").to_owned()),
        ("a second access token", again.access_token.clone()),
        ("a refresh token", alice.refresh_token.clone()),
        ("a refresh token's bytes", alice.refresh_token.trim_start_matches("tkr_").to_owned()),
        ("a password hash", "$argon2".to_owned()),
    ];
    for (what, secret) in secrets {
        for form in [
            secret.to_lowercase(),
            hexadecimal(secret.as_bytes()),
            hexadecimal(secret.to_lowercase().as_bytes()),
        ] {
            for (table, row) in &rows {
                assert!(!row.contains(&form), "{what} stands in {table}: {row}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_text_never_looks_the_same() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    for _ in 0..3 {
        alice.sends(&notes, "the same").await;
    }
    let sealed: Vec<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM messages WHERE conversation_id = $1")
        .bind(notes.id)
        .fetch_all(&mut app.database().await)
        .await
        .unwrap();
    assert_eq!(sealed.len(), 3);
    for (index, one) in sealed.iter().enumerate() {
        assert_eq!(one[0], 1, "the format's version");
        assert!(one.len() >= 65 + "the same".len());
        for other in &sealed[..index] {
            // Salt, commitment and ciphertext all differ.
            assert_ne!(one[1..17], other[1..17]);
            assert_ne!(one[17..49], other[17..49]);
            assert_ne!(one[49..], other[49..]);
        }
    }
}
