//! Who one is comes from a live session's access token and from nothing else.

use http::Method;
use serde_json::json;
use testkit::{Client, Contract, Gateway, User, new_id};

/// Calls every operation that needs a token and expects 401 of each.
async fn opens_nothing(client: &Client) {
    let operations = Contract::load().operations();
    let closed: Vec<_> = operations.iter().filter(|operation| !operation.public).collect();
    assert!(closed.len() >= 6);
    for operation in closed {
        // A well-formed id in every place of the path, whatever it is of.
        let parts = operation.path.split('/');
        let parts = parts.map(|part| match part {
            "{emoji}" => "%F0%9F%91%8D".to_owned(),
            "{queue}" => "presence".to_owned(),
            part if part.starts_with('{') => new_id().to_string(),
            part => part.to_owned(),
        });
        let path = parts.collect::<Vec<_>>().join("/") + &operation.required_query();
        let body = operation.example().map(serde_json::Value::to_string).unwrap_or_default();
        assert_eq!(operation.takes_body, !body.is_empty(), "{} has an example", operation.id);
        let method: Method = operation.method.parse().unwrap();
        let answer = client.raw(method, &path, &[("content-type", "application/json")], body).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}

#[tokio::test]
async fn a_user_id_without_a_token_opens_nothing() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let id = alice.id.to_string();
    for header in ["x-user-id", "x-talkify-user-id", "x-amzn-oidc-identity", "x-forwarded-user"] {
        opens_nothing(&app.anonymous().with_header(header, &id)).await;
    }
}

#[tokio::test]
async fn forged_context_opens_nothing() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let context = json!({"authorizer": {"lambda": {"user_id": alice.id, "session_id": alice.session_id, "role": "admin"}}});
    for header in [
        "x-amzn-request-context",
        "x-lambda-request-context",
        "lambda-runtime-client-context",
        "x-apigateway-context",
    ] {
        let forged = app.anonymous().with_header(header, &context.to_string());
        opens_nothing(&forged).await;
        opens_nothing(&forged.with_header("x-user-id", &alice.id.to_string())).await;
    }
}

#[tokio::test]
async fn what_is_not_the_token_opens_nothing() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let token = &alice.access_token;
    let hash: String = sqlx::query_scalar("SELECT encode(access_hash, 'hex') FROM sessions WHERE id = $1")
        .bind(alice.session_id)
        .fetch_one(&mut app.database().await)
        .await
        .unwrap();
    let (shortened, other_case) = (&token[..token.len() - 1], token.to_uppercase());
    let forged = [
        format!("Bearer {}", alice.refresh_token),
        format!("Bearer {}", alice.id),
        format!("Bearer {}", alice.session_id),
        format!("Bearer {hash}"),
        format!("Bearer {shortened}"),
        format!("Bearer {token}A"),
        format!("Bearer {other_case}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Basic {token}"),
        format!("{token} Bearer"),
        token.clone(),
        "Bearer".to_owned(),
        "Bearer null".to_owned(),
        "Bearer tka_".to_owned(),
        "Bearer ' OR true --".to_owned(),
    ];
    for value in forged {
        let client = app.anonymous().with_header("authorization", &value);
        let answer = client.get("/v1/users/me").await;
        assert_eq!(answer.status, 401, "{value}: {answer}");
        answer.problem(401, "unauthenticated");
    }
    let in_query =
        app.anonymous().get(&format!("/v1/users/me?access_token={token}&authorization=Bearer+{token}")).await;
    assert_eq!(in_query.status, 401, "{in_query}");
    let in_cookie = app.anonymous().with_header("cookie", &format!("authorization=Bearer {token}"));
    assert_eq!(in_cookie.get("/v1/users/me").await.status, 401);

    let lower = app.anonymous().with_header("authorization", &format!("bearer {token}"));
    lower.get("/v1/users/me").await.ok();
}

#[tokio::test]
async fn a_user_id_beside_a_token_must_be_ones_own() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    alice.with_header("x-user-id", &alice.id.to_string()).get("/v1/users/me").await.ok();

    let claims = async |user: &User, id: &str| {
        let client = user.with_header("X-User-ID", id);
        let body = json!({"type": "group", "title": "T", "member_ids": []});
        client.get("/v1/users/me").await.problem(403, "user_id_mismatch");
        client.get("/v1/conversations").await.problem(403, "user_id_mismatch");
        client.post("/v1/conversations", &body).await.problem(403, "user_id_mismatch");
    };
    claims(&alice, &bob.id.to_string()).await;
    claims(&alice, &new_id().to_string()).await;
    claims(&alice, "not-a-uuid").await;
    claims(&alice, &format!("{},{}", alice.id, bob.id)).await;
    assert_eq!(alice.conversations().await.len() + bob.conversations().await.len(), 0);
}

#[tokio::test]
async fn a_revoked_session_is_out_at_once_and_others_stay() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let phone = alice.logs_in_again().await;
    // Seen by the authorizer before, which remembers its answer for a minute.
    phone.get("/v1/users/me").await.ok();
    sqlx::query("UPDATE sessions SET revoked_at = now() WHERE id = $1")
        .bind(phone.session_id)
        .execute(&mut app.database().await)
        .await
        .unwrap();
    opens_nothing(&phone).await;
    alice.get("/v1/users/me").await.ok();
}

#[tokio::test]
async fn a_suspended_user_is_out_at_once() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    alice.get("/v1/users/me").await.ok();
    sqlx::query("UPDATE users SET suspended_at = now() WHERE id = $1")
        .bind(alice.id)
        .execute(&mut app.database().await)
        .await
        .unwrap();
    opens_nothing(&alice).await;
    let credentials = json!({"username": alice.username, "password": alice.password});
    app.anonymous().post("/v1/sessions", &credentials).await.problem(401, "invalid_credentials");
}
