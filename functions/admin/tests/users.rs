//! Administration of users, in process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use admin::{appoint_admin, list_admin_users, update_admin_user};
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use sqlx::Connection;
use testkit::{Answer, Request, Somebody, TestApp, new_id};

const LIST: HttpHandler = |app, call| Box::pin(list_admin_users::handle(app, call));
const UPDATE: HttpHandler = |app, call| Box::pin(update_admin_user::handle(app, call));

fn changing(by: &Somebody, user: &Somebody, changes: &Value) -> Request {
    Request::patch("/v1/admin/users/{user_id}", changes).at("user_id", user.id).by(by)
}

fn listing(by: &Somebody, query: &str) -> Request {
    Request::get("/v1/admin/users").with_query(query).by(by)
}

async fn events(app: &TestApp) -> Vec<(String, Value)> {
    sqlx::query_as::<_, (String, String)>("SELECT event, detail::text FROM audit_events ORDER BY at")
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap()
        .into_iter()
        .map(|(event, detail)| (event, serde_json::from_str(&detail).unwrap()))
        .collect()
}

#[tokio::test]
async fn the_first_admin_is_appointed_by_name_and_again_changes_nothing() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    for _ in 0..2 {
        let appointed = appoint_admin::handle(&app.app, json!({"username": "Alice"})).await.unwrap();
        assert_eq!(appointed, json!({"user_id": alice.id, "role": "admin"}));
    }
    for wrong in [json!({"username": "nobody"}), json!({}), json!({"username": "alice", "role": "owner"})] {
        assert!(appoint_admin::handle(&app.app, wrong).await.is_err());
    }
    assert_eq!(app.call(LIST, listing(&alice, "")).await.status, 200);
}

#[tokio::test]
async fn a_role_is_changed_in_one_round_trip_and_recorded() {
    let app = TestApp::start().await;
    let (root, alice) = (app.somebody_of_role("root", "admin").await, app.somebody("alice").await);
    app.call(LIST, listing(&root, "")).await.ok();
    let round_trips = app.proxy.round_trips();
    app.call(LIST, listing(&root, "")).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);

    let changed = app.call(UPDATE, changing(&root, &alice, &json!({"role": "moderator"}))).await.ok();
    assert_eq!((&changed["role"], &changed["suspended"]), (&json!("moderator"), &json!(false)));
    let round_trips = app.proxy.round_trips();
    let changed = app.call(UPDATE, changing(&root, &alice, &json!({"suspended": true}))).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    assert_eq!(changed["suspended"], true);
    app.call(LIST, listing(&alice, "")).await.problem(401, "unauthenticated");
    app.call(UPDATE, changing(&root, &alice, &json!({"suspended": false}))).await.ok();
    // Let in again, but not by the sessions of before.
    app.call(LIST, listing(&alice, "")).await.problem(401, "unauthenticated");
    app.call(UPDATE, changing(&root, &alice, &json!({}))).await.ok();
    let expected = [
        ("privilege_permissions_changed", json!({"from": "user", "to": "moderator"})),
        ("user_suspended", json!({})),
        ("user_reinstated", json!({})),
    ];
    assert_eq!(events(&app).await, expected.map(|(event, detail)| (event.to_owned(), detail)));
}

#[tokio::test]
async fn each_role_does_what_the_policy_says() {
    let app = TestApp::start().await;
    let (user, moderator) =
        (app.somebody("user").await, app.somebody_of_role("moderator", "moderator").await);
    let (auditor, root) =
        (app.somebody_of_role("auditor", "auditor").await, app.somebody_of_role("root", "admin").await);
    let target = app.somebody("target").await;
    for (caller, sees, suspends) in
        [(&user, 403, 403), (&moderator, 200, 200), (&auditor, 200, 403), (&root, 200, 200)]
    {
        assert_eq!(app.call(LIST, listing(caller, "")).await.status, sees);
        let status = app.call(UPDATE, changing(caller, &target, &json!({"suspended": true}))).await.status;
        assert_eq!(status, suspends);
    }
    for (caller, object) in [(&moderator, &root), (&moderator, &auditor), (&auditor, &moderator)] {
        let answer = app.call(UPDATE, changing(caller, object, &json!({"suspended": true}))).await;
        answer.problem(403, "role_required");
    }
    for caller in [&user, &moderator, &auditor] {
        let answer = app.call(UPDATE, changing(caller, caller, &json!({"role": "admin"}))).await;
        answer.problem(403, "role_required");
    }
    let nobody = Somebody { id: new_id().into(), ..target };
    app.call(UPDATE, changing(&root, &nobody, &json!({}))).await.problem(404, "not_found");
    // Who does not administer learns of nobody whether they are there.
    app.call(UPDATE, changing(&user, &nobody, &json!({}))).await.problem(403, "role_required");
    let refused = events(&app).await.into_iter().filter(|(event, _)| event == "authz_fail").count();
    assert_eq!(
        refused, 4,
        "for each of the three once that they may not update, and for one that they may not list"
    );
}

/// Makes a change, and while its transaction is open has `by` ask for another one; answers that one's answer.
async fn beside(
    app: &Arc<TestApp>,
    change: &'static str,
    by: Somebody,
    of: Somebody,
    asked: Value,
) -> Answer {
    let mut connection = app.connect().await;
    let mut transaction = connection.begin().await.unwrap();
    sqlx::query(change).bind(of.id.0).execute(&mut *transaction).await.unwrap();
    let asking = {
        let app = Arc::clone(app);
        tokio::spawn(async move { changing(&by, &of, &asked).through(&app.cold_environment(), UPDATE).await })
    };
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let mut watcher = app.connect().await;
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut watcher).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    transaction.commit().await.unwrap();
    asking.await.unwrap()
}

#[tokio::test]
async fn who_becomes_an_admin_at_this_moment_is_suspended_by_no_moderator() {
    let app = Arc::new(TestApp::start().await);
    let (moderator, alice) = (app.somebody_of_role("mod", "moderator").await, app.somebody("alice").await);
    let promoted = "UPDATE users SET role = 'admin' WHERE id = $1";
    let answer = beside(&app, promoted, moderator, alice, json!({"suspended": true})).await;
    answer.problem(403, "role_required");
    let suspended = "SELECT count(*) FROM users WHERE suspended_at IS NOT NULL";
    let suspended: i64 = sqlx::query_scalar(suspended).fetch_one(&mut app.connect().await).await.unwrap();
    assert_eq!(suspended, 0);
    assert_eq!(events(&app).await.iter().map(|event| event.0.as_str()).collect::<Vec<_>>(), ["authz_fail"]);
}

#[tokio::test]
async fn who_becomes_the_last_admin_at_this_moment_stays() {
    let app = Arc::new(TestApp::start().await);
    let (root, alice) = (app.somebody_of_role("root", "admin").await, app.somebody("alice").await);
    let handed_over = "UPDATE users SET role = CASE WHEN id = $1 THEN 'admin' ELSE 'user' END";
    // Whoever asks is an admin when they ask, and none when it is their turn: either answer is right but the change.
    let answer = beside(&app, handed_over, root, alice, json!({"role": "moderator"})).await;
    answer.problem(403, "role_required");
    let admins = "SELECT id FROM users WHERE role = 'admin' AND suspended_at IS NULL";
    let admins: Vec<uuid::Uuid> =
        sqlx::query_scalar(admins).fetch_all(&mut app.connect().await).await.unwrap();
    assert_eq!(admins, [alice.id.0]);
}

#[tokio::test]
async fn what_is_recorded_is_what_was_changed() {
    let app = Arc::new(TestApp::start().await);
    let (root, alice) = (app.somebody_of_role("root", "admin").await, app.somebody("alice").await);
    let moderating = "UPDATE users SET role = 'moderator' WHERE id = $1";
    beside(&app, moderating, root, alice, json!({"role": "auditor"})).await.ok();
    let expected = json!({"from": "moderator", "to": "auditor"});
    assert_eq!(events(&app).await, [("privilege_permissions_changed".to_owned(), expected)]);
    // Who deletes their account at this moment has none.
    let erased = "UPDATE users SET deleted_at = now() WHERE id = $1";
    beside(&app, erased, root, alice, json!({"suspended": true})).await.problem(404, "not_found");
}

#[tokio::test]
async fn users_are_found_by_name_role_or_suspension() {
    let app = TestApp::start().await;
    let root = app.somebody_of_role("root", "admin").await;
    for name in ["ann", "anna", "bert"] {
        app.somebody(name).await;
    }
    sqlx::query("UPDATE users SET suspended_at = now() WHERE username = 'bert'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    for (query, expected) in [
        ("", vec!["ann", "anna", "bert", "root"]),
        ("q=AN", vec!["ann", "anna"]),
        ("role=admin", vec!["root"]),
        ("role=auditor", vec![]),
        ("suspended=true", vec!["bert"]),
    ] {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.call(LIST, listing(&root, &format!("limit=1&{query}{cursor}"))).await.ok();
            names.extend(page["items"].as_array().unwrap().iter().map(|item| item["username"].clone()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(names, expected, "{query}");
    }
    for (query, field, code) in [
        ("q=a%25", "q", "invalid_format"),
        ("role=user", "role", "invalid_value"),
        ("role=root", "role", "invalid_value"),
        ("suspended=false", "suspended", "invalid_value"),
        ("suspended=1", "suspended", "wrong_type"),
        ("q=a&role=admin", "q", "invalid_value"),
    ] {
        app.call(LIST, listing(&root, query)).await.invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn the_last_admin_stays() {
    let app = TestApp::start().await;
    let root = app.somebody_of_role("root", "admin").await;
    for changes in
        [json!({"role": "user"}), json!({"suspended": true}), json!({"role": "auditor", "suspended": false})]
    {
        app.call(UPDATE, changing(&root, &root, &changes)).await.problem(409, "last_admin");
    }
    let other = app.somebody_of_role("other", "admin").await;
    app.call(UPDATE, changing(&root, &other, &json!({"suspended": true}))).await.ok();
    // A suspended admin is none.
    app.call(UPDATE, changing(&root, &root, &json!({"role": "user"}))).await.problem(409, "last_admin");
    app.call(UPDATE, changing(&root, &other, &json!({"role": "user"}))).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_take_each_others_role_at_once_one_stays() {
    let app = Arc::new(TestApp::start().await);
    for round in 0..25 {
        let pair = [
            app.somebody_of_role(&format!("one_{round}"), "admin").await,
            app.somebody_of_role(&format!("two_{round}"), "admin").await,
        ];
        let takings = [(pair[0], pair[1]), (pair[1], pair[0])].map(|(by, of)| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let taking = changing(&by, &of, &json!({"role": "user"}));
                taking.through(&app.cold_environment(), UPDATE).await.status
            })
        });
        let mut statuses = Vec::new();
        for taking in takings {
            statuses.push(taking.await.unwrap());
        }
        let admins: i64 = sqlx::query_scalar("SELECT count(*) FROM users WHERE role = 'admin'")
            .fetch_one(&mut app.connect().await)
            .await
            .unwrap();
        assert_eq!(admins, 1, "{statuses:?}");
        sqlx::query("UPDATE users SET role = 'user'").execute(&mut app.connect().await).await.unwrap();
    }
}
