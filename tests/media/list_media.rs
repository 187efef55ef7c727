use serde_json::json;
use testkit::{Gateway, new_id};

#[tokio::test]
async fn a_gallery_shows_the_files_of_a_conversation() {
    let app = Gateway::start().await;
    let (alice, bob, mallory) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("mallory").await);
    let direct = alice.opens_direct_conversation_with(&bob).await;
    let gallery = format!("/v1/conversations/{}/media", direct.id);
    assert_eq!(bob.get(&gallery).await.ok(), json!({"items": []}));
    let (one, two) = tokio::join!(
        app.uploads(&alice, "file", "text/plain", b"one"),
        app.uploads(&alice, "file", "text/plain", b"two")
    );
    let body = json!({"client_id": new_id(), "type": "file", "media_ids": [one["id"], two["id"]]});
    let sent = alice.post(&direct.messages(), &body).await.created();
    let first = bob.get(&format!("{gallery}?kind=file&limit=1")).await.ok();
    let item = &first["items"][0];
    assert_eq!((&item["message_id"], &item["media"]["id"]), (&sent["id"], &one["id"]));
    assert_eq!(app.follows(item["media"]["url"].as_str().unwrap()).await.body, b"one");
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = bob.get(&format!("{gallery}?kind=file&limit=1&cursor={cursor}")).await.ok();
    assert_eq!(second["items"][0]["media"]["id"], two["id"]);
    assert!(second.get("next_cursor").is_none());
    assert_eq!(bob.get(&format!("{gallery}?kind=image")).await.ok(), json!({"items": []}));
    mallory.get(&gallery).await.problem(404, "not_found");
}
