use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use testkit::{Answer, Gateway, User};
use uuid::Uuid;

use super::list_admin_users::of_role;
use super::list_audit_events::all;
use super::list_workers::told;

/// A call of SQS by an operator.
async fn sqs(app: &Gateway, action: &str, body: &Value) {
    let target = format!("AmazonSQS.{action}");
    let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
    let (status, answer) = app.aws("sqs", Method::POST, "/", &headers, body.to_string()).await;
    assert_eq!(status, 200, "{action}: {answer}");
}

async fn redrives(admin: &User, queue: &str) -> Answer {
    admin.raw(Method::POST, &format!("/v1/admin/workers/{queue}/redrive"), &[], "").await
}

/// Waits until so many are among the dead letters and nothing waits or is worked on.
async fn comes_to_rest(admin: &User, dead_letters: i64) {
    loop {
        let queue = told(admin, "receipts").await;
        if queue["dead_letters"] == dead_letters && queue["waiting"] == 0 && queue["in_flight"] == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn poison_ends_among_the_dead_letters_and_harms_nobody_however_often_it_is_put_back() {
    let app = Gateway::start().await;
    let admin = of_role(&app, "admin", "admin").await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    for text in ["one", "two", "three"] {
        alice.sends(&chat, text).await;
    }
    let url = &app.stack().queues["ReceiptsQueue"];
    // Two minutes between attempts are for production.
    sqs(&app, "SetQueueAttributes", &json!({"QueueUrl": url, "Attributes": {"VisibilityTimeout": "1"}}))
        .await;
    let already = told(&admin, "receipts").await["dead_letters"].as_i64().unwrap();
    assert_eq!(already, 0, "nobody else sends poison");
    let acknowledgement =
        |seq: u64| json!({"user_id": bob.id, "conversation_id": chat.id, "read_seq": seq}).to_string();
    let poison = [json!({"user_id": bob.id}).to_string(), "not JSON".to_owned()];
    for body in [&acknowledgement(3), &poison[0], &acknowledgement(1), &poison[1], &acknowledgement(2)] {
        sqs(&app, "SendMessage", &json!({"QueueUrl": url, "MessageBody": body})).await;
    }
    comes_to_rest(&admin, 2).await;
    let read = async || -> (i64, i64) {
        sqlx::query_as(
            "SELECT read_seq, (SELECT count(*) FROM outbox WHERE type = 'receipt.updated' AND outbox.user_id = members.user_id)
             FROM members WHERE user_id = $1",
        )
        .bind(bob.id)
        .fetch_one(&mut app.database().await)
        .await
        .unwrap()
    };
    let (seq, told_of) = read().await;
    assert!(seq == 3 && (1..=3).contains(&told_of), "{seq} {told_of}");
    for _ in 0..2 {
        assert_eq!(
            redrives(&admin, "receipts").await.ok(),
            json!({"queue": "receipts", "moved": 2, "complete": true})
        );
        comes_to_rest(&admin, 2).await;
        assert_eq!(read().await, (seq, told_of));
    }
    let counted = told(&admin, "receipts").await;
    assert_eq!(
        (&counted["dead_lettered"], counted["processed"].as_i64() >= Some(3)),
        (&json!(6), true),
        "{counted}"
    );
    assert_eq!(redrives(&admin, "receipts").await.ok()["moved"], 2);
    let events = all(&admin, &format!("actor_id={}&event=queue_redriven", admin.id)).await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[0]["detail"], json!({"queue": "receipts"}));

    redrives(&admin, &Uuid::nil().to_string()).await.problem(404, "not_found");
    redrives(&alice, "receipts").await.problem(403, "role_required");
}
