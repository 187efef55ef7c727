//! What those see who join a group that hides its history.

use serde_json::{Value, json};
use testkit::{Request, TestApp};

use crate::words::group;

#[tokio::test]
async fn a_new_member_sees_what_comes_after_them_and_nothing_before() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let chat = group(&app, &[&alice], 0).await;
    let old = chat.sends(&alice, "old").on(&app).await.created();
    chat.is_updated(&alice, &json!({"history_for_new_members": false})).on(&app).await.ok();
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    chat.sends(&alice, "new").on(&app).await.created();

    let seqs = |page: &Value| -> Vec<i64> {
        page["items"].as_array().unwrap().iter().map(|item| item["seq"].as_i64().unwrap()).collect()
    };
    let page = chat.lists_messages(&bob).on(&app).await.ok();
    assert_eq!((seqs(&page), &page["has_more_before"]), (vec![4, 3], &json!(false)));
    for query in ["before_seq=3", "after_seq=0&limit=1", "around_seq=1", "around_seq=3", "after_seq=4"] {
        let page = chat.lists_messages(&bob).with_query(query).on(&app).await.ok();
        assert!(seqs(&page).iter().all(|seq| *seq > 2), "{query}: {page}");
        assert_eq!(page["has_more_before"], json!(seqs(&page) == [4] || query == "after_seq=4"), "{query}");
    }
    let get = |by| {
        Request::get("/v1/conversations/{conversation_id}/messages/{message_id}")
            .at("conversation_id", chat.0)
            .at("message_id", old["id"].as_str().unwrap())
            .by(by)
    };
    let handler: shared::serve::HttpHandler = |app, call| Box::pin(messages::get_message::handle(app, call));
    app.call(handler, get(&bob)).await.problem(404, "not_found");
    app.call(handler, get(&alice)).await.ok();

    assert_eq!(chat.unread(&app, &bob).await, 1);
    // Nothing before can be marked unread either.
    let marked = chat.marks_unread(&bob, &json!({"seq": 1})).on(&app).await.ok();
    assert_eq!((&marked["read_seq"], &marked["unread_count"]), (&json!(2), &json!(1)));

    // It is decided when somebody joins.
    chat.is_updated(&alice, &json!({"history_for_new_members": true})).on(&app).await.ok();
    chat.adds(&alice, &[&carol]).on(&app).await.created();
    assert_eq!(seqs(&chat.lists_messages(&carol).on(&app).await.ok()), [6, 5, 4, 3, 2, 1]);
    assert_eq!(seqs(&chat.lists_messages(&bob).on(&app).await.ok()), [6, 5, 4, 3]);
}

#[tokio::test]
async fn the_last_message_of_before_is_not_shown_in_the_list() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.sends(&alice, "old").on(&app).await.created();
    // As it is with a member whose own coming is no message: in the moment between two statements there is none.
    sqlx::query("UPDATE members SET joined_seq = 1, read_seq = 1, delivered_seq = 1 WHERE user_id = $1")
        .bind(bob.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let seen = chat.in_list_of(&app, &bob).await;
    assert_eq!((&seen["last_message"], &seen["unread_count"]), (&Value::Null, &json!(0)));
    assert_eq!(chat.in_list_of(&app, &alice).await["last_message"]["text"], "old");
}
