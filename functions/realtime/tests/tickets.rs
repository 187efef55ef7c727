//! Tickets, and the sockets they open.

use std::sync::Arc;

use serde_json::json;
use shared::rate::{Limited, Rate};
use testkit::Request;

use crate::talk::*;

#[tokio::test]
async fn a_ticket_opens_one_socket_in_one_round_trip_each() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    world.ticket(&alice).await;
    let before = world.app.proxy.round_trips();
    let ticket = world.ticket(&alice).await;
    assert_eq!(world.app.proxy.round_trips() - before, 1);
    assert_eq!(world.handshake(&world.app.app, "one", Some(&ticket)).await, 200);
    assert_eq!(world.presence.sent().len(), 1, "who connects has been seen");

    let before = world.app.proxy.round_trips();
    assert_eq!(world.handshake(&world.app.app, "one", Some(&ticket)).await, 200, "a repeat of the gateway's");
    assert_eq!(world.app.proxy.round_trips() - before, 1);
    assert_eq!(world.handshake(&world.app.app, "two", Some(&ticket)).await, 401);
    assert_eq!(world.number("SELECT count(*) FROM connections").await, 1);
    assert_eq!(world.number("SELECT count(*) FROM socket_tickets WHERE hash = 'x'").await, 0);
}

#[tokio::test]
async fn the_same_request_with_its_key_gets_the_same_ticket() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let asks = || Request::post(TICKETS, &json!({})).with_header("Idempotency-Key", "key").by(&alice);
    let first = world.app.call(CREATE_TICKET, asks()).await;
    let again = world.app.call(CREATE_TICKET, asks()).await;
    assert_eq!((first.status, again.status, &again.body), (201, 201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(world.number("SELECT count(*) FROM socket_tickets").await, 1);
    let ticket = first.json()["ticket"].as_str().unwrap().to_owned();
    assert_eq!(world.handshake(&world.app.app, "one", Some(&ticket)).await, 200);
}

#[tokio::test]
async fn what_is_no_ticket_opens_nothing() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (late, revoked) = (world.ticket(&alice).await, world.ticket(&alice).await);
    let mistyped = format!("{}x", &late[..late.len() - 1]);
    for ticket in [None, Some(""), Some("tkt_"), Some(mistyped.as_str()), Some("tka_x"), Some("' OR 1=1 --")]
    {
        assert_eq!(world.handshake(&world.app.app, "one", ticket).await, 401, "{ticket:?}");
    }
    world.behind("UPDATE socket_tickets SET expires_at = now() - interval '1 millisecond'").await;
    assert_eq!(world.handshake(&world.app.app, "one", Some(&late)).await, 401);
    world.behind("UPDATE socket_tickets SET expires_at = now() + interval '1 minute'").await;
    world.behind("UPDATE sessions SET revoked_at = now()").await;
    assert_eq!(world.handshake(&world.app.app, "one", Some(&revoked)).await, 401);
    world
        .app
        .call(CREATE_TICKET, Request::post(TICKETS, &json!({})).by(&alice))
        .await
        .problem(401, "unauthenticated");
    world.app.call(CREATE_TICKET, Request::post(TICKETS, &json!({}))).await.problem(401, "unauthenticated");
    assert_eq!(world.number("SELECT count(*) FROM connections").await, 0);
}

#[tokio::test]
async fn of_many_who_bring_one_ticket_one_comes_in() {
    let world = Arc::new(World::start().await);
    let alice = world.app.somebody("alice").await;
    let ticket = world.ticket(&alice).await;
    let tries = (0..16).map(|number| {
        let (world, ticket) = (Arc::clone(&world), ticket.clone());
        tokio::spawn(async move {
            let environment = world.app.cold_environment();
            world.handshake(&environment, &format!("connection-{number}"), Some(&ticket)).await
        })
    });
    let mut opened = 0;
    for one in tries.collect::<Vec<_>>() {
        opened += usize::from(one.await.unwrap() == 200);
    }
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn a_session_has_ten_sockets_however_many_ask_at_once() {
    let world = Arc::new(World::start().await);
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let mut tries = Vec::new();
    for number in 0..16 {
        let (world, ticket) = (Arc::clone(&world), world.ticket(&alice).await);
        tries.push(tokio::spawn(async move {
            let environment = world.app.cold_environment();
            world.handshake(&environment, &format!("connection-{number:02}"), Some(&ticket)).await
        }));
    }
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 10], vec![429; 6]].concat());

    world.connects(&bob).await;
    let held = "SELECT connection_id FROM connections WHERE place = 3 AND connection_id LIKE 'connection-%'";
    let held: String = sqlx::query_scalar(held).fetch_one(&mut world.app.connect().await).await.unwrap();
    world.disconnects(&held).await;
    world.connects(&alice).await;
    let ticket = world.ticket(&alice).await;
    assert_eq!(world.handshake(&world.app.app, "eleventh", Some(&ticket)).await, 429);
    world.behind("UPDATE connections SET expires_at = now() WHERE place = 7").await;
    world.connects(&alice).await;
}

#[tokio::test]
async fn tickets_are_limited() {
    let mut world = World::start().await;
    world
        .app
        .app
        .rate_limits
        .set(Limited::Tickets, Rate { burst: 2, period: std::time::Duration::from_mins(1) });
    let alice = world.app.somebody("alice").await;
    for _ in 0..2 {
        world.ticket(&alice).await;
    }
    let refused = world.app.call(CREATE_TICKET, Request::post(TICKETS, &json!({})).by(&alice)).await;
    refused.problem(429, "rate_limited");
    assert_eq!(refused.json()["max"], 2);
    assert_eq!(world.number("SELECT count(*) FROM socket_tickets").await, 2);
}
