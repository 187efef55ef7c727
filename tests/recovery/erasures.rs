//! Replaying an erasure does what the erasure did: the two have statements of their own, and must not drift apart.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::http::Parse;
use shared::id::Revision;
use shared::serve::HttpHandler;
use shared::text::Password;
use sqlx::AssertSqlSafe;
use testkit::{FakeLockedBucket, Request, TestApp, TestDatabase};
use users::{block_user, delete_me, set_status};

use crate::words::{carries, group, replays, sends};

const ERASE: HttpHandler = |app, call| Box::pin(delete_me::handle(app, call));
const BLOCK: HttpHandler = |app, call| Box::pin(block_user::handle(app, call));
const SET_STATUS: HttpHandler = |app, call| Box::pin(set_status::handle(app, call));
const PASSWORD: &str = "correct horse battery";

/// Every row of every table, without what tells two runs apart: when, in which event, and by what id.
async fn rows(app: &TestApp) -> BTreeMap<String, Vec<Value>> {
    let mut database = app.connect().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname IN ('public', 'keys') AND tablename NOT IN ('audit_events', 'shreds', 'rate_limits', '_sqlx_migrations')",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let mut all = BTreeMap::new();
    for table in tables {
        let query = format!("SELECT row_to_json(entry)::text FROM {table} AS entry");
        let found: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&mut database).await.unwrap();
        let mut rows: Vec<Value> = found.iter().map(|row| masked(&table, row)).collect();
        // Told to sockets, of which none is open when a database is restored.
        rows.retain(|row| table != "public.outbox" || row["type"] != "session.revoked");
        rows.sort_by_key(ToString::to_string);
        all.insert(table, rows);
    }
    all
}

fn masked(table: &str, row: &str) -> Value {
    let mut row: Value = serde_json::from_str(row).unwrap();
    for (column, value) in row.as_object_mut().unwrap() {
        let differs =
            matches!(column.as_str(), "deleted_at" | "ended_at" | "left_at" | "epochs_due_at" | "xid")
                || (table == "public.outbox" && matches!(column.as_str(), "id" | "created_at" | "due_at"));
        if differs && !value.is_null() {
            *value = json!("masked");
        }
    }
    row
}

#[tokio::test]
async fn what_a_replay_leaves_of_an_account_is_what_its_erasure_left() {
    let app = TestApp::start().await;
    let ledger = FakeLockedBucket::default();
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let password = Password::parse(&json!(PASSWORD)).unwrap();
    let sealed = app.app.seal_password(alice.id, Revision(1), &password).await.unwrap();
    sqlx::query("INSERT INTO credentials (user_id, keyring_id, password_sealed) VALUES ($1, $2, $3)")
        .bind(alice.id.0)
        .bind(sealed.keyring.0)
        .bind(sealed.sealed)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    // An owner with an heir, one without, a member, and what hangs on an account by itself.
    for members in [&[&alice, &bob, &carol][..], &[&alice], &[&bob, &alice]] {
        let chat = group(&app, members).await;
        sends(&app, members[0], chat, "hello").await;
    }
    let block = Request::put("/v1/users/me/blocks/{user_id}", &json!({})).at("user_id", bob.id).by(&alice);
    app.call(BLOCK, block).await;
    let status = json!({"presence": "busy", "text": "at work"});
    app.call(SET_STATUS, Request::put("/v1/users/me/status", &status).by(&alice)).await.ok();
    sqlx::query("INSERT INTO exports (id, user_id, requested_at) VALUES (gen_random_uuid(), $1, now())")
        .bind(alice.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let dump = app.database.dump(&[]).await;

    let erase = Request::delete("/v1/users/me").with_json(&json!({"password": PASSWORD})).by(&alice);
    assert_eq!(app.call(ERASE, erase).await.status, 202);
    carries(&app.app, &ledger).await;
    let restored = app.over(TestDatabase::restore(dump).await).await;
    assert_ne!(rows(&restored).await, rows(&app).await);
    let told = replays(&restored.app, &ledger).await;
    assert_eq!((&told["accounts"], &told["objects"]), (&json!(1), &json!(1)));
    let (erased, replayed) = (rows(&app).await, rows(&restored).await);
    for (table, rows) in &erased {
        assert_eq!(replayed[table], *rows, "{table}: what the replay left, and what the erasure left");
    }
}
