use http::Method;
use testkit::{Answer, Gateway, User};

async fn deletes(user: &User, session: impl ToString) -> Answer {
    user.raw(Method::DELETE, &format!("/v1/sessions/{}", session.to_string()), &[], "").await
}

#[tokio::test]
async fn a_lost_telephone_is_logged_out_from_elsewhere() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let telephone = alice.logs_in_again().await;
    // Known to the authorizer before, which remembers its answer for a minute.
    telephone.get("/v1/users/me").await.ok();
    assert_eq!(deletes(&alice, telephone.session_id).await.status, 204);
    telephone.get("/v1/users/me").await.problem(401, "unauthenticated");
    alice.get("/v1/users/me").await.ok();
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session() {
    let app = Gateway::start().await;
    let (alice, eve) = (app.registers("alice").await, app.registers("eve").await);
    deletes(&eve, alice.session_id).await.problem(404, "not_found");
    alice.get("/v1/users/me").await.ok();
}
