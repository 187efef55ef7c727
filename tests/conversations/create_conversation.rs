use serde_json::{Value, json};
use testkit::{Conversation, Gateway, User, new_id};

async fn opens(user: &User, body: Value) -> testkit::Answer {
    user.post("/v1/conversations", &body).await
}

#[tokio::test]
async fn two_users_have_one_direct_conversation_for_ever() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let new = opens(&alice, json!({"type": "direct", "member_ids": [bob.id]})).await.created();
    assert_eq!(new["type"], "direct");
    assert_eq!(new["title"], Value::Null);
    assert_eq!(new["member_count"], 2);
    assert_eq!(new["last_message"], Value::Null);

    let again = opens(&alice, json!({"type": "direct", "member_ids": [bob.id]})).await.ok();
    assert_eq!(again, new);
    let by_bob = opens(&bob, json!({"type": "direct", "member_ids": [alice.id]})).await.ok();
    assert_eq!(by_bob["id"], new["id"]);
}

#[tokio::test]
async fn both_at_once_open_the_same_conversation() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let with_bob = json!({"type": "direct", "member_ids": [bob.id]});
    let with_alice = json!({"type": "direct", "member_ids": [alice.id]});
    let answers = tokio::join!(
        opens(&alice, with_bob.clone()),
        opens(&bob, with_alice.clone()),
        opens(&alice, with_bob),
        opens(&bob, with_alice),
    );
    let answers = [answers.0, answers.1, answers.2, answers.3];
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "one of them made it");
    let id = answers[0].json()["id"].clone();
    for answer in answers {
        assert!([200, 201].contains(&answer.status), "{answer}");
        assert_eq!(answer.json()["id"], id);
    }
}

#[tokio::test]
async fn a_group_has_its_creator_as_owner_and_each_member_once() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let body = json!({"type": "group", "title": "Bücherwürmer 📚", "member_ids": [bob.id, alice.id, bob.id]});
    let group = opens(&alice, body).await.created();
    assert_eq!(group["title"], "Bücherwürmer 📚");
    assert_eq!(group["role"], "owner");
    assert_eq!(group["member_count"], 2);

    let seen = bob.get("/v1/conversations").await.ok()["items"][0].take();
    assert_eq!(seen["id"], group["id"]);
    assert_eq!(seen["title"], "Bücherwürmer 📚");
    assert_eq!(seen["role"], "member");

    let alone = opens(&alice, json!({"type": "group", "title": "Notes", "member_ids": []})).await.created();
    assert_eq!(alone["member_count"], 1);
    let again = opens(&alice, json!({"type": "group", "title": "Notes", "member_ids": []})).await.created();
    assert_ne!(again["id"], alone["id"], "groups are not one of a kind");
}

#[tokio::test]
async fn a_title_may_have_128_characters() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let title = "𝄞".repeat(128);
    let group: Conversation = alice.creates_group(&title, &[]).await;
    assert_eq!(group.title, Some(title));
}

#[tokio::test]
async fn each_field_keeps_its_rules() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let nobody = new_id();
    let many: Vec<_> = (0..101).map(|_| new_id()).collect();
    let cases = [
        (json!({}), vec![("type", "required"), ("member_ids", "required")]),
        (json!({"type": "channel", "member_ids": [bob.id]}), vec![("type", "invalid_value")]),
        (json!({"type": 1, "member_ids": [bob.id]}), vec![("type", "wrong_type")]),
        (json!({"type": "direct"}), vec![("member_ids", "required")]),
        (json!({"type": "direct", "member_ids": []}), vec![("member_ids", "invalid_value")]),
        (json!({"type": "direct", "member_ids": [bob.id, nobody]}), vec![("member_ids", "invalid_value")]),
        (json!({"type": "direct", "member_ids": [alice.id]}), vec![("member_ids", "invalid_value")]),
        (json!({"type": "direct", "member_ids": [nobody]}), vec![("member_ids", "unknown_user")]),
        (json!({"type": "direct", "member_ids": bob.id}), vec![("member_ids", "wrong_type")]),
        (json!({"type": "direct", "member_ids": [bob.id], "title": "T"}), vec![("title", "unknown_field")]),
        (
            json!({"type": "direct", "member_ids": [bob.id.simple()]}),
            vec![("member_ids[0]", "invalid_format")],
        ),
        (json!({"type": "group", "member_ids": [bob.id]}), vec![("title", "required")]),
        (json!({"type": "group", "title": "", "member_ids": []}), vec![("title", "too_short")]),
        (json!({"type": "group", "title": " \t ", "member_ids": []}), vec![("title", "too_short")]),
        (json!({"type": "group", "title": "t".repeat(129), "member_ids": []}), vec![("title", "too_long")]),
        (json!({"type": "group", "title": "two\nlines", "member_ids": []}), vec![("title", "invalid_value")]),
        (json!({"type": "group", "title": null, "member_ids": []}), vec![("title", "wrong_type")]),
        (
            json!({"type": "group", "title": "T", "member_ids": [bob.id, nobody]}),
            vec![("member_ids", "unknown_user")],
        ),
        (json!({"type": "group", "title": "T", "member_ids": many}), vec![("member_ids", "too_long")]),
        (
            json!({"type": "group", "title": "T", "member_ids": [bob.id, "x", 1]}),
            vec![("member_ids[1]", "invalid_format")],
        ),
    ];
    for (body, errors) in cases {
        opens(&alice, body).await.invalid(&errors);
    }
    assert_eq!(alice.conversations().await.len(), 0, "nothing was made");
}

#[tokio::test]
async fn the_same_key_makes_one_group_however_often_it_comes() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let client = alice.with_header("Idempotency-Key", &new_id().to_string());
    let group = |title: &str| json!({"type": "group", "title": title, "member_ids": []});
    let book_club = group("Book club");
    let (one, two, three) = tokio::join!(
        client.post("/v1/conversations", &book_club),
        client.post("/v1/conversations", &book_club),
        client.post("/v1/conversations", &book_club),
    );
    let bodies = [&one, &two, &three].map(|answer| answer.created());
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let replayed = [&one, &two, &three].map(|answer| answer.headers.contains_key("idempotency-replayed"));
    assert_eq!(replayed.iter().filter(|replayed| !**replayed).count(), 1);
    client.post("/v1/conversations", &group("Chess club")).await.problem(422, "idempotency_key_reused");
    assert_eq!(alice.conversations().await.len(), 1);
}
