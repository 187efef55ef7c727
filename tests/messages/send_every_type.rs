//! Everything that can be sent beside a text.

use serde_json::{Value, json};
use testkit::{Conversation, Gateway, User, new_id};
use uuid::Uuid;

/// An image that is ready, by way of the database: there are no uploads yet.
async fn image(app: &Gateway, owner: &User) -> Uuid {
    let place = new_id().as_u128();
    // An id as the service makes them: version 7.
    let id = uuid::Builder::from_u128(place).with_version(uuid::Version::SortRand).into_uuid();
    sqlx::query(
        "INSERT INTO media (id, owner_id, kind, status, content_type, size) VALUES ($1, $2, 'image', 'ready', 'image/png', 7)",
    )
    .bind(id)
    .bind(owner.id)
    .execute(&mut app.database().await)
    .await
    .unwrap();
    id
}

async fn sends(user: &User, conversation: &Conversation, kind: &str, fields: Value) -> Value {
    let mut body = json!({"client_id": new_id(), "type": kind});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let sent = user.post(&conversation.messages(), &body).await.created();
    assert_eq!(user.post(&conversation.messages(), &body).await.ok(), sent, "a repeat brings back the same");
    sent
}

#[tokio::test]
async fn everything_arrives_as_it_was_sent() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let first = alice.sends(&conversation, "Where are you?").await;
    let place = json!({"latitude": 52.516, "longitude": 13.378, "accuracy_m": null, "name": "Pariser Platz", "address": null});
    let location =
        sends(&bob, &conversation, "location", json!({"location": place, "reply_to": first.id})).await;
    assert_eq!((&location["location"], &location["reply_to"]["text"]), (&place, &json!("Where are you?")));

    let images = [image(&app, &bob).await, image(&app, &bob).await];
    let fields =
        json!({"media_ids": images, "text": "The view", "mentions": [alice.id, "all"], "expires_in_s": 3600});
    let view = sends(&bob, &conversation, "image", fields).await;
    assert_eq!(view["mentions"], json!(["all", alice.id]));
    assert_eq!(view["media"][1]["id"], json!(images[1]));

    let page = alice.get(&conversation.messages()).await.ok();
    assert_eq!((&page["items"][0], &page["items"][1]), (&view, &location));
    let listed = alice.get("/v1/conversations").await.ok();
    assert_eq!(listed["items"][0]["last_message"], view);
}

#[tokio::test]
async fn somebody_elses_upload_is_unknown() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let foreign = image(&app, &alice).await;
    for id in [foreign, new_id()] {
        let body = json!({"client_id": new_id(), "type": "image", "media_ids": [id]});
        bob.post(&conversation.messages(), &body).await.invalid(&[("media_ids[0]", "unknown_media")]);
    }
}
