use testkit::{Gateway, new_id};

#[tokio::test]
async fn both_see_the_message_that_was_sent() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let client_id = new_id();
    let sent = alice.tries_to_send(conversation.id, client_id, "Hello! 👋").await.created();
    let path = format!("{}/{}", conversation.messages(), sent["id"].as_str().unwrap());
    assert_eq!(alice.get(&path).await.ok(), sent);
    assert_eq!(bob.get(&path).await.ok(), sent);
}

#[tokio::test]
async fn only_its_own_conversation_has_it() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let here = alice.opens_direct_conversation_with(&bob).await;
    let there = alice.creates_group("Elsewhere", &[&bob]).await;
    let message = alice.sends(&here, "here").await;
    let elsewhere = alice.get(&format!("{}/{}", there.messages(), message.id)).await;
    elsewhere.problem(404, "not_found");
    let random = alice.get(&format!("{}/{}", there.messages(), new_id())).await;
    assert_eq!(elsewhere.masked(), random.masked());
}
