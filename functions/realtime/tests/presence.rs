//! What users appear as, told to those who may see it.

use std::time::Duration;

use realtime::work::{Presence, Whom, Work};
use serde_json::json;
use shared::clock::Clock;
use shared::serve::HttpHandler;
use shared::worker::{BatchHandler, Limits, run_batches};
use testkit::{Request, Somebody};
use users::{expire_presence, record_presence, set_status};

use crate::talk::*;

const RECORD: BatchHandler<record_presence::Seen> =
    |app, batch| Box::pin(record_presence::handle(app, batch));
const SET_STATUS: HttpHandler = |app, call| Box::pin(set_status::handle(app, call));

async fn appears(world: &World, somebody: &Somebody, presence: &str) {
    let body = json!({"presence": presence, "text": "as I am"});
    world.app.call(SET_STATUS, Request::put("/v1/users/me/status", &body).by(somebody)).await.ok();
}

#[tokio::test]
async fn those_who_share_a_conversation_are_told_and_nobody_else() {
    let world = World::start().await;
    let names = ["alice", "bob", "blocked", "blocking", "stranger", "left"];
    let mut all = Vec::new();
    for name in names {
        all.push(world.app.somebody(name).await);
    }
    let mut sockets = Vec::new();
    for one in &all {
        sockets.push(world.connects(one).await);
    }
    world.app.group(&[&all[0], &all[1], &all[2], &all[3], &all[5]]).await;
    world.app.group(&[&all[0], &all[1]]).await;
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", all[5].id)).await;
    world
        .behind(format!("INSERT INTO blocks (user_id, blocked_id) VALUES ('{}', '{}')", all[0].id, all[2].id))
        .await;
    world
        .behind(format!("INSERT INTO blocks (user_id, blocked_id) VALUES ('{}', '{}')", all[3].id, all[0].id))
        .await;
    world.behind("UPDATE users SET last_seen_at = now()").await;
    appears(&world, &all[0], "busy").await;
    world.tells_everything().await;
    for (name, socket) in names.iter().zip(&sockets) {
        let told = world.gateway.events(socket);
        if *name == "bob" {
            assert_eq!(kinds(&told), ["presence.updated"], "once, however many conversations they share");
            let data = &told[0]["data"];
            assert_eq!((&data["user_id"], &data["status"]["presence"]), (&json!(all[0].id), &json!("busy")));
            assert!(data["last_seen_at"].is_string());
        } else if *name == "alice" {
            assert_eq!(kinds(&told), ["user.updated"], "her own devices show her what she has set");
        } else {
            assert!(told.is_empty(), "{name}: {told:?}");
        }
    }
}

#[tokio::test]
async fn who_hides_is_offline_and_when_they_were_seen_is_their_secret() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    world.app.group(&[&alice, &bob]).await;
    world.behind("UPDATE users SET last_seen_at = now(), show_last_seen = false").await;
    appears(&world, &alice, "invisible").await;
    world.tells_everything().await;
    let data = world.gateway.events(&his)[0]["data"].clone();
    assert_eq!((&data["status"]["presence"], &data["last_seen_at"]), (&json!("offline"), &json!(null)));
}

#[tokio::test]
async fn changing_it_all_the_time_is_told_once_in_a_while_and_last() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    world.app.group(&[&alice, &bob]).await;
    world.behind("UPDATE users SET last_seen_at = now()").await;
    for number in 0..20 {
        appears(&world, &alice, if number % 2 == 0 { "away" } else { "busy" }).await;
        let event_ids = world.waiting().await;
        let work = Work::Events(realtime::work::Events { event_ids, whom: Whom::default() });
        world.delivers(&[work]).await;
        world.app.clock.advance(Duration::from_millis(50));
    }
    let left = world.events.take();
    assert_eq!((world.gateway.events(&his).len(), left.len()), (1, 1));
    let due: Work = serde_json::from_str(&left[0].0).unwrap();
    assert!(matches!(&due, Work::Presence(Presence { whom, .. }) if whom.due));
    world.app.clock.advance(left[0].1);
    world.delivers(&[due]).await;
    assert_eq!(world.gateway.events(&his)[0]["data"]["status"]["presence"], "busy");
}

#[tokio::test]
async fn who_comes_back_and_who_goes_is_told_once() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    world.app.group(&[&alice, &bob]).await;
    let seen = || async {
        let at = world.app.clock.now().unix_timestamp();
        let body = json!({"user_id": alice.id, "at": at}).to_string();
        let batch = json!({"Records": [{"messageId": "1", "body": body}]});
        let done = run_batches(&world.app.app, "presence", RECORD, &batch, Limits::default()).await;
        assert_eq!(done.answer, json!({"batchItemFailures": []}));
        world.tells_everything().await;
        world
            .gateway
            .events(&his)
            .iter()
            .map(|event| event["data"]["status"]["presence"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(seen().await, ["online"]);
    world
        .behind("UPDATE users SET last_seen_at = now() - interval '2 minutes' WHERE username = 'alice'")
        .await;
    assert!(seen().await.is_empty(), "she was there all the time");

    let expire = || async { expire_presence::handle(&world.app.app).await.unwrap()["changed"].clone() };
    assert_eq!(expire().await, 0);
    world
        .behind("UPDATE users SET last_seen_at = now() - interval '6 minutes' WHERE username = 'alice'")
        .await;
    assert_eq!(expire().await, 1);
    assert_eq!(expire().await, 0);
    world.app.clock.advance(Duration::from_secs(3));
    world.tells_everything().await;
    assert_eq!(world.gateway.events(&his)[0]["data"]["status"]["presence"], "offline");
}

#[tokio::test]
async fn a_status_ends_when_it_said_so() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    world.app.group(&[&alice, &bob]).await;
    appears(&world, &alice, "busy").await;
    world
        .behind("UPDATE users SET last_seen_at = now(), shown_online = true, status_expires_at = now() - interval '1 second' WHERE username = 'alice'")
        .await;
    world.behind("UPDATE outbox SET published_at = now()").await;
    assert_eq!(expire_presence::handle(&world.app.app).await.unwrap(), json!({"changed": 1}));
    world.tells_everything().await;
    let status = world.gateway.events(&his)[0]["data"]["status"].clone();
    assert_eq!(status, json!({"presence": "online", "text": null, "emoji": null, "expires_at": null}));
    assert_eq!(world.number("SELECT count(*) FROM users WHERE status_text IS NOT NULL").await, 0);
}
