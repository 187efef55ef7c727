use serde_json::json;
use testkit::{Gateway, new_id};

#[tokio::test]
async fn a_file_is_for_its_uploader_and_the_members_it_was_sent_to() {
    let app = Gateway::start().await;
    let (alice, bob, mallory) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("mallory").await);
    let media = app.uploads(&alice, "file", "text/plain", b"for bob").await;
    let path = format!("/v1/media/{}", media["id"].as_str().unwrap());
    let direct = alice.opens_direct_conversation_with(&bob).await;
    bob.get(&path).await.problem(404, "not_found");
    let body = json!({"client_id": new_id(), "type": "file", "media_ids": [media["id"]]});
    let sent = alice.post(&direct.messages(), &body).await.created();
    assert_eq!(sent["media"][0]["id"], media["id"]);
    let seen = bob.get(&path).await.ok();
    assert_eq!(app.follows(seen["url"].as_str().unwrap()).await.body, b"for bob");
    // Every answer that shows the message has a link.
    let message = bob.get(&format!("{}/{}", direct.messages(), sent["id"].as_str().unwrap())).await.ok();
    let page = bob.get(&direct.messages()).await.ok();
    let conversations = bob.get("/v1/conversations").await.ok();
    for file in [
        &sent["media"][0],
        &message["media"][0],
        &page["items"][0]["media"][0],
        &conversations["items"][0]["last_message"]["media"][0],
    ] {
        assert_eq!(app.follows(file["url"].as_str().unwrap()).await.body, b"for bob", "{file}");
    }
    mallory.get(&path).await.problem(404, "not_found");
    let link = seen["url"].as_str().unwrap();
    let (address, query) = link.split_once('?').unwrap();
    for forged in [
        address.to_owned(),
        link.replace("Expires=300", "Expires=9000"),
        link.replace("text%2Fplain", "text%2Fhtml"),
        format!("{address}x?{query}"),
    ] {
        let answer = app.follows(&forged).await;
        assert!(answer.status == 403 || answer.status == 404, "{answer}");
    }
}
