//! Sockets as clients in other languages have them: nothing of ours is in their way.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use testkit::{Contract, Gateway, new_id};

/// What a program writes that is given this.
async fn asks(mut program: Command, asked: Value) -> Value {
    let run = move || {
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = program.spawn().unwrap();
        running.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
        running.wait_with_output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test]
async fn a_client_in_python_talks_over_a_socket() {
    let mut python = local::for_tests::websockets().unwrap();
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/realtime/client.py"));
    talks_over_a_socket(python, "Grüße aus Python 🐍").await;
}

async fn talks_over_a_socket(program: Command, text: &str) {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let mut his = bob.connects().await;
    let spent = alice.socket_address().await;
    testkit::Socket::open(&spent).await.unwrap();
    let plain = &app.stack().ws_url;
    let unknown = format!("{plain}?ticket=tkt_{}", "A".repeat(43));
    let refused = [plain.clone(), spent, unknown, format!("{plain}?ticket=none")];
    let client_id = new_id();
    let asked = json!({
        "address": alice.socket_address().await, "refused": refused,
        "conversation_id": chat.id, "client_id": client_id,
    });
    let saw = asks(program, asked).await;

    // Without a ticket, with one that is spent, with one that never was, with no such thing: nobody learns which it was.
    let refusals = saw["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 4);
    let same = |one: &Value| {
        let status = one["status"].as_u64().unwrap();
        assert!(status == 401 || status == 403, "{one}");
        // Its own request's id is all that may differ.
        let mut body: Value = serde_json::from_str(one["body"].as_str().unwrap()).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            body.remove("request_id");
            body.remove("requestId");
        }
        (status, body)
    };
    let first = same(&refusals[0]);
    assert!(refusals.iter().all(|one| same(one) == first), "{refusals:?}");

    assert_eq!((&saw["pong"]["action"], &saw["pong"]["status"]), (&json!("ping"), &json!(200)));
    assert_eq!((&saw["sent"]["status"], &saw["sent"]["data"]["text"]), (&json!(201), &json!(text)));
    assert_eq!(saw["event"]["data"]["id"], saw["sent"]["data"]["id"], "her own devices hear of it too");
    for frame in ["pong", "sent", "event"] {
        Contract::load().check_schema("ServerFrame", &saw[frame]).unwrap();
    }
    assert_eq!(saw["closed_with"], 1000);
    assert_eq!(his.hears("message.created").await["data"]["text"], text);
}
