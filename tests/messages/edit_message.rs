use serde_json::json;
use testkit::Gateway;

#[tokio::test]
async fn both_see_the_new_text_and_a_stale_edit_loses() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "Helo").await;
    let path = format!("{}/{}", conversation.messages(), message.id);
    let edited = alice.patch(&path, &json!({"text": "Hello", "version": 1})).await.ok();
    assert_eq!((&edited["text"], &edited["version"]), (&json!("Hello"), &json!(2)));
    assert_eq!(bob.get(&path).await.ok(), edited);
    assert_eq!(bob.conversations().await[0].last_message.as_ref().unwrap().text.as_deref(), Some("Hello"));
    alice.patch(&path, &json!({"text": "Hallo", "version": 1})).await.problem(409, "stale_version");
    bob.patch(&path, &json!({"text": "Bye", "version": 2})).await.problem(403, "not_author");
}

#[tokio::test]
async fn of_ten_edits_at_once_one_wins() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    let message = alice.sends(&notes, "0").await;
    let path = format!("{}/{}", notes.messages(), message.id);
    let edits: Vec<_> = (1..=10)
        .map(|number| {
            let (alice, path) = (alice.clone(), path.clone());
            tokio::spawn(async move {
                alice.patch(&path, &json!({"text": number.to_string(), "version": 1})).await
            })
        })
        .collect();
    let mut won = Vec::new();
    for edit in edits {
        let answer = edit.await.unwrap();
        if answer.status == 200 {
            won.push(answer.json());
        } else {
            answer.problem(409, "stale_version");
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(alice.get(&path).await.ok(), won[0]);
}
