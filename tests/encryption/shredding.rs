//! What is destroyed is told to a ledger outside the database, which never lets go of it.

use http::Method;
use serde_json::json;
use testkit::Gateway;
use uuid::Uuid;

/// A call of the ledger's bucket by an operator.
async fn s3(app: &Gateway, method: Method, path: &str) -> (u16, String) {
    let bucket = app.stack().shred_ledger_bucket.as_deref().unwrap();
    app.aws("s3", method, &format!("/{bucket}{path}"), &[], String::new()).await
}

/// The objects of the ledger that tell of this.
async fn telling_of(app: &Gateway, id: Uuid) -> Vec<(String, String)> {
    let deployment: Uuid =
        sqlx::query_scalar("SELECT id FROM deployment").fetch_one(&mut app.database().await).await.unwrap();
    let (_, listed) = s3(app, Method::GET, &format!("?list-type=2&max-keys=1000&prefix={deployment}/")).await;
    let names = listed.split("<Key>").skip(1).filter_map(|rest| rest.split('<').next());
    let mut telling = Vec::new();
    for name in names {
        let (status, content) = s3(app, Method::GET, &format!("/{name}")).await;
        assert_eq!(status, 200);
        if content.contains(&id.to_string()) {
            telling.push((name.to_owned(), content));
        }
    }
    telling
}

#[tokio::test]
async fn a_deleted_conversation_and_an_erased_account_are_in_the_ledger_for_good() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let chat = alice.creates_group("Secret plans", &[]).await;
    alice.sends(&chat, "nobody shall know").await;
    assert_eq!(alice.delete(&chat.path()).await.status, 204);
    let erase = json!({"password": alice.password});
    assert_eq!(alice.with_body(Method::DELETE, "/v1/users/me", &erase).await.status, 202);
    // The schedule may have been there first.
    app.invokes("write_shreds", &json!({})).await;
    for (id, kind) in [(chat.id, "conversation"), (alice.id, "account")] {
        let telling = telling_of(&app, id).await;
        assert!(!telling.is_empty(), "{kind} {id}");
        for (name, content) in telling {
            assert!(content.contains(&format!("\"kind\":\"{kind}\",\"id\":\"{id}\"")), "{content}");
            assert!(!content.contains("nobody shall know") && !content.contains(&alice.username));
            let (_, listed) = s3(&app, Method::GET, &format!("?versions&prefix={name}")).await;
            let version = listed.split("<VersionId>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
            let (status, answer) = s3(&app, Method::DELETE, &format!("/{name}?versionId={version}")).await;
            assert_eq!(status, 403, "{answer}");
        }
    }
    // Nothing of it is there to be destroyed again.
    let replayed = app.invokes("replay_shreds", &json!({})).await;
    assert!(replayed["objects"].as_u64().unwrap() >= 1, "{replayed}");
    assert_eq!((&replayed["conversations"], &replayed["accounts"]), (&json!(0), &json!(0)));
}
