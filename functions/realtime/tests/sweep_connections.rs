//! The sweep of what sockets leave behind.

use std::sync::Arc;

use realtime::sweep_connections;
use serde_json::json;

use crate::talk::*;

#[tokio::test]
async fn what_is_over_goes_and_what_only_listens_stays() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let mut sockets = Vec::new();
    for _ in 0..6 {
        sockets.push(world.connects(&alice).await);
    }
    let bob = world.app.somebody("bob").await;
    let ended = world.connects(&bob).await;
    let set = |column: &str, value: &str, socket: &str| {
        format!("UPDATE connections SET {column} = now() {value} WHERE connection_id = '{socket}'")
    };
    world.behind(set("expires_at", "- interval '1 second'", &sockets[0])).await;
    world.behind(set("expires_at", "- interval '1 second'", &sockets[1])).await;
    world.gateway.set_mood(&sockets[1], Mood::Gone);
    for silent in [&sockets[2], &sockets[3], &sockets[4], &ended] {
        world.behind(set("last_seen_at", "- interval '12 minutes'", silent)).await;
    }
    world.gateway.set_mood(&sockets[3], Mood::Gone);
    world.gateway.set_mood(&sockets[4], Mood::Busy(1));
    world.behind(format!("UPDATE sessions SET revoked_at = now() WHERE id = '{}'", bob.session)).await;
    world.behind("UPDATE socket_tickets SET expires_at = now() - interval '2 minutes' WHERE connection_id IS NOT NULL").await;
    world.ticket(&alice).await;

    let connections = Arc::clone(&world.gateway) as _;
    let swept = sweep_connections::handle(&world.app.app, connections).await.unwrap();
    assert_eq!(swept, json!({"connections": 4, "there": 1, "tickets": 7, "tellings": 0}));
    let left = "SELECT connection_id FROM connections ORDER BY connection_id";
    let left: Vec<String> = sqlx::query_scalar(left).fetch_all(&mut world.app.connect().await).await.unwrap();
    let mut expected = [sockets[2].clone(), sockets[4].clone(), sockets[5].clone()];
    expected.sort();
    assert_eq!(left, expected);
    let mut closed = world.gateway.closed();
    closed.sort();
    let mut expected = [sockets[0].clone(), ended];
    expected.sort();
    assert_eq!(closed, expected);

    let again = sweep_connections::handle(&world.app.app, Arc::clone(&world.gateway) as _).await.unwrap();
    assert_eq!(again, json!({"connections": 0, "there": 1, "tickets": 0, "tellings": 0}));
}
