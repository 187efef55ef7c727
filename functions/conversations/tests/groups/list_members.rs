use serde_json::{Value, json};
use testkit::{TestApp, new_id};

use crate::words::{Group, direct, group};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["username"].as_str().unwrap_or("-")).collect()
}

#[tokio::test]
async fn pages_follow_one_another_in_the_order_of_joining() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    for name in ["bob", "carol", "dave", "erin"] {
        let somebody = app.somebody(name).await;
        chat.adds(&alice, &[&somebody]).on(&app).await.created();
    }
    let whole = chat.lists_members(&alice).on(&app).await.ok();
    assert_eq!(names(&whole), ["alice", "bob", "carol", "dave", "erin"]);
    assert_eq!((&whole["items"][0]["role"], &whole["items"][1]["role"]), (&json!("owner"), &json!("member")));
    assert_eq!(whole.get("next_cursor"), None);

    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = chat.lists_members(&alice).with_query(&query).on(&app).await.ok();
        seen.extend(names(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["alice", "bob", "carol", "dave", "erin"]);

    let round_trips = app.proxy.round_trips();
    chat.lists_members(&alice).on(&app).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
}

#[tokio::test]
async fn a_deleted_account_has_no_name() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let pair = direct(&app, &alice, &bob).await;
    sqlx::query("UPDATE users SET deleted_at = now() WHERE id = $1")
        .bind(bob.id.0)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let page = pair.lists_members(&alice).on(&app).await.ok();
    let deleted =
        page["items"].as_array().unwrap().iter().find(|item| item["user_id"] == json!(bob.id)).unwrap();
    assert_eq!((&deleted["username"], &deleted["display_name"]), (&Value::Null, &json!("Deleted user")));
}

#[tokio::test]
async fn only_members_see_members() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    chat.is_left(&bob).on(&app).await;
    assert_eq!(names(&chat.lists_members(&alice).on(&app).await.ok()), ["alice"]);
    let nowhere = Group(new_id().into()).lists_members(&eve).on(&app).await;
    for somebody in [&eve, &bob] {
        let answer = chat.lists_members(somebody).on(&app).await;
        assert_eq!((answer.status, answer.masked()), (404, nowhere.masked()));
    }
    chat.lists_members(&alice).with_query("cursor=x").on(&app).await.invalid(&[("cursor", "invalid_value")]);
    chat.lists_members(&alice).with_query("limit=101").on(&app).await.invalid(&[("limit", "too_large")]);
    sqlx::query("UPDATE sessions SET revoked_at = now()").execute(&mut app.connect().await).await.unwrap();
    chat.lists_members(&alice).on(&app).await.problem(401, "unauthenticated");
}
