//! `POST /v1/conversations/{conversation_id}/typing`, and what comes of it.

use std::time::Duration;

use realtime::send_typing;
use serde_json::{Value, json};
use shared::id::ConversationId;
use shared::rate::{Limited, Rate};
use testkit::{Answer, Request, Somebody, new_id};

use crate::talk::*;

const TYPING: &str = "/v1/conversations/{conversation_id}/typing";

/// The handler is given a queue, which a plain function pointer cannot hold: the test's own.
async fn types(world: &World, somebody: &Somebody, conversation: ConversationId, active: bool) -> Answer {
    tries(world, somebody, conversation, &json!({"active": active})).await
}

async fn tries(world: &World, somebody: &Somebody, conversation: ConversationId, body: &Value) -> Answer {
    std::thread_local! {
        static QUEUE: std::cell::RefCell<Option<std::sync::Arc<testkit::FakeQueue>>> = const { std::cell::RefCell::new(None) };
    }
    QUEUE.set(Some(std::sync::Arc::clone(&world.events)));
    let request = Request::post(TYPING, body).at("conversation_id", conversation).by(somebody);
    let handler: shared::serve::HttpHandler = |app, call| {
        let queue = QUEUE.with_borrow(Clone::clone).unwrap();
        Box::pin(async move { send_typing::handle(app, &*queue, call).await })
    };
    world.app.call(handler, request).await
}

#[tokio::test]
async fn the_others_are_told_in_one_round_trip_and_nothing_is_stored() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (hers, his) = (world.connects(&alice).await, world.connects(&bob).await);
    let chat = world.app.group(&[&alice, &bob]).await;
    types(&world, &alice, chat, true).await;
    world.events.take();
    let before = world.app.proxy.round_trips();
    assert_eq!(types(&world, &alice, chat, true).await.status, 204);
    assert_eq!(world.app.proxy.round_trips() - before, 1);
    world.tells_everything().await;
    let told = world.gateway.events(&his);
    assert_eq!(kinds(&told), ["typing"]);
    let data = &told[0]["data"];
    assert_eq!(
        (&data["user_id"], &data["active"], &data["conversation_id"]),
        (&json!(alice.id), &json!(true), &json!(chat))
    );
    assert!(world.gateway.events(&hers).is_empty());
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 0);

    let socket =
        world.says(&hers, &json!({"action": "typing", "conversation_id": chat, "active": false})).await;
    assert_eq!(socket["status"], 204);
    world.tells_everything().await;
    assert_eq!(world.gateway.events(&his)[0]["data"]["active"], false);
}

#[tokio::test]
async fn it_is_forgotten_after_fifteen_seconds() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    let chat = world.app.group(&[&alice, &bob]).await;
    types(&world, &alice, chat, true).await;
    world.app.clock.advance(Duration::from_secs(16));
    world.tells_everything().await;
    assert!(world.gateway.events(&his).is_empty());
}

#[tokio::test]
async fn only_those_hear_of_it_who_may() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let his = world.connects(&bob).await;
    let chat = world.app.group(&[&alice, &bob]).await;
    types(&world, &bob, chat, true).await;
    types(&world, &bob, ConversationId(new_id()), true).await.problem(404, "not_found");
    tries(&world, &bob, chat, &json!({"active": 1})).await.invalid(&[("active", "wrong_type")]);
    tries(&world, &bob, chat, &json!({})).await.invalid(&[("active", "required")]);
    world.events.take();

    world.behind("UPDATE users SET send_typing = false WHERE username = 'alice'").await;
    assert_eq!(types(&world, &alice, chat, true).await.status, 204);
    assert!(world.events.take().is_empty(), "her settings say so");
    world.behind("UPDATE users SET send_typing = true").await;

    // Between saying it and telling it he is removed.
    types(&world, &alice, chat, true).await;
    world.behind(format!("UPDATE members SET left_at = now() WHERE user_id = '{}'", bob.id)).await;
    world.tells_everything().await;
    assert!(world.gateway.events(&his).is_empty());
    types(&world, &bob, chat, true).await.problem(404, "not_found");
}

#[tokio::test]
async fn it_is_limited_and_needs_the_queue() {
    let mut world = World::start().await;
    world.app.app.rate_limits.set(Limited::Typing, Rate { burst: 2, period: Duration::from_mins(1) });
    let alice = world.app.somebody("alice").await;
    let chat = world.app.group(&[&alice]).await;
    for _ in 0..2 {
        assert_eq!(types(&world, &alice, chat, true).await.status, 204);
    }
    types(&world, &alice, chat, true).await.problem(429, "rate_limited");
    world.behind("DELETE FROM rate_limits").await;
    world.events.breaks();
    types(&world, &alice, chat, true).await.problem(503, "unavailable");
}
