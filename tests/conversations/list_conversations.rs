use serde_json::Value;
use testkit::Gateway;

#[tokio::test]
async fn the_latest_activity_comes_first_with_its_message() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    assert_eq!(alice.conversations().await.len(), 0);

    let direct = alice.opens_direct_conversation_with(&bob).await;
    let group = alice.creates_group("Book club", &[&bob]).await;
    let ids = |list: &[testkit::Conversation]| list.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(&bob.conversations().await), [group.id, direct.id]);

    alice.sends(&direct, "one").await;
    let sent = alice.sends(&direct, "two 🎈").await;
    let seen = bob.conversations().await;
    assert_eq!(ids(&seen), [direct.id, group.id]);
    assert_eq!(seen[0].last_message.as_ref(), Some(&sent));
    assert_eq!((seen[0].last_seq, seen[0].unread_count), (2, 2));
    assert_eq!(seen[1].last_message, None);

    assert_eq!(alice.conversations().await[0].unread_count, 0, "one's own messages are not unread");
    bob.sends(&direct, "three").await;
    assert_eq!(alice.conversations().await[0].unread_count, 1);
}

#[tokio::test]
async fn only_ones_own_are_listed() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    alice.sends(&conversation, "not for carol").await;
    assert_eq!(carol.conversations().await.len(), 0);
}

#[tokio::test]
async fn a_cursor_leads_through_every_page() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let mut expected = Vec::new();
    for number in 0..5 {
        expected.insert(0, alice.creates_group(&format!("Group {number}"), &[]).await.id.to_string());
    }
    let mut found = Vec::new();
    let mut path = "/v1/conversations?limit=2".to_owned();
    let mut sizes = Vec::new();
    loop {
        let page = alice.get(&path).await.ok();
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        found.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/conversations?limit=2&cursor={cursor}");
    }
    assert_eq!(found, expected);
    assert_eq!(sizes, [2, 2, 1]);

    let whole = alice.get("/v1/conversations?limit=5").await.ok();
    assert_eq!(whole.get("next_cursor"), None, "absent at the end");
}

#[tokio::test]
async fn nothing_is_archived_yet() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    alice.creates_group("Notes", &[]).await;
    let count = async |query: &str| {
        let page = alice.get(&format!("/v1/conversations?{query}")).await.ok();
        page["items"].as_array().map(Vec::len)
    };
    assert_eq!(count("archived=false").await, Some(1));
    assert_eq!(count("archived=true").await, Some(0));
    assert_eq!(count("").await, Some(1));
}

#[tokio::test]
async fn a_query_keeps_its_rules() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    for (query, field, code) in [
        ("archived=1", "archived", "wrong_type"),
        ("archived=TRUE", "archived", "wrong_type"),
        ("cursor=", "cursor", "invalid_value"),
        ("cursor=x", "cursor", "invalid_value"),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor", "invalid_value"),
        ("cursor=%00", "cursor", "invalid_value"),
        ("cursor=_____________________w", "cursor", "invalid_value"),
    ] {
        alice.get(&format!("/v1/conversations?{query}")).await.invalid(&[(field, code)]);
    }
    // A cursor that we could have given out, before everything there is.
    let page = alice.get("/v1/conversations?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.ok();
    assert_eq!(page["items"], Value::Array(Vec::new()));
}
