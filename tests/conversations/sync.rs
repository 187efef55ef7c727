use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Gateway, User};

/// Follows tokens until this is told; everything that came.
async fn told(user: &User, mut token: String, kind: &str) -> (Vec<Value>, String) {
    let mut seen: Vec<Value> = Vec::new();
    let reading = async {
        while !seen.iter().any(|change| change["type"] == json!(kind)) {
            let page = user.get(&format!("/v1/sync?since={token}")).await.ok();
            assert_eq!(page["reset"], false);
            page["next"].as_str().unwrap().clone_into(&mut token);
            seen.extend(page["changes"].as_array().unwrap().iter().cloned());
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reading).await.unwrap();
    (seen, token)
}

#[tokio::test]
async fn a_device_that_was_away_is_told_everything_of_all_conversations() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    alice.sends(&chat, "one").await;
    let start = bob.get("/v1/sync").await.ok();
    assert_eq!(start["changes"].as_array().unwrap().len(), 1);
    assert_eq!(start["changes"][0]["type"], "conversation.snapshot");
    assert_eq!(start["changes"][0]["data"]["last_message"]["text"], "one");
    let token = start["next"].as_str().unwrap().to_owned();

    let books = alice.creates_group("Books", &[&bob]).await;
    alice.sends(&books, "two").await;
    bob.put(&chat.receipts(), &json!({"read_seq": 1})).await.ok();
    let (seen, token) = told(&bob, token, "receipt.updated").await;
    let of_books: Vec<_> = seen
        .iter()
        .filter(|change| change["conversation_id"] == json!(books.id))
        .map(|change| change["type"].as_str().unwrap())
        .collect();
    assert_eq!(of_books, ["conversation.created", "message.created"]);
    let receipt = seen.iter().find(|change| change["type"] == "receipt.updated").unwrap();
    let expected = json!({"conversation_id": chat.id, "user_id": bob.id, "delivered_seq": 1, "read_seq": 1});
    assert_eq!((&receipt["data"], &receipt["change_seq"]), (&expected, &Value::Null));

    assert_eq!(alice.delete(&books.member(&bob)).await.status, 204);
    alice.sends(&books, "without bob").await;
    let (seen, _) = told(&bob, token, "member.removed").await;
    assert!(
        seen.iter()
            .all(|change| change["conversation_id"] != json!(books.id) || change["type"] == "member.removed"),
        "{seen:?}"
    );
    bob.get("/v1/sync?since=nonsense").await.invalid(&[("since", "invalid_value")]);
}
