use serde_json::json;
use testkit::{Gateway, new_id};

#[tokio::test]
async fn an_upload_that_was_not_sent_goes_with_its_objects() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let media = app.uploads(&alice, "file", "text/plain", b"a draft").await;
    let path = format!("/v1/media/{}", media["id"].as_str().unwrap());
    let link = media["url"].as_str().unwrap();
    bob.delete(&path).await.problem(404, "not_found");
    assert_eq!(app.follows(link).await.status, 200);
    assert_eq!(alice.delete(&path).await.status, 204);
    alice.get(&path).await.problem(404, "not_found");
    app.invokes("sweep_media", &json!({})).await;
    assert_eq!(app.follows(link).await.status, 404);
}

#[tokio::test]
async fn what_was_sent_goes_with_its_message() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let media = app.uploads(&alice, "file", "text/plain", b"a mistake").await;
    let path = format!("/v1/media/{}", media["id"].as_str().unwrap());
    let direct = alice.opens_direct_conversation_with(&bob).await;
    let body = json!({"client_id": new_id(), "type": "file", "media_ids": [media["id"]]});
    let sent = alice.post(&direct.messages(), &body).await.created();
    alice.delete(&path).await.problem(409, "media_attached");
    bob.delete(&path).await.problem(403, "not_author");
    let message = format!("{}/{}?scope=all", direct.messages(), sent["id"].as_str().unwrap());
    assert_eq!(alice.delete(&message).await.status, 204);
    app.invokes("sweep_media", &json!({})).await;
    alice.get(&path).await.problem(404, "not_found");
    assert_eq!(app.follows(media["url"].as_str().unwrap()).await.status, 404);
}
