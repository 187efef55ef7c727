//! Every operation refuses bad path and query parameters alike. The operations come from the contract.

use http::Method;
use serde_json::json;
use testkit::{Contract, Gateway, new_id};

#[tokio::test]
async fn an_id_in_a_path_is_a_uuid() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let operations = Contract::load().operations();
    let mut tried = 0;
    for operation in operations.iter().filter(|operation| operation.path.contains('{')) {
        let parameters: Vec<&str> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        for bad in
            ["1", "null", "not-a-uuid", "00000000-0000-0000-0000-00000000000g", "%00", "%F0%9F%8E%88", "a'--"]
        {
            for wrong in parameters.iter().filter(|name| !["emoji", "queue"].contains(name)) {
                let fill = |path: String, name: &&str| {
                    let value = match *name {
                        name if name == *wrong => bad.to_owned(),
                        "emoji" => "%F0%9F%91%8D".to_owned(),
                        _ => new_id().to_string(),
                    };
                    path.replace(&format!("{{{name}}}"), &value)
                };
                let path = parameters.iter().fold(operation.path.to_owned(), fill);
                let body = json!({"client_id": new_id(), "type": "text", "text": "x"}).to_string();
                let body = if operation.method == "GET" { String::new() } else { body };
                let method: Method = operation.method.parse().unwrap();
                let answer = alice.raw(method, &path, &[("content-type", "application/json")], body).await;
                answer.invalid(&[(wrong, "invalid_format")]);
                tried += 1;
            }
        }
    }
    assert!(tried > 0);
}

#[tokio::test]
async fn a_limit_is_refused_rather_than_clamped() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    for path in [
        "/v1/conversations",
        "/v1/sync",
        "/v1/sessions",
        "/v1/users/me/blocks",
        &notes.messages(),
        &notes.members(),
        &notes.receipts(),
        &format!("/v1/conversations/{}/media", notes.id),
    ] {
        for (limit, code) in [
            ("0", "invalid_value"),
            ("-1", "invalid_value"),
            ("101", "too_large"),
            ("9223372036854775807", "too_large"),
            ("99999999999999999999", "wrong_type"),
            ("ten", "wrong_type"),
            ("1.5", "wrong_type"),
            ("1e1", "wrong_type"),
            ("", "wrong_type"),
            ("%20", "wrong_type"),
            ("%00", "wrong_type"),
        ] {
            let answer = alice.get(&format!("{path}?limit={limit}")).await;
            answer.invalid(&[("limit", code)]);
        }
        alice.get(&format!("{path}?limit=1")).await.ok();
        let answer = alice.get(&format!("{path}?limit=101")).await;
        assert_eq!(answer.json()["errors"][0]["max"], 100);
        alice.get(&format!("{path}?limit=100")).await.ok();
    }
}
