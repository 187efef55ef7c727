use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Gateway, Socket, User};

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
    let expected = json!({
        "conversation_id": chat.id, "user_id": bob.id, "delivered_seq": 1, "read_seq": 1, "unread_count": 0,
        "mention_count": 0,
    });
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

#[tokio::test]
async fn what_one_does_on_one_device_reaches_the_other() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    alice.sends(&chat, "one").await;
    let message = alice.sends(&chat, "two").await;
    bob.put(&chat.receipts(), &json!({"read_seq": 2})).await.ok();
    let tablet = bob.logs_in_again().await;
    let (mut at_tablet, mut at_alices) = (tablet.connects().await, alice.connects().await);
    let mut token = tablet.get("/v1/sync").await.ok()["next"].as_str().unwrap().to_owned();

    let flags = bob.put(&format!("{}/pin", chat.path()), &json!({})).await.ok();
    assert_eq!(at_tablet.hears("conversation.flags_updated").await["data"], flags);
    bob.put(&chat.unread(), &json!({"seq": 1})).await.ok();
    hears_that(&mut at_tablet, "receipt.updated", |data| data["unread_count"] == 2).await;
    let hide = format!("{}/messages/{}?scope=me", chat.path(), message.id);
    assert_eq!(bob.delete(&hide).await.status, 204);
    assert_eq!(at_tablet.hears("conversation.message_hidden").await["data"]["message_id"], json!(message.id));
    let profile = bob.patch("/v1/users/me", &json!({"bio": "Reads.", "email": "bob@example.org"})).await.ok();
    hears_that(&mut at_tablet, "user.updated", |data| data["user"] == profile).await;
    let settings = bob.patch("/v1/users/me/settings", &json!({"send_typing": false})).await.ok();
    hears_that(&mut at_tablet, "user.updated", |data| data["settings"] == settings).await;
    assert_eq!(bob.put(&format!("/v1/users/me/blocks/{}", alice.id), &json!({})).await.status, 204);
    at_tablet.hears("block.updated").await;

    let (mut seen, mut types) = (Vec::new(), Vec::new());
    while types.last().map(String::as_str) != Some("block.updated") {
        let (page, next) = told_once(&tablet, &token).await;
        token = next;
        types.extend(page.iter().map(|change| change["type"].as_str().unwrap().to_owned()));
        seen.extend(page);
    }
    types.retain(|kind| kind != "presence.updated");
    let expected =
        ["conversation.flags_updated", "receipt.updated", "conversation.message_hidden", "user.updated"];
    let expected = expected.into_iter().chain(["user.updated", "block.updated"]).collect::<Vec<_>>();
    // What was said before the snapshot may be told once more.
    assert!(types.iter().map(String::as_str).collect::<Vec<_>>().ends_with(&expected), "{types:?}");
    let of = |kind: &str| &seen.iter().rfind(|change| change["type"] == json!(kind)).unwrap()["data"];
    assert_eq!(of("conversation.flags_updated"), &flags);
    assert_eq!(of("user.updated"), &json!({"user": profile, "settings": settings}));
    assert_eq!(of("receipt.updated")["unread_count"], 1, "the second is hidden by now");
    let heard = at_alices.heard_until_now().await;
    let hers = ["message.created", "receipt.updated", "presence.updated"];
    assert!(heard.iter().all(|event| hers.contains(&event["type"].as_str().unwrap())), "{heard:?}");
    assert!(heard.iter().all(|event| event["data"].get("unread_count").is_none()), "{heard:?}");
}

/// Listens until an event of this type says so.
async fn hears_that(socket: &mut Socket, kind: &str, told: impl Fn(&Value) -> bool) {
    while !told(&socket.hears(kind).await["data"]) {}
}

/// One page after a token, and the next token.
async fn told_once(user: &User, token: &str) -> (Vec<Value>, String) {
    let page = user.get(&format!("/v1/sync?since={token}")).await.ok();
    (page["changes"].as_array().unwrap().clone(), page["next"].as_str().unwrap().to_owned())
}
