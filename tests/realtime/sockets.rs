//! Sockets of real clients through the front door: what they say and what they hear.

use std::time::Instant;

use http::Method;
use serde_json::json;
use testkit::{Gateway, new_id};

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the figure is printed, and nothing passes or fails by it")]
async fn an_event_reaches_fifty_sockets() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let mut sockets = Vec::new();
    for _ in 0..5 {
        let device = bob.logs_in_again().await;
        for _ in 0..10 {
            sockets.push(device.connects().await);
        }
    }
    // Everything is awake, as it is while people talk.
    alice.sends(&chat, "awake?").await;
    for socket in &mut sockets {
        socket.hears("message.created").await;
    }
    let begun = Instant::now();
    let message = alice.sends(&chat, "Hello, all of Bob's devices").await;
    let answered = begun.elapsed();
    for socket in &mut sockets {
        let event = socket.hears("message.created").await;
        assert_eq!(
            (&event["data"]["id"], &event["data"]["text"]),
            (&json!(message.id), &json!("Hello, all of Bob's devices"))
        );
        assert_eq!(
            (&event["conversation_id"], &event["change_seq"]),
            (&json!(chat.id), &json!(message.change_seq))
        );
    }
    println!(
        "50 sockets heard of a message {:?} after it was sent, {answered:?} of which was its answer",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_message_can_be_sent_over_a_socket_and_comes_once() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let (mut hers, mut his) = (alice.connects().await, bob.connects().await);
    let client_id = new_id();
    let frame = json!({
        "action": "send_message", "request_id": "m-1", "conversation_id": chat.id, "client_id": client_id, "type": "text", "text": "Over the socket",
    });
    let sent = hers.asks(&frame).await;
    assert_eq!((&sent["status"], &sent["request_id"]), (&json!(201), &json!("m-1")));
    let again = hers.asks(&frame).await;
    assert_eq!((&again["status"], &again["data"]), (&json!(200), &sent["data"]));
    assert_eq!(alice.tries_to_send(chat.id, client_id, "Over the socket").await.ok(), sent["data"]);
    assert_eq!(his.hears("message.created").await["data"]["id"], sent["data"]["id"]);
    assert_eq!(bob.sees(&chat).await, [Some("Over the socket".to_owned())]);

    let refused = hers.asks(&json!({"action": "send_message", "conversation_id": chat.id, "client_id": new_id(), "type": "text"})).await;
    assert_eq!((&refused["type"], &refused["problem"]["code"]), (&json!("error"), &json!("invalid_request")));
    hers.sends("no JSON").await;
    assert_eq!(hers.answer().await["problem"]["code"], "malformed_json");
    assert_eq!(hers.asks(&json!({"action": "ping"})).await["status"], 200, "the socket stays open");
}

#[tokio::test]
async fn receipts_over_a_socket_reach_the_sender() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let (mut hers, mut his) = (alice.connects().await, bob.connects().await);
    let message = alice.sends(&chat, "Read me").await;
    his.hears("message.created").await;
    let read = json!({"action": "receipts", "conversation_id": chat.id, "read_seq": message.seq});
    assert_eq!(his.asks(&read).await["status"], 202);
    let told = hers.hears("receipt.updated").await;
    assert_eq!((&told["data"]["user_id"], &told["data"]["read_seq"]), (&json!(bob.id), &json!(message.seq)));
}

#[tokio::test]
async fn revoking_a_session_closes_its_sockets() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let (telephone, tablet) = (alice.logs_in_again().await, alice.logs_in_again().await);
    let (mut lost, mut also_lost, mut kept) =
        (telephone.connects().await, tablet.connects().await, alice.connects().await);
    let path = format!("/v1/sessions/{}", telephone.session_id);
    assert_eq!(alice.raw(Method::DELETE, &path, &[], "").await.status, 204);
    let told = lost.closes().await;
    assert!(told.iter().any(|event| event["type"] == "session.revoked"), "{told:?}");

    // Used twice: whoever has the old token may be a thief.
    let refresh = json!({"refresh_token": tablet.refresh_token});
    let fresh = app.anonymous().post("/v1/sessions/refresh", &refresh).await.ok();
    let next = json!({"refresh_token": fresh["refresh_token"]});
    app.anonymous().post("/v1/sessions/refresh", &next).await.ok();
    app.anonymous().post("/v1/sessions/refresh", &refresh).await.problem(401, "invalid_credentials");
    also_lost.closes().await;

    assert_eq!(kept.asks(&json!({"action": "ping"})).await["status"], 200);
    let password = json!({"current_password": alice.password, "new_password": "another good password"});
    let other = alice.logs_in_again().await;
    let mut others = other.connects().await;
    assert_eq!(alice.put("/v1/users/me/password", &password).await.status, 204);
    others.closes().await;
    assert_eq!(kept.asks(&json!({"action": "ping"})).await["status"], 200);
    assert_eq!(alice.delete("/v1/sessions/current").await.status, 204);
    kept.closes().await;
}

/// More events than a socket may outlive the end of its session by.
const MANY: usize = 50;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the figure is printed, and nothing passes or fails by it")]
async fn a_revoked_session_is_silent_at_once_and_closed_before_many_more_events() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let telephone = bob.logs_in_again().await;
    let (mut lost, mut kept) = (telephone.connects().await, bob.connects().await);
    alice.sends(&chat, "Are you there?").await;
    for socket in [&mut lost, &mut kept] {
        socket.hears("message.created").await;
    }
    let begun = Instant::now();
    let path = format!("/v1/sessions/{}", telephone.session_id);
    assert_eq!(bob.raw(Method::DELETE, &path, &[], "").await.status, 204);
    let answered = begun.elapsed();
    let closing = tokio::spawn(async move { (lost.closes().await, begun.elapsed()) });
    let mut sent = Vec::new();
    while !closing.is_finished() && sent.len() < MANY {
        sent.push(json!(alice.sends(&chat, "Not for the telephone").await.id));
    }
    let events = sent.len();
    let (told, closed) = closing.await.unwrap();
    assert!(events < MANY, "{events} events, and the socket was open");
    assert!(told.iter().any(|event| event["type"] == "session.revoked"), "{told:?}");
    assert!(told.iter().all(|event| !sent.contains(&event["data"]["id"])), "{told:?}");
    println!(
        "a socket was closed {closed:?} after its session was revoked ({answered:?}), {events} events later"
    );
    // In whatever order two deliveries at once come to be.
    while !sent.is_empty() {
        let heard = kept.hears("message.created").await["data"]["id"].take();
        sent.retain(|message| *message != heard);
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the figure is printed, and nothing passes or fails by it")]
async fn a_removed_member_hears_nothing_more() {
    let app = Gateway::start().await;
    let (alice, bob, carol) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("carol").await);
    let group = alice.creates_group("Club", &[&bob, &carol]).await;
    let (mut his, mut hers) = (bob.connects().await, carol.connects().await);
    let begun = Instant::now();
    assert_eq!(alice.delete(&group.member(&bob)).await.status, 204);
    let mut sent = Vec::new();
    for _ in 0..10 {
        sent.push(json!(alice.sends(&group, "Without Bob").await.id));
    }
    assert_eq!(his.hears("member.removed").await["data"]["user_id"], json!(bob.id));
    println!("somebody heard that they are out {:?} after it began, ten messages included", begun.elapsed());
    let mut missing: Vec<_> = sent.clone();
    while !missing.is_empty() {
        let heard = hers.hears("message.created").await["data"]["id"].take();
        missing.retain(|message| *message != heard);
    }
    let heard = his.heard_until_now().await;
    assert!(heard.iter().all(|event| !sent.contains(&event["data"]["id"])), "{heard:?}");
}

#[tokio::test]
async fn what_somebody_appears_as_is_told_to_those_they_talk_with() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    alice.opens_direct_conversation_with(&bob).await;
    let mut his = bob.connects().await;
    let _hers = alice.connects().await;
    let status = json!({"presence": "busy", "text": "in a meeting"});
    alice.put("/v1/users/me/status", &status).await.ok();
    loop {
        let told = his.hears("presence.updated").await;
        if told["data"]["status"]["presence"] == "busy" {
            assert_eq!(
                (&told["data"]["user_id"], &told["data"]["status"]["text"]),
                (&json!(alice.id), &json!("in a meeting"))
            );
            break;
        }
    }
}
