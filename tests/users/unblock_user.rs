use testkit::Gateway;

use super::block_user::blocks;

#[tokio::test]
async fn who_is_unblocked_is_heard_again() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    blocks(&alice, &bob).await;
    for _ in 0..2 {
        assert_eq!(alice.delete(&format!("/v1/users/me/blocks/{}", bob.id)).await.status, 204);
    }
    let conversation = bob.opens_direct_conversation_with(&alice).await;
    bob.sends(&conversation, "sorry").await;
}
