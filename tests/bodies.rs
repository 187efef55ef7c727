//! Every operation that takes a body refuses bad ones alike, whatever else is wrong. The operations come from the contract, so that none can be forgotten.

use http::Method;
use serde_json::json;
use testkit::{Answer, Client, Contract, Conversation, Gateway, new_id, unique_username};

const JSON: (&str, &str) = ("content-type", "application/json");
/// What takes a password, and so much that one of a megabyte is told that it is too long.
const WITH_PASSWORD: [&str; 4] =
    ["POST /v1/users", "POST /v1/sessions", "PUT /v1/users/me/password", "DELETE /v1/users/me"];
const LARGEST_WITH_PASSWORD: usize = 1536 * 1024;

/// Someone who may call each operation, and every operation that takes a body.
struct World {
    caller: Client,
    notes: Conversation,
    /// Method and path of each operation.
    operations: Vec<(Method, String)>,
}

impl World {
    async fn new() -> Self {
        let app = Gateway::start().await;
        let alice = app.registers("alice").await;
        let notes = alice.creates_group("Notes", &[]).await;
        let operations = Contract::load().operations();
        let operations: Vec<_> = operations
            .iter()
            .filter(|operation| operation.takes_body)
            .map(|operation| {
                let path = operation
                    .path
                    .replace("{conversation_id}", &notes.id.to_string())
                    .replace("{message_id}", &new_id().to_string())
                    .replace("{user_id}", &alice.id.to_string())
                    .replace("{report_id}", &new_id().to_string())
                    .replace("{device_id}", &new_id().to_string())
                    .replace("{webhook_id}", &new_id().to_string());
                (operation.method.parse().unwrap(), path)
            })
            .collect();
        assert!(
            operations.len() >= 4 && operations.iter().all(|(_, path)| !path.contains('{')),
            "{operations:?}"
        );
        Self { caller: (*alice).clone(), notes, operations }
    }

    async fn sends(
        &self,
        (method, path): &(Method, String),
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        self.caller.raw(method.clone(), path, headers, body).await
    }

    async fn posts(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        self.caller.raw(Method::POST, path, headers, body).await
    }
}

#[tokio::test]
async fn what_is_not_json_is_malformed() {
    let world = World::new().await;
    // Bytes that are no UTF-8 inside a string are not among them: a gateway may hand them on as U+FFFD.
    let bodies: [&[u8]; 11] = [
        b"",
        b" ",
        b"{",
        b"{\"a\": 1,}",
        b"{'a': 1}",
        b"{\"a\": 1} trailing",
        b"\xff\xfe{}",
        b"{\"text\": \"\\ud800\"}",
        b"{\"text\": \"line\nbreak\"}",
        b"NaN",
        b"text=hello",
    ];
    for operation in &world.operations {
        for body in bodies {
            let answer = world.sends(operation, &[JSON], body).await;
            assert_eq!(answer.status, 400, "{body:?}: {answer}");
            answer.problem(400, "malformed_json");
        }
    }
}

#[tokio::test]
async fn what_nests_without_end_is_refused() {
    let world = World::new().await;
    let path = world.notes.messages();
    for deep in
        ["[".repeat(200_000), "{\"a\":".repeat(40_000), format!("{}{}", "[".repeat(500), "]".repeat(500))]
    {
        let answer = world.posts(&path, &[JSON], deep).await;
        assert_eq!(answer.status, 400, "{answer}");
    }
}

#[tokio::test]
async fn json_that_is_no_object_has_the_wrong_type() {
    let world = World::new().await;
    for operation in &world.operations {
        for body in ["[]", "null", "\"text\"", "1e999", "true", "[{}]"] {
            let answer = world.sends(operation, &[JSON], body).await;
            if body == "1e999" {
                assert_eq!(answer.status, 400, "{answer}");
            } else {
                answer.invalid(&[("", "wrong_type")]);
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let world = World::new().await;
    for operation in &world.operations {
        let answer = world
            .sends(
                operation,
                &[JSON],
                json!({"surplus": {"deep": [1]}, "__proto__": 1, "is_admin": true}).to_string(),
            )
            .await;
        answer.problem(400, "invalid_request");
        let errors = answer.json()["errors"].take();
        for field in ["surplus", "__proto__", "is_admin"] {
            let named =
                |error: &serde_json::Value| error["field"] == field && error["code"] == "unknown_field";
            assert!(errors.as_array().is_some_and(|errors| errors.iter().any(named)), "{answer}");
        }
    }
}

/// What the server alone decides, beside what a user may say.
#[tokio::test]
async fn what_nobody_may_set_changes_nothing() {
    const SERVERS_OWN: [&str; 4] = ["role", "id", "created_at", "is_admin"];
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let other = new_id();
    let value = |field: &str| match field {
        "role" => json!("admin"),
        "id" => json!(other),
        "created_at" => json!("2001-01-01T00:00:00.000Z"),
        _ => json!(true),
    };
    let profile = alice.get("/v1/users/me").await.ok();
    let settings = alice.get("/v1/users/me/settings").await.ok();
    for (method, path, good) in [
        (Method::PATCH, "/v1/users/me", json!({"display_name": "Changed", "bio": "Changed."})),
        (Method::PUT, "/v1/users/me/status", json!({"presence": "busy", "text": "Changed"})),
        (Method::PATCH, "/v1/users/me/settings", json!({"send_typing": false})),
    ] {
        for field in SERVERS_OWN {
            let mut body = good.clone();
            body[field] = value(field);
            alice.with_body(method.clone(), path, &body).await.invalid(&[(field, "unknown_field")]);
        }
        let mut body = good;
        for field in SERVERS_OWN {
            body[field] = value(field);
        }
        let all = SERVERS_OWN.map(|field| (field, "unknown_field"));
        alice.with_body(method, path, &body).await.invalid(&all);
    }
    assert_eq!(alice.get("/v1/users/me").await.ok(), profile);
    assert_eq!(alice.get("/v1/users/me/settings").await.ok(), settings);

    let good = json!({"username": unique_username("self"), "password": "seven green bottles"});
    for field in SERVERS_OWN {
        let mut body = good.clone();
        body[field] = value(field);
        let answer = app.anonymous().post("/v1/users", &body).await;
        answer.invalid(&[(field, "unknown_field")]);
    }
    let made = app.anonymous().post("/v1/users", &good).await.created()["user"].take();
    assert_eq!(made["role"], "user", "none of the attempts has taken the name: {made}");
    assert_ne!(made["id"], json!(other));
}

/// That nothing is hashed for it is asserted where it can be counted, in process.
#[tokio::test]
async fn a_password_of_a_mebibyte_is_refused() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let anonymous = app.anonymous();
    let operations = |password: &str| {
        let username = unique_username("long");
        [
            (
                &anonymous,
                Method::POST,
                "/v1/users",
                "password",
                json!({"username": username, "password": password}),
            ),
            (
                &anonymous,
                Method::POST,
                "/v1/sessions",
                "password",
                json!({"username": alice.username, "password": password}),
            ),
            (
                &*alice,
                Method::PUT,
                "/v1/users/me/password",
                "new_password",
                json!({"current_password": alice.password, "new_password": password}),
            ),
            (
                &*alice,
                Method::PUT,
                "/v1/users/me/password",
                "current_password",
                json!({"current_password": password, "new_password": "nine green bottles"}),
            ),
            (&*alice, Method::DELETE, "/v1/users/me", "password", json!({"password": password})),
        ]
    };
    for length in [200_000, 1 << 20] {
        for (caller, method, path, field, body) in operations(&"p".repeat(length)) {
            let answer = caller.with_body(method, path, &body).await;
            answer.invalid(&[(field, "too_long")]);
            assert_eq!(answer.json()["errors"][0]["max"], 128);
        }
    }
    for (caller, method, path, _, body) in operations(&"p".repeat(LARGEST_WITH_PASSWORD)) {
        caller.with_body(method, path, &body).await.problem(413, "body_too_large");
    }
    alice.logs_in_again().await;
}

#[tokio::test]
async fn only_json_is_a_media_type_here() {
    let world = World::new().await;
    for operation in &world.operations {
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/jsonx",
            "application/xml",
        ] {
            let answer = world.sends(operation, &[("content-type", content_type)], "{}").await;
            answer.problem(415, "unsupported_media_type");
        }
        world.sends(operation, &[], "{}").await.problem(415, "unsupported_media_type");
    }
}

#[tokio::test]
async fn a_charset_beside_the_media_type_is_fine() {
    let world = World::new().await;
    for content_type in
        ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=UTF-8"]
    {
        let body = json!({"client_id": new_id(), "type": "text", "text": "héllo"}).to_string();
        world.posts(&world.notes.messages(), &[("content-type", content_type)], body).await.created();
    }
}

#[tokio::test]
async fn a_body_may_have_256_kibibytes_and_no_byte_more() {
    const LIMIT: usize = 256 * 1024;
    let world = World::new().await;
    for operation in &world.operations {
        let (method, path) = operation;
        let limit = if WITH_PASSWORD.contains(&format!("{method} {path}").as_str()) {
            LARGEST_WITH_PASSWORD
        } else {
            LIMIT
        };
        let answer = world.sends(operation, &[JSON], vec![b' '; limit + 1]).await;
        answer.problem(413, "body_too_large");
        assert_eq!(answer.json()["max"], limit);
    }
    let padded = |length: usize| {
        let body = json!({"client_id": new_id(), "type": "text", "text": "padded"}).to_string();
        body.clone() + &" ".repeat(length - body.len())
    };
    world.posts(&world.notes.messages(), &[JSON], padded(LIMIT)).await.created();
    world.posts(&world.notes.messages(), &[JSON], padded(LIMIT + 1)).await.problem(413, "body_too_large");
    world
        .posts(&world.notes.messages(), &[JSON], vec![b'x'; 1024 * 1024])
        .await
        .problem(413, "body_too_large");
}
