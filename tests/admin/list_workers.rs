use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Gateway, User};

use super::list_admin_users::of_role;

/// What is told of a queue.
pub async fn told(auditor: &User, queue: &str) -> Value {
    let list = auditor.get("/v1/admin/workers").await.ok();
    let mut items = list["items"].as_array().unwrap().iter();
    items.find(|item| item["queue"] == queue).unwrap_or_else(|| panic!("{queue} in {list}")).clone()
}

#[tokio::test]
async fn what_workers_do_is_told_to_those_who_watch_over_them() {
    let app = Gateway::start().await;
    let auditor = of_role(&app, "auditor", "auditor").await;
    let before = told(&auditor, "presence").await["processed"].as_i64().unwrap();
    // The authorizer notes that somebody new is there.
    app.registers("alice").await.get("/v1/users/me").await.ok();
    let presence = loop {
        let presence = told(&auditor, "presence").await;
        if presence["processed"].as_i64().unwrap() > before {
            break presence;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    for number in ["waiting", "in_flight", "dead_letters", "oldest_age_ms", "failed"] {
        assert!(presence[number].is_i64(), "{number} in {presence}");
    }
    assert!(presence["duration_ms"]["p50"].as_f64() <= presence["duration_ms"]["p99"].as_f64(), "{presence}");
    let alice = app.registers("alice").await;
    alice.get("/v1/admin/workers").await.problem(403, "role_required");
    let list = auditor.get("/v1/admin/workers").await.ok();
    let names: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|item| &item["queue"]).collect();
    for queue in ["events", "receipts", "media", "presence", "export"] {
        assert!(names.contains(&&json!(queue)), "{names:?}");
    }
}
