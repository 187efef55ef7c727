use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testkit::{Gateway, Received, Receiver, User};
use uuid::Uuid;

use crate::admin::list_admin_users::of_role;

/// A webhook of a test; there can be so many only, and the others' events come to it too, so each test deletes its own.
pub struct Hook {
    pub root: User,
    pub receiver: Receiver,
    /// As it was answered, with its secret.
    pub made: Value,
}

impl Hook {
    /// One that is told of messages, or of nothing yet.
    pub async fn new(app: &Gateway, enabled: bool) -> Self {
        let (root, receiver) = (of_role(app, "root", "admin").await, Receiver::start().await);
        let body = json!({"url": format!("{}/hook", receiver.url()), "events": ["message.created"], "enabled": enabled});
        let made = root.post("/v1/admin/webhooks", &body).await.created();
        Self { root, receiver, made }
    }

    pub fn path(&self) -> String {
        format!("/v1/admin/webhooks/{}", self.made["id"].as_str().unwrap())
    }

    /// Has it told of a test, and waits until it is.
    pub async fn is_tested(&self) -> Received {
        let delivery = self.root.raw(http::Method::POST, &format!("{}/test", self.path()), &[], "").await;
        assert_eq!(delivery.status, 202, "{delivery}");
        let id: Uuid = delivery.json()["event_id"].as_str().unwrap().parse().unwrap();
        let mut came = self.receiver.receives(|request| request.header("webhook-id") == id.to_string()).await;
        came.remove(0)
    }

    pub async fn ends(self) {
        assert_eq!(self.root.delete(&self.path()).await.status, 204);
    }
}

/// Whether one of the signatures is by this secret.
pub fn is_signed(request: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{}.{}.", request.header("webhook-id"), request.header("webhook-timestamp"));
    let signed = [signed.as_bytes(), &request.body].concat();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let expected = format!("v1,{}", STANDARD.encode(ring::hmac::sign(&key, &signed)));
    request.header("webhook-signature").split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn a_webhook_is_told_of_a_test_with_a_good_signature() {
    let app = Gateway::start().await;
    let hook = Hook::new(&app, false).await;
    let request = hook.is_tested().await;
    assert!(is_signed(&request, hook.made["secret"].as_str().unwrap()), "{request:?}");
    assert_eq!(request.json()["type"], "webhook.test");
    hook.ends().await;
}

#[tokio::test]
async fn the_same_key_makes_one_webhook() {
    let app = Gateway::start().await;
    let root = of_role(&app, "root", "admin").await;
    let body = json!({"url": "https://hooks.example.org/once", "events": ["member.added"], "enabled": false});
    let keyed = root.with_header("idempotency-key", &testkit::new_id().to_string());
    let made = keyed.post("/v1/admin/webhooks", &body).await.created();
    let again = keyed.post("/v1/admin/webhooks", &body).await;
    assert_eq!(
        (again.headers["idempotency-replayed"].to_str().unwrap(), again.created()),
        ("true", made.clone())
    );
    root.delete(&format!("/v1/admin/webhooks/{}", made["id"].as_str().unwrap())).await;
    for url in ["https://10.0.0.1/", "https://[fd00:ec2::254]/"] {
        let body = json!({"url": url, "events": ["member.added"]});
        root.post("/v1/admin/webhooks", &body).await.invalid(&[("url", "not_allowed")]);
    }
}
