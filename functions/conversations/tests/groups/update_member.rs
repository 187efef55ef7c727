use serde_json::json;
use testkit::{Request, TestApp, new_id};

use crate::words::{Act, Group, direct, everything, group, role};

#[tokio::test]
async fn roles_are_given_taken_and_recorded() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob, &carol], 0).await;
    let member = chat.gives(&alice, &bob, "admin").on(&app).await.ok();
    assert_eq!((&member["user_id"], &member["role"]), (&json!(bob.id), &json!("admin")));
    let system = chat.last_message(&app, &carol).await["system"].take();
    assert_eq!(system, json!({"action": "role_changed", "user_ids": [bob.id], "role": "admin"}));
    let audited: (String, serde_json::Value) =
        sqlx::query_as("SELECT event, detail FROM audit_events WHERE subject_id = $1")
            .bind(bob.id.0)
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
    let detail = json!({"conversation_id": chat.0, "from": "member", "to": "admin"});
    assert_eq!(audited, ("privilege_permissions_changed".to_owned(), detail));

    chat.gives(&bob, &carol, "admin").on(&app).await.ok();
    chat.gives(&bob, &carol, "member").on(&app).await.problem(403, "role_required");
    chat.gives(&carol, &carol, "member").on(&app).await.ok();
    chat.gives(&alice, &bob, "member").on(&app).await.ok();
    assert_eq!(
        chat.roles(&app).await,
        [role("alice", "owner"), role("bob", "member"), role("carol", "member")]
    );

    let before = everything(&app).await;
    let same = chat.gives(&alice, &bob, "member").on(&app).await.ok();
    assert_eq!(same["role"], "member");
    assert_eq!(everything(&app).await, before, "it is so already");

    let round_trips = app.proxy.round_trips();
    chat.gives(&alice, &bob, "admin").on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn an_owner_hands_the_group_over_and_stays_as_an_admin() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    chat.gives(&bob, &carol, "owner").on(&app).await.problem(403, "role_required");
    assert_eq!(chat.gives(&alice, &carol, "owner").on(&app).await.ok()["role"], "owner");
    assert_eq!(
        chat.roles(&app).await,
        [role("alice", "admin"), role("bob", "admin"), role("carol", "owner")]
    );
    let system = chat.last_message(&app, &bob).await["system"].take();
    assert_eq!(system, json!({"action": "owner_changed", "user_ids": [carol.id]}));
    chat.gives(&alice, &carol, "member").on(&app).await.problem(403, "role_required");
    chat.is_sound(&app).await;
}

#[tokio::test]
async fn who_may_not_changes_nothing() {
    let app = TestApp::start().await;
    let (alice, bob, carol, eve) = (
        app.somebody("alice").await,
        app.somebody("bob").await,
        app.somebody("carol").await,
        app.somebody("eve").await,
    );
    let chat = group(&app, &[&alice, &bob, &carol], 1).await;
    let pair = direct(&app, &alice, &bob).await;
    let before = everything(&app).await;
    chat.gives(&carol, &carol, "admin").on(&app).await.problem(403, "role_required");
    chat.gives(&carol, &bob, "member").on(&app).await.problem(403, "role_required");
    chat.gives(&carol, &bob, "admin").on(&app).await.problem(403, "role_required");
    chat.gives(&bob, &alice, "member").on(&app).await.problem(403, "role_required");
    chat.gives(&bob, &bob, "owner").on(&app).await.problem(403, "role_required");
    chat.gives(&alice, &alice, "admin").on(&app).await.problem(409, "owner_stays");
    chat.gives(&alice, &eve, "admin").on(&app).await.problem(404, "not_found");
    chat.gives(&eve, &bob, "admin").on(&app).await.problem(404, "not_found");
    pair.gives(&alice, &bob, "admin").on(&app).await.problem(403, "direct_conversation");
    Group(new_id().into()).gives(&alice, &bob, "admin").on(&app).await.problem(404, "not_found");
    chat.gives(&alice, &bob, "king").on(&app).await.invalid(&[("role", "invalid_value")]);
    let request = Request::patch("/v1/conversations/{conversation_id}/members/{user_id}", &json!({}))
        .at("conversation_id", chat.0)
        .at("user_id", bob.id);
    let update =
        |request| Act::of(|app, call| Box::pin(conversations::update_member::handle(app, call)), request);
    update(request.clone().by(&alice)).on(&app).await.invalid(&[("role", "required")]);
    update(request).on(&app).await.problem(401, "unauthenticated");
    assert_eq!(everything(&app).await, before);
}
