//! What people write and what opens their accounts stands nowhere in clear.
//!
//! Some things are public by design and are not looked for: user names, display names, what people say of themselves, and statuses.
//! The names of one's devices are shown to oneself only, but stored as they are.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use testkit::{Gateway, User, unique_username};

/// Every row of everything in the catalog that holds rows, as text in small letters; bytes are in hexadecimal.
async fn dump(database: &mut PgConnection) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', namespace.nspname, class.relname)
         FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
         WHERE class.relkind IN ('r', 'p', 'm') AND namespace.nspname NOT IN ('pg_catalog', 'information_schema')
           -- What another connection has for itself cannot be read.
           AND (class.relpersistence <> 't' OR namespace.oid = pg_my_temp_schema())",
    )
    .fetch_all(&mut *database)
    .await
    .unwrap();
    for known in ["public.messages", "public.audit_events", "public.exports", "public.outbox", "keys.keyring"]
    {
        assert!(tables.iter().any(|table| table == known), "{tables:?}");
    }
    let mut rows = Vec::new();
    for table in tables {
        let sql = format!("SELECT row_to_json(entry)::text FROM {table} AS entry");
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

/// What is seen of `bytes` in base64 wherever they begin in it: its three alignments, without the digits at both ends that
/// depend on what stands beside.
fn base64(bytes: &[u8]) -> Vec<String> {
    let inner = |alignment: usize| {
        let shifted = [&vec![0; alignment], bytes].concat();
        let (first, last) = ((alignment * 8).div_ceil(6), shifted.len() * 8 / 6);
        [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)]
            .map(|text| text[first..last].to_owned())
    };
    (0..3).flat_map(inner).collect()
}

/// The forms in which a secret could stand in a row of the dump.
pub fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), secret.to_lowercase()];
    forms.extend(base64(secret.as_bytes()));
    let in_bytes: Vec<String> = forms.iter().map(|form| hexadecimal(form.as_bytes())).collect();
    forms.into_iter().map(|form| form.to_lowercase()).chain(in_bytes).collect()
}

/// Tokens with and without what all tokens begin with.
fn tokens(session: &Value) -> Vec<(&'static str, String)> {
    let mut tokens = Vec::new();
    for (what, field) in [("an access token", "access_token"), ("a refresh token", "refresh_token")] {
        let token = session[field].as_str().unwrap();
        tokens.extend([(what, token.to_owned()), (what, token[4..].to_owned())]);
    }
    tokens
}

/// Does everything that a secret goes into by way of the gateway; answers whose rows there must be, and the secrets.
async fn leaves_secrets(app: &Gateway, canary: &str) -> (User, Vec<(&'static str, String)>) {
    // What is kept for a repeat of a request is kept sealed too.
    let anonymous = app.anonymous().with_header("idempotency-key", canary);
    let [email, later_email] =
        ["first", "second"].map(|which| format!("canary-{which}-{canary}@example.org"));
    let [password, later_password, wrong_password] =
        ["one", "two", "not mine"].map(|which| format!("canary password {which} {canary}"));
    let registration = json!({
        "username": unique_username("canary"), "password": password, "display_name": "Canary", "email": email,
    });
    let answer = anonymous.post("/v1/users", &registration).await.created();
    let alice = User::of(&anonymous, &answer["user"], &answer["session"], later_password.clone());
    let mut secrets = tokens(&answer["session"]);
    alice.patch("/v1/users/me", &json!({"email": later_email})).await.ok();
    let change = json!({"current_password": password, "new_password": later_password});
    assert_eq!(alice.put("/v1/users/me/password", &change).await.status, 204);
    for (username, password) in
        [(&alice.username, &wrong_password), (&unique_username("nobody"), &wrong_password)]
    {
        let credentials = json!({"username": username, "password": password});
        anonymous.post("/v1/sessions", &credentials).await.problem(401, "invalid_credentials");
    }
    let wrong = json!({"password": wrong_password});
    alice.with_body(Method::DELETE, "/v1/users/me", &wrong).await.problem(403, "wrong_password");
    let credentials = json!({"username": alice.username, "password": later_password});
    let session = anonymous.post("/v1/sessions", &credentials).await.created();
    secrets.extend(tokens(&session));
    let refresh = json!({"refresh_token": session["refresh_token"]});
    secrets.extend(tokens(&anonymous.post("/v1/sessions/refresh", &refresh).await.ok()));

    let (title, text) = (format!("Canary title {canary}"), format!("Canary text {canary} ").repeat(100));
    let group = alice.creates_group(&title, &[]).await;
    alice.sends(&group, &text).await;
    assert_eq!(alice.raw(Method::POST, "/v1/users/me/export", &[], "").await.status, 202);
    secrets.extend([
        ("the canary in everything", canary.to_owned()),
        ("an e-mail address", email),
        ("an e-mail address", later_email),
        ("a password", password),
        ("a password", later_password),
        ("a wrong password", wrong_password),
        ("the title", title),
        ("the text", text),
        ("a password hash", "$argon2".to_owned()),
    ]);
    (alice, secrets)
}

#[tokio::test]
async fn no_row_holds_a_secret() {
    let app = Gateway::start().await;
    let canary = testkit::new_id().simple().to_string();
    let (alice, secrets) = leaves_secrets(&app, &canary).await;
    let rows = dump(&mut app.database().await).await;
    let marker = alice.id.to_string();
    let tables = |found: &(String, String)| found.1.contains(&marker).then_some(found.0.clone());
    let tables: std::collections::BTreeSet<String> = rows.iter().filter_map(tables).collect();
    for table in ["users", "credentials", "sessions", "members", "messages", "audit_events", "exports"] {
        assert!(tables.contains(&format!("public.{table}")), "the dump sees this user's rows: {tables:?}");
    }
    assert!(
        rows.iter().any(|(table, _)| table == "public.idempotency"),
        "the dump sees what is kept for repeats"
    );
    for (what, secret) in secrets {
        for form in forms(&secret) {
            for (table, row) in &rows {
                assert!(!row.contains(&form), "{what} stands in {table}: {row}");
            }
        }
    }
}

/// The search itself: what it looks for it finds, in whatever form it was put away.
#[tokio::test]
async fn a_secret_would_be_found_in_every_form() {
    let app = Gateway::start().await;
    let mut database = app.database().await;
    let secret = format!("Secret {}", testkit::new_id());
    let leaks = "CREATE TEMPORARY TABLE leaks (id serial, text text, bytes bytea, document jsonb)";
    sqlx::query(leaks).execute(&mut database).await.unwrap();
    for before in ["", "a", "ab", "{\"abc\": \""] {
        let text = format!("{before}{secret}\"}}");
        for text in
            [text.clone(), text.to_uppercase(), STANDARD_NO_PAD.encode(&text), hexadecimal(text.as_bytes())]
        {
            sqlx::query("INSERT INTO leaks (text) VALUES ($1)")
                .bind(&text)
                .execute(&mut database)
                .await
                .unwrap();
            let document = json!({"deep": [text]});
            sqlx::query("INSERT INTO leaks (document) VALUES ($1::text::jsonb)")
                .bind(document.to_string())
                .execute(&mut database)
                .await
                .unwrap();
        }
        for bytes in [text.clone().into_bytes(), URL_SAFE_NO_PAD.encode(&text).into_bytes()] {
            sqlx::query("INSERT INTO leaks (bytes) VALUES ($1)")
                .bind(bytes)
                .execute(&mut database)
                .await
                .unwrap();
        }
    }
    let rows = dump(&mut database).await;
    let leaks: Vec<_> = rows.iter().filter(|(table, _)| table.contains("leaks")).collect();
    assert_eq!(leaks.len(), 40);
    for (_, row) in leaks {
        assert!(forms(&secret).iter().any(|form| row.contains(form)), "{row}");
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
