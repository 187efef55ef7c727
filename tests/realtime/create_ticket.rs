use serde_json::json;
use testkit::{Gateway, Socket};

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let address = alice.socket_address().await;
    assert!(address.starts_with(&app.stack().ws_url), "the address that the stack prints");
    let mut socket = Socket::open(&address).await.unwrap();
    let pong = socket.asks(&json!({"action": "ping", "request_id": "p-1"})).await;
    assert_eq!(
        (&pong["type"], &pong["request_id"], &pong["status"]),
        (&json!("answer"), &json!("p-1"), &json!(200))
    );
    // The emulator answers every refusal 403; on AWS it is the function's own status.
    assert!(Socket::open(&address).await.is_err(), "twice");
    assert!(Socket::open(&app.stack().ws_url).await.is_err(), "without");
    assert_eq!(socket.asks(&json!({"action": "ping"})).await["status"], 200);
}

#[tokio::test]
async fn a_session_has_ten_sockets() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(alice.connects().await);
    }
    assert!(Socket::open(&alice.socket_address().await).await.is_err());
    alice.logs_in_again().await.connects().await;
}
