//! A ciphertext that is changed, or moved to another place, does not open and does not break the page it is on.

use sqlx::PgConnection;
use testkit::{Conversation, Gateway, Message, User};
use uuid::Uuid;

async fn sealed(database: &mut PgConnection, message: &Message) -> Vec<u8> {
    sqlx::query_scalar("SELECT sealed FROM messages WHERE id = $1")
        .bind(message.id)
        .fetch_one(database)
        .await
        .unwrap()
}

async fn put(database: &mut PgConnection, message: &Message, sealed: &[u8]) {
    let changed = sqlx::query("UPDATE messages SET sealed = $2 WHERE id = $1")
        .bind(message.id)
        .bind(sealed)
        .execute(database)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
}

/// Asserts that this message does not open, wherever one looks, and that its neighbours do.
async fn is_closed(user: &User, conversation: &Conversation, closed: &Message) {
    let page = user.reads(conversation, "").await;
    assert!(page.items.iter().any(|message| message.id == closed.id), "it keeps its place");
    for message in &page.items {
        let is_closed = message.id == closed.id;
        assert_eq!(message.error.as_deref(), is_closed.then_some("undecryptable"), "{message:?}");
        assert_eq!(message.text.is_none(), is_closed, "{message:?}");
    }
    let alone = user.get(&format!("{}/{}", conversation.messages(), closed.id)).await.ok();
    assert_eq!(alone["error"], "undecryptable");
    let listed = user.conversations().await;
    let last =
        listed.into_iter().find(|one| one.id == conversation.id).and_then(|one| one.last_message).unwrap();
    assert_eq!(last.text.is_none(), last.id == closed.id);
}

#[tokio::test]
async fn moved_to_another_row_it_does_not_open() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let first = alice.sends(&conversation, "first").await;
    let second = alice.sends(&conversation, "second").await;
    let mut database = app.database().await;
    let stolen = sealed(&mut database, &first).await;
    put(&mut database, &second, &stolen).await;
    is_closed(&bob, &conversation, &second).await;
    assert_eq!(bob.sees(&conversation).await, [Some("first".to_owned()), None]);
}

#[tokio::test]
async fn moved_to_another_conversation_it_does_not_open() {
    let app = Gateway::start().await;
    let (alice, bob, mallory) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("mallory").await);
    let private = alice.opens_direct_conversation_with(&bob).await;
    let secret = alice.sends(&private, "between us").await;
    let own = mallory.creates_group("Mallory's", &[]).await;
    let trap = mallory.sends(&own, "trap").await;
    let after = mallory.sends(&own, "after").await;
    let mut database = app.database().await;

    let stolen = sealed(&mut database, &secret).await;
    put(&mut database, &trap, &stolen).await;
    is_closed(&mallory, &own, &trap).await;
    assert_eq!(mallory.sees(&own).await.last(), Some(&after.text));

    // Nor with the conversation's own key beside it.
    sqlx::query(
        "UPDATE conversation_keys AS own SET sealed = theirs.sealed, keyring_id = theirs.keyring_id
         FROM conversation_keys AS theirs WHERE own.conversation_id = $1 AND theirs.conversation_id = $2",
    )
    .bind(own.id)
    .bind(private.id)
    .execute(&mut database)
    .await
    .unwrap();
    let page = mallory.reads(&own, "").await;
    assert!(page.items.iter().all(|message| message.text.is_none() && message.error.is_some()), "{page:?}");
    assert_eq!(bob.sees(&private).await, [Some("between us".to_owned())]);
}

#[tokio::test]
async fn with_another_sender_it_does_not_open() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let message = alice.sends(&conversation, "I owe you").await;
    sqlx::query("UPDATE messages SET sender_id = $2 WHERE id = $1")
        .bind(message.id)
        .bind(bob.id)
        .execute(&mut app.database().await)
        .await
        .unwrap();
    is_closed(&alice, &conversation, &message).await;
}

#[tokio::test]
async fn changed_in_any_part_it_does_not_open() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    let message = alice.sends(&notes, "as written").await;
    alice.sends(&notes, "neighbour").await;
    let mut database = app.database().await;
    let good = sealed(&mut database, &message).await;
    // Version, salt, commitment, ciphertext, tag.
    for place in [0, 1, 17, 49, good.len() - 1] {
        let mut bad = good.clone();
        bad[place] ^= 1;
        put(&mut database, &message, &bad).await;
        is_closed(&alice, &notes, &message).await;
    }
    for bad in [&good[..good.len() - 1], &good[..65], &good[..1], &[]] {
        put(&mut database, &message, bad).await;
        is_closed(&alice, &notes, &message).await;
    }
    put(&mut database, &message, &good).await;
    assert_eq!(alice.sees(&notes).await[0], Some("as written".to_owned()));
}

#[tokio::test]
async fn a_title_moved_to_another_group_does_not_open() {
    let app = Gateway::start().await;
    let (alice, mallory) = (app.registers("alice").await, app.registers("mallory").await);
    let private = alice.creates_group("Secret plans", &[]).await;
    let own = mallory.creates_group("Mallory's", &[]).await;
    let take = "UPDATE conversations AS own SET title_sealed = theirs.title_sealed
                FROM conversations AS theirs WHERE own.id = $1 AND theirs.id = $2";
    let changed =
        sqlx::query(take).bind(own.id).bind(private.id).execute(&mut app.database().await).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let listed: Vec<(Uuid, Option<String>)> =
        mallory.conversations().await.into_iter().map(|one| (one.id, one.title)).collect();
    assert_eq!(listed, [(own.id, None)]);
}
