use testkit::{Contract, Gateway};

#[tokio::test]
async fn serves_the_contract_that_answers_are_held_to() {
    let app = Gateway::start().await;
    let served = app.anonymous().get("/openapi.json").await.ok();
    assert!(served == *Contract::load().document(), "openapi.yaml and what is deployed differ");
}
