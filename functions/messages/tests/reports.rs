//! `GET /v1/admin/reports` and `PATCH /v1/admin/reports/{report_id}`, in process.

use messages::{list_reports, update_report};
use serde_json::{Value, json};
use shared::serve::HttpHandler;
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

const REPORTS: HttpHandler = |app, call| Box::pin(list_reports::handle(app, call));
const HANDLE: HttpHandler = |app, call| Box::pin(update_report::handle(app, call));

async fn reports(app: &TestApp, by: &Somebody, query: &str) -> Value {
    app.call(REPORTS, Request::get("/v1/admin/reports").with_query(query).by(by)).await.ok()
}

fn handling(by: &Somebody, report: impl ToString, body: &Value) -> Request {
    Request::patch("/v1/admin/reports/{report_id}", body).at("report_id", report).by(by)
}

async fn reported(app: &TestApp, by: &Somebody, message: &Value, body: &Value) -> Value {
    app.call(TELL, about(Request::post(REPORT, body), by, message)).await.created()
}

async fn events(app: &TestApp, event: &str) -> i64 {
    number(app, format!("SELECT count(*) FROM audit_events WHERE event = '{event}'")).await
}

#[tokio::test]
async fn a_moderator_sees_what_was_reported_and_says_what_was_done() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let (moderator, root) =
        (app.somebody_of_role("moderator", "moderator").await, app.somebody_of_role("root", "admin").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "buy!").await;
    let report =
        reported(&app, &bob, &message, &json!({"reason": "spam", "comment": "The third one."})).await;

    let page = reports(&app, &moderator, "").await;
    let round_trips = app.proxy.round_trips();
    assert_eq!(reports(&app, &moderator, "").await, page);
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    let item = &page["items"][0];
    assert_eq!((&item["id"], &item["status"]), (&report["id"], &json!("open")));
    assert_eq!((&item["reporter_id"], &item["comment"]), (&json!(bob.id), &json!("The third one.")));
    assert_eq!((&item["message"]["text"], &item["message"]["sender_id"]), (&json!("buy!"), &json!(alice.id)));
    assert_eq!(events(&app, "sensitive_read").await, 2);

    let id = report["id"].as_str().unwrap();
    let done = app.call(HANDLE, handling(&moderator, id, &json!({"status": "resolved"}))).await.ok();
    assert_eq!((&done["status"], &done["handled_by"]), (&json!("resolved"), &json!(moderator.id)));
    assert_eq!(done["message"], item["message"]);
    // Whoever says the same again changes nothing.
    let round_trips = app.proxy.round_trips();
    let again = app.call(HANDLE, handling(&root, id, &json!({"status": "resolved"}))).await.ok();
    assert_eq!(app.proxy.round_trips() - round_trips, 1);
    assert_eq!((again, events(&app, "sensitive_update").await), (done.clone(), 1));
    assert_eq!(reports(&app, &moderator, "").await, json!({"items": []}));
    assert_eq!(reports(&app, &root, "status=resolved").await["items"], json!([done]));
    let open = app.call(HANDLE, handling(&root, id, &json!({"status": "open"}))).await.ok();
    assert_eq!((&open["handled_by"], &open["handled_at"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn pages_lead_through_all_and_show_messages_as_they_are_now() {
    let app = TestApp::start().await;
    let (alice, moderator) = (app.somebody("alice").await, app.somebody_of_role("mod", "moderator").await);
    let (kept, ended) = (app.group(&[&alice]).await, app.group(&[&alice]).await);
    let mut ids = Vec::new();
    for (place, conversation) in [kept, kept, kept, ended, kept].into_iter().enumerate() {
        let message = sent(&app, &alice, conversation, &format!("message {place}")).await;
        let report = reported(&app, &alice, &message, &json!({"reason": "other"})).await;
        ids.insert(0, report["id"].clone());
        if place == 1 {
            delete_for_all(&app, &alice, &message).await;
        }
    }
    behind(&app, format!("DELETE FROM messages WHERE conversation_id = '{ended}'")).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = reports(&app, &moderator, &format!("limit=2{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.iter().map(|report| report["id"].clone()).collect::<Vec<_>>(), ids);
    assert_eq!(seen[0]["message"]["text"], "message 4");
    assert_eq!(seen[1]["message"], Value::Null);
    assert_eq!(
        (&seen[3]["message"]["text"], seen[3]["message"]["deleted_at"].is_string()),
        (&Value::Null, true)
    );
}

#[tokio::test]
async fn others_see_and_change_nothing() {
    let app = TestApp::start().await;
    let (alice, moderator) = (app.somebody("alice").await, app.somebody_of_role("mod", "moderator").await);
    let auditor = app.somebody_of_role("auditor", "auditor").await;
    let conversation = app.group(&[&alice]).await;
    let message = sent(&app, &alice, conversation, "buy!").await;
    let report = reported(&app, &alice, &message, &json!({"reason": "spam"})).await;
    let id = report["id"].as_str().unwrap();
    for somebody in [&alice, &auditor] {
        app.call(REPORTS, Request::get("/v1/admin/reports").by(somebody)).await.problem(403, "role_required");
        for id in [id.to_owned(), new_id().to_string()] {
            let answer = app.call(HANDLE, handling(somebody, id, &json!({"status": "resolved"}))).await;
            answer.problem(403, "role_required");
        }
    }
    assert_eq!(events(&app, "authz_fail").await, 4, "who asks twice at once is recorded once");
    let resolve = json!({"status": "resolved"});
    app.call(HANDLE, handling(&moderator, new_id(), &resolve)).await.problem(404, "not_found");
    for (body, expected) in [
        (json!({}), vec![("status", "required")]),
        (json!({"status": "gone"}), vec![("status", "invalid_value")]),
        (json!({"status": 1}), vec![("status", "wrong_type")]),
        (json!({"status": "open", "handled_by": alice.id}), vec![("handled_by", "unknown_field")]),
    ] {
        app.call(HANDLE, handling(&moderator, id, &body)).await.invalid(&expected);
    }
    for (query, field) in [("status=gone", "status"), ("cursor=x", "cursor"), ("limit=101", "limit")] {
        let answer =
            app.call(REPORTS, Request::get("/v1/admin/reports").with_query(query).by(&moderator)).await;
        assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (400, &json!(field)), "{query}");
    }
    assert_eq!(number(&app, "SELECT count(*) FROM reports WHERE status = 'open'").await, 1);
    assert_eq!(events(&app, "sensitive_update").await, 0);
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(REPORTS, Request::get("/v1/admin/reports").by(&moderator)).await.problem(401, "unauthenticated");
    app.call(HANDLE, handling(&moderator, id, &resolve)).await.problem(401, "unauthenticated");
}
