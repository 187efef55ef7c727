//! Profiles, status, settings and blocks, in process: one round trip each, and what a privacy switch hides.

use std::time::Duration;

use serde_json::{Value, json};
use shared::serve::HttpHandler;
use shared::worker::{BatchHandler, Limits, run_batches};
use testkit::{Request, Somebody, TestApp};
use users::{
    block_user, get_me, get_settings, get_user, list_blocks, record_presence, search_users, set_status,
    unblock_user, update_me, update_settings,
};

const GET: HttpHandler = |app, call| Box::pin(get_user::handle(app, call));
const SET_STATUS: HttpHandler = |app, call| Box::pin(set_status::handle(app, call));
const UPDATE_ME: HttpHandler = |app, call| Box::pin(update_me::handle(app, call));
const BLOCK: HttpHandler = |app, call| Box::pin(block_user::handle(app, call));
const RECORD: BatchHandler<record_presence::Seen> =
    |app, batch| Box::pin(record_presence::handle(app, batch));

fn looking_at(viewer: &Somebody, user: &Somebody) -> Request {
    Request::get("/v1/users/{user_id}").at("user_id", user.id).by(viewer)
}

fn at(route: &'static str, user: &Somebody) -> Request {
    Request::put(route, &json!({})).at("user_id", user.id)
}

async fn are_seen(app: &TestApp, users: &[&Somebody]) -> Value {
    let now = app.app.clock.now().unix_timestamp();
    let records: Vec<_> = users
        .iter()
        .map(|user| json!({"messageId": user.id, "body": json!({"user_id": user.id, "at": now}).to_string()}))
        .collect();
    presence(app, json!({"Records": records})).await
}

/// A batch of the queue through its worker; answers which records failed.
async fn presence(app: &TestApp, batch: Value) -> Value {
    run_batches(&app.app, "presence", RECORD, &batch, Limits::default()).await.answer
}

#[tokio::test]
async fn each_is_one_round_trip() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let calls: [(HttpHandler, Request, u16); 9] = [
        (GET, looking_at(&alice, &bob), 200),
        (SET_STATUS, Request::put("/v1/users/me/status", &json!({"presence": "away"})), 200),
        (
            |app, call| Box::pin(search_users::handle(app, call)),
            Request::get("/v1/users").with_query("q=b"),
            200,
        ),
        (UPDATE_ME, Request::patch("/v1/users/me", &json!({"bio": "x"})), 200),
        (|app, call| Box::pin(get_settings::handle(app, call)), Request::get("/v1/users/me/settings"), 200),
        (
            |app, call| Box::pin(update_settings::handle(app, call)),
            Request::patch("/v1/users/me/settings", &json!({"send_typing": false})),
            200,
        ),
        (BLOCK, at("/v1/users/me/blocks/{user_id}", &bob), 204),
        (|app, call| Box::pin(list_blocks::handle(app, call)), Request::get("/v1/users/me/blocks"), 200),
        (
            |app, call| Box::pin(unblock_user::handle(app, call)),
            Request::delete("/v1/users/me/blocks/{user_id}").at("user_id", bob.id),
            204,
        ),
    ];
    for (handler, request, status) in calls {
        // The first time a statement is sent to be prepared.
        app.call(handler, request.clone().by(&alice)).await;
        let round_trips = app.proxy.round_trips();
        let answer = app.call(handler, request.clone().by(&alice)).await;
        assert_eq!((answer.status, app.proxy.round_trips() - round_trips), (status, 1), "{answer}");
        // Without a live session it is nobody's.
        let stranger = Somebody { session: testkit::new_id().into(), ..alice };
        app.call(handler, request.by(&stranger)).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn what_changes_ones_account_is_told_to_ones_devices_once() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let settings: HttpHandler = |app, call| Box::pin(update_settings::handle(app, call));
    let unblock: HttpHandler = |app, call| Box::pin(unblock_user::handle(app, call));
    let blocks = "/v1/users/me/blocks/{user_id}";
    let told = async || -> Vec<String> {
        let sql = "SELECT type FROM outbox WHERE user_id = $1 AND type <> 'presence.updated' ORDER BY type";
        sqlx::query_scalar(sql).bind(alice.id.0).fetch_all(&mut app.connect().await).await.unwrap()
    };
    let calls: [(HttpHandler, Request, &str); 8] = [
        (
            UPDATE_ME,
            Request::patch("/v1/users/me", &json!({"bio": "x", "display_name": "A."})),
            "user.updated",
        ),
        (settings, Request::patch("/v1/users/me/settings", &json!({"send_typing": false})), "user.updated"),
        (
            SET_STATUS,
            Request::put("/v1/users/me/status", &json!({"presence": "busy", "text": "x"})),
            "user.updated",
        ),
        (SET_STATUS, Request::put("/v1/users/me/status", &json!({"presence": "busy"})), "user.updated"),
        (settings, Request::patch("/v1/users/me/settings", &json!({"send_typing": true})), "user.updated"),
        (UPDATE_ME, Request::patch("/v1/users/me", &json!({"bio": "", "email": null})), "user.updated"),
        (BLOCK, at(blocks, &bob), "block.updated"),
        (unblock, Request::delete(blocks).at("user_id", bob.id), "block.updated"),
    ];
    let mut expected: Vec<String> = Vec::new();
    for (handler, request, kind) in calls {
        expected.push(kind.to_owned());
        expected.sort();
        // The second time nothing is another.
        for _ in 0..2 {
            let answer = app.call(handler, request.clone().by(&alice)).await;
            assert!(answer.status < 300, "{answer}");
            assert_eq!(told().await, expected);
        }
    }
    let nothing = Request::patch("/v1/users/me", &json!({})).by(&alice);
    app.call(UPDATE_ME, nothing).await.ok();
    assert_eq!(told().await, expected);
}

#[tokio::test]
async fn a_status_ends_when_it_says_so() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    are_seen(&app, &[&alice]).await;
    sqlx::query("UPDATE users SET presence = 'busy', status_text = 'x', status_expires_at = now() + interval '1 hour'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let seen = app.call(GET, looking_at(&bob, &alice)).await.ok();
    assert_eq!((&seen["status"]["presence"], &seen["status"]["text"]), (&json!("busy"), &json!("x")));
    sqlx::query("UPDATE users SET status_expires_at = now() - interval '1 second'")
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    let ended = json!({"presence": "online", "text": null, "emoji": null, "expires_at": null});
    assert_eq!(app.call(GET, looking_at(&bob, &alice)).await.ok()["status"], ended);
    let own = app
        .call(|app, call| Box::pin(get_me::handle(app, call)), Request::get("/v1/users/me").by(&alice))
        .await;
    assert_eq!(own.ok()["status"], ended);
    app.clock.advance(Duration::from_hours(2));
    let past = json!({"presence": "busy", "expires_at": "2026-01-01T00:00:00Z"});
    let answer = app.call(SET_STATUS, Request::put("/v1/users/me/status", &past).by(&alice)).await;
    answer.invalid(&[("expires_at", "invalid_value")]);
}

#[tokio::test]
async fn who_is_blocked_sees_nobody_there() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    are_seen(&app, &[&alice, &bob]).await;
    assert_eq!(app.call(GET, looking_at(&bob, &alice)).await.ok()["status"]["presence"], "online");
    assert_eq!(app.call(BLOCK, at("/v1/users/me/blocks/{user_id}", &bob).by(&alice)).await.status, 204);
    let hidden = app.call(GET, looking_at(&bob, &alice)).await.ok();
    assert_eq!((&hidden["status"]["presence"], &hidden["last_seen_at"]), (&json!("offline"), &Value::Null));
    assert_eq!(app.call(GET, looking_at(&alice, &bob)).await.ok()["status"]["presence"], "online");
    let search: HttpHandler = |app, call| Box::pin(search_users::handle(app, call));
    let found = app.call(search, Request::get("/v1/users").with_query("q=alice").by(&bob)).await.ok();
    assert_eq!(found["items"], json!([]));
}

#[tokio::test]
async fn who_is_invisible_was_last_seen_when_they_became_so() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    are_seen(&app, &[&alice]).await;
    let shown = async || {
        let profile = app.call(GET, looking_at(&bob, &alice)).await.ok();
        let search: HttpHandler = |app, call| Box::pin(search_users::handle(app, call));
        let found = app.call(search, Request::get("/v1/users").with_query("q=alice").by(&bob)).await.ok();
        assert_eq!(found["items"][0]["last_seen_at"], profile["last_seen_at"]);
        (profile["status"]["presence"].clone(), profile["last_seen_at"].clone())
    };
    let sets = async |presence: &str, text: Option<&str>| {
        let body = json!({"presence": presence, "text": text});
        app.call(SET_STATUS, Request::put("/v1/users/me/status", &body).by(&alice)).await.ok();
    };
    let (presence, last_seen) = shown().await;
    assert!(presence == "online" && last_seen.is_string());
    sets("invisible", None).await;
    assert_eq!(shown().await, (json!("offline"), last_seen.clone()));
    // The authorizer goes on seeing them, and they go on being invisible.
    for text in [None, Some("busy with nothing")] {
        app.clock.advance(Duration::from_mins(10));
        are_seen(&app, &[&alice]).await;
        assert_eq!(shown().await, (json!("offline"), last_seen.clone()));
        sets("invisible", text).await;
        assert_eq!(shown().await, (json!("offline"), last_seen.clone()));
    }
    sets("online", None).await;
    let (presence, seen_later) = shown().await;
    assert!(presence == "online" && seen_later != last_seen, "{seen_later}");
    sets("invisible", None).await;
    assert_eq!(shown().await, (json!("offline"), seen_later));
}

#[tokio::test]
async fn a_batch_of_presence_is_one_statement_that_never_goes_back() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let now = app.app.clock.now().unix_timestamp();
    let record = |id: &str, body: String| json!({"messageId": id, "body": body});
    let seen = |user: &Somebody, at: i64| json!({"user_id": user.id, "at": at}).to_string();
    let batch = json!({"Records": [
        record("1", seen(&alice, now - 60)),
        record("2", seen(&alice, now - 10)),
        record("3", seen(&alice, now - 600)),
        record("4", "not JSON".to_owned()),
        // From a clock that is ahead: nobody was seen later than now.
        record("5", seen(&bob, now + 86_400)),
        record("6", json!({"user_id": alice.id}).to_string()),
    ]});
    presence(&app, json!({"Records": [record("0", seen(&alice, now - 90))]})).await;
    let round_trips = app.proxy.round_trips();
    let answer = presence(&app, batch).await;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "6"}]}));
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    presence(&app, json!({"Records": [record("7", seen(&alice, now - 300))]})).await;
    let times: Vec<(String, i64)> = sqlx::query_as(
        "SELECT username, extract(epoch FROM last_seen_at)::bigint FROM users ORDER BY username",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap();
    assert_eq!(times[0], ("alice".to_owned(), now - 10));
    assert!((now..now + 60).contains(&times[1].1));
}

#[tokio::test]
async fn searching_has_its_limit() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let mut environment = app.cold_environment();
    environment.rate_limits = shared::rate::RateLimits::parse("search=2/3600").unwrap();
    let search = async || {
        Request::get("/v1/users")
            .with_query("q=a")
            .by(&alice)
            .through(&environment, |app, call| Box::pin(search_users::handle(app, call)))
            .await
    };
    for left in ["1", "0"] {
        let found = search().await;
        assert_eq!(found.headers["ratelimit-remaining"], left);
        assert_eq!(found.ok()["items"][0]["username"], "alice");
    }
    search().await.problem(429, "rate_limited");
}

#[tokio::test]
async fn a_picture_is_ones_own_image_that_is_ready() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let mut connection = app.connect().await;
    let mut upload = async |owner: &Somebody, kind: &'static str, status: &'static str| {
        let id: uuid::Uuid = app.app.new_id().unwrap();
        sqlx::query("INSERT INTO media (id, owner_id, kind, status, content_type, size) VALUES ($1, $2, $3, $4, 'image/png', 1)")
            .bind(id)
            .bind(owner.id.0)
            .bind(kind)
            .bind(status)
            .execute(&mut connection)
            .await
            .unwrap();
        id
    };
    let picture = upload(&alice, "image", "ready").await;
    let refused = [
        upload(&bob, "image", "ready").await,
        upload(&alice, "image", "processing").await,
        upload(&alice, "video", "ready").await,
        testkit::new_id(),
    ];
    let change = async |avatar: Value| {
        let body = json!({"avatar_media_id": avatar, "bio": "new"});
        app.call(UPDATE_ME, Request::patch("/v1/users/me", &body).by(&alice)).await
    };
    for other in refused {
        change(json!(other)).await.invalid(&[("avatar_media_id", "unknown_media")]);
    }
    let profile = change(json!(picture)).await.ok();
    assert_eq!((&profile["avatar_media_id"], &profile["bio"]), (&json!(picture), &json!("new")));
    let kept =
        app.call(UPDATE_ME, Request::patch("/v1/users/me", &json!({"bio": "kept"})).by(&alice)).await.ok();
    assert_eq!(kept["avatar_media_id"], json!(picture));
    assert_eq!(change(Value::Null).await.ok()["avatar_media_id"], Value::Null);
}
