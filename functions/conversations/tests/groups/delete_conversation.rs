use serde_json::json;
use testkit::{TestApp, new_id};

use crate::words::{Group, direct, everything, group};

#[tokio::test]
async fn its_owner_deletes_a_group_for_all_and_its_keys_are_gone() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (chat, other) = (group(&app, &[&alice, &bob], 0).await, group(&app, &[&alice, &bob], 0).await);
    chat.sends(&bob, "secret").on(&app).await.created();
    let round_trips = app.proxy.round_trips();
    let answer = chat.is_deleted(&alice).on(&app).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    // Parsing the statement costs one more, the first time.
    assert!(app.proxy.round_trips() - round_trips <= 2);

    for somebody in [&alice, &bob] {
        chat.is_seen_by(somebody).on(&app).await.problem(404, "not_found");
        chat.lists_messages(somebody).on(&app).await.problem(404, "not_found");
        chat.sends(somebody, "anybody?").on(&app).await.problem(404, "not_found");
        chat.adds(somebody, &[&bob]).on(&app).await.problem(404, "not_found");
        assert!(chat.in_list_of(&app, somebody).await.is_null());
        other.is_seen_by(somebody).on(&app).await.ok();
    }
    chat.is_deleted(&alice).on(&app).await.problem(404, "not_found");
    let keys: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT conversation_id FROM conversation_keys")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap();
    assert_eq!(keys, [other.0.0]);
    let audited: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE event = 'sensitive_delete' AND actor_id = $1 AND subject_id = $2",
    )
    .bind(alice.id.0)
    .bind(chat.0.0)
    .fetch_one(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(audited, 1);
}

#[tokio::test]
async fn nobody_but_its_owner_does() {
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
    chat.is_deleted(&bob).on(&app).await.problem(403, "role_required");
    chat.is_deleted(&carol).on(&app).await.problem(403, "role_required");
    pair.is_deleted(&alice).on(&app).await.problem(403, "direct_conversation");
    let by_eve = chat.is_deleted(&eve).on(&app).await;
    let nowhere = Group(new_id().into()).is_deleted(&eve).on(&app).await;
    assert_eq!((by_eve.status, by_eve.masked()), (404, nowhere.masked()));
    assert_eq!(everything(&app).await, before);
    chat.receipts(&alice, &json!({"read_seq": 0})).on(&app).await.ok();
}
