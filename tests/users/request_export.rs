use http::Method;
use testkit::{Answer, Gateway, User};

const EXPORT: &str = "/v1/users/me/export";

async fn asks(user: &User) -> Answer {
    user.raw(Method::POST, EXPORT, &[], "").await
}

#[tokio::test]
async fn whoever_asks_again_gets_the_same_export() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let (one, other, bobs) = tokio::join!(asks(&alice), asks(&alice), asks(&bob));
    let again = asks(&alice).await;
    for answer in [&one, &other, &bobs, &again] {
        assert_eq!(answer.status, 202, "{answer}");
    }
    let id = one.json()["id"].take();
    assert_eq!((&other.json()["id"], &again.json()["id"]), (&id, &id));
    assert_ne!(bobs.json()["id"], id);
    assert_eq!(alice.get(EXPORT).await.ok()["id"], id);
}
