use serde_json::json;
use testkit::{Gateway, User, new_id};

pub async fn blocks(user: &User, other: &User) {
    let answer = user.put(&format!("/v1/users/me/blocks/{}", other.id), &json!({})).await;
    assert_eq!(answer.status, 204, "{answer}");
}

#[tokio::test]
async fn neither_of_the_two_writes_to_the_other_and_what_was_said_stays() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    alice.sends(&conversation, "before").await;
    blocks(&alice, &bob).await;
    for user in [&alice, &bob] {
        user.tries_to_send(conversation.id, new_id(), "now").await.problem(403, "not_allowed");
        assert_eq!(user.sees(&conversation).await, [Some("before".to_owned())]);
    }
    // In a group they still read each other, as others do.
    let group = app.registers("carol").await.creates_group("All", &[&alice, &bob]).await;
    bob.sends(&group, "hello all").await;
}

#[tokio::test]
async fn no_new_conversation_begins_between_them() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    blocks(&alice, &bob).await;
    for (user, other) in [(&alice, &bob), (&bob, &alice)] {
        let direct = json!({"type": "direct", "member_ids": [other.id]});
        user.post("/v1/conversations", &direct).await.problem(403, "not_allowed");
        let group = json!({"type": "group", "title": "Us", "member_ids": [other.id]});
        user.post("/v1/conversations", &group).await.invalid(&[("member_ids", "not_allowed")]);
        assert!(user.conversations().await.is_empty());
    }
}

#[tokio::test]
async fn oneself_and_nobody_cannot_be_blocked() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let path = |id| format!("/v1/users/me/blocks/{id}");
    alice.put(&path(alice.id), &json!({})).await.invalid(&[("user_id", "invalid_value")]);
    alice.put(&path(new_id()), &json!({})).await.problem(404, "not_found");
}
