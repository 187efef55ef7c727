//! What clients say over a socket.

use std::time::Duration;

use serde_json::{Value, json};
use shared::rate::{Limited, Rate};
use testkit::new_id;

use crate::talk::*;

fn problem<'a>(frame: &'a Value, status: u64, code: &str) -> &'a Value {
    assert_eq!((&frame["type"], &frame["status"]), (&json!("error"), &json!(status)), "{frame}");
    assert_eq!(frame["problem"]["code"], code, "{frame}");
    &frame["problem"]
}

#[tokio::test]
async fn a_ping_is_answered_under_its_own_name() {
    let world = World::start().await;
    let socket = world.connects(&world.app.somebody("alice").await).await;
    world.says(&socket, &json!({"action": "ping"})).await;
    let before = world.app.proxy.round_trips();
    let answer = world.says(&socket, &json!({"action": "ping", "request_id": "r-7"})).await;
    assert_eq!(world.app.proxy.round_trips() - before, 1);
    assert_eq!(
        (&answer["type"], &answer["action"], &answer["request_id"]),
        (&json!("answer"), &json!("ping"), &json!("r-7"))
    );
    let unnamed = world.says(&socket, &json!({"action": "ping"})).await;
    assert_eq!((&unnamed["status"], &unnamed["request_id"]), (&json!(200), &Value::Null));
}

#[tokio::test]
async fn what_makes_no_sense_is_told_and_the_socket_stays() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let (socket, notes) = (world.connects(&alice).await, world.app.group(&[&alice]).await);
    for text in ["", "{", "ping", "{\"action\": \"ping\",}"] {
        problem(&world.sends_frame(&socket, text).await, 400, "malformed_json");
    }
    for (frame, field, code) in [
        (json!([]), "", "wrong_type"),
        (json!({}), "action", "required"),
        (json!({"action": 1}), "action", "wrong_type"),
        (json!({"action": "dance"}), "action", "unknown_action"),
        (json!({"action": "ping", "request_id": 1}), "request_id", "wrong_type"),
        (json!({"action": "ping", "request_id": "x".repeat(129)}), "request_id", "too_long"),
        (json!({"action": "ping", "user_id": new_id()}), "user_id", "unknown_field"),
        (json!({"action": "typing", "active": true}), "conversation_id", "required"),
        (
            json!({"action": "typing", "active": true, "conversation_id": "x"}),
            "conversation_id",
            "invalid_format",
        ),
        (json!({"action": "typing", "conversation_id": notes}), "active", "required"),
        (json!({"action": "receipts", "conversation_id": notes}), "", "required"),
        (
            json!({"action": "receipts", "conversation_id": notes, "read_seq": -1}),
            "read_seq",
            "invalid_value",
        ),
        (
            json!({"action": "send_message", "conversation_id": notes, "client_id": new_id(), "type": "text", "text": ""}),
            "text",
            "required",
        ),
    ] {
        let answer = world.says(&socket, &frame).await;
        let told = problem(&answer, 400, "invalid_request");
        assert_eq!(told["errors"][0]["field"], field, "{answer}");
        if field != "text" {
            assert_eq!(told["errors"][0]["code"], code, "{answer}");
        }
    }
    let long = json!({"action": "ping", "request_id": "x".repeat(70_000)});
    assert_eq!(problem(&world.says(&socket, &long).await, 413, "body_too_large")["max"], 65_536);
    assert_eq!(world.says(&socket, &json!({"action": "ping"})).await["status"], 200);
}

#[tokio::test]
async fn who_speaks_is_the_connection_and_its_session_must_live() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let socket = world.connects(&alice).await;
    let ping = json!({"action": "ping", "request_id": "1"});
    problem(&world.says("nobody's", &ping).await, 401, "unauthenticated");
    for change in [
        "UPDATE sessions SET revoked_at = now()",
        "UPDATE users SET suspended_at = now()",
        "UPDATE sessions SET access_expires_at = now()",
        "UPDATE connections SET expires_at = now()",
    ] {
        world.behind(change).await;
        let refused = world.says(&socket, &ping).await;
        problem(&refused, 401, "unauthenticated");
        assert_eq!((&refused["action"], &refused["request_id"]), (&json!("ping"), &json!("1")));
        world
            .behind("UPDATE sessions SET revoked_at = NULL, access_expires_at = now() + interval '1 hour'")
            .await;
        world.behind("UPDATE users SET suspended_at = NULL").await;
        world.behind("UPDATE connections SET expires_at = now() + interval '1 hour'").await;
    }
    assert_eq!(world.says(&socket, &ping).await["status"], 200);
}

#[tokio::test]
async fn a_message_sent_twice_is_one_message() {
    let world = World::start().await;
    let (alice, eve) = (world.app.somebody("alice").await, world.app.somebody("eve").await);
    let (socket, other) = (world.connects(&alice).await, world.connects(&eve).await);
    let notes = world.app.group(&[&alice]).await;
    let body = json!({"client_id": new_id(), "type": "text", "text": "Hello"});
    let mut frame = body.clone();
    frame["action"] = "send_message".into();
    frame["conversation_id"] = json!(notes);
    frame["request_id"] = "m-1".into();
    let sent = world.says(&socket, &frame).await;
    assert_eq!(
        (&sent["status"], &sent["request_id"], &sent["data"]["text"]),
        (&json!(201), &json!("m-1"), &json!("Hello"))
    );
    assert_eq!(sent["data"]["sender_id"], json!(alice.id));
    let again = world.says(&socket, &frame).await;
    assert_eq!((&again["status"], &again["data"]), (&json!(200), &sent["data"]));
    assert_eq!(world.tries_to_send(&alice, notes, &body).await.ok(), sent["data"], "over HTTP too");
    frame["text"] = "Another".into();
    problem(&world.says(&socket, &frame).await, 422, "idempotency_key_reused");
    frame["client_id"] = json!(new_id());
    problem(&world.says(&other, &frame).await, 404, "not_found");
    assert_eq!(world.number("SELECT count(*) FROM messages").await, 1);
}

#[tokio::test]
async fn receipts_go_to_their_queue_with_ids_and_numbers() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let socket = world.connects(&alice).await;
    let notes = world.app.group(&[&alice]).await;
    let frame = json!({"action": "receipts", "conversation_id": notes, "read_seq": 3});
    assert_eq!(world.says(&socket, &frame).await["status"], 202);
    let sent: Vec<Value> =
        world.receipts.sent().iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    assert_eq!(sent, [json!({"user_id": alice.id, "conversation_id": notes, "read_seq": 3})]);
    world.receipts.breaks();
    problem(&world.says(&socket, &frame).await, 503, "unavailable");
}

#[tokio::test]
async fn frames_are_limited_by_session() {
    let mut world = World::start().await;
    world.app.app.rate_limits.set(Limited::Frames, Rate { burst: 3, period: Duration::from_mins(1) });
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (one, two, other) =
        (world.connects(&alice).await, world.connects(&alice).await, world.connects(&bob).await);
    let ping = json!({"action": "ping"});
    for socket in [&one, &two, &one] {
        assert_eq!(world.says(socket, &ping).await["status"], 200);
    }
    let refused = world.says(&two, &ping).await;
    assert_eq!(problem(&refused, 429, "rate_limited")["max"], 3);
    assert!(refused["retry_after_s"].as_u64().unwrap() >= 1);
    assert_eq!(world.says(&other, &ping).await["status"], 200);
}
