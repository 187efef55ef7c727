//! Parts of the running stack go away: the queue `events`, and the processes of its worker. A test program of its own, since nothing
//! else must run meanwhile.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Map, Value, json};
use testkit::{Conversation, Gateway, Socket, User, new_id};
use tokio::sync::Mutex;
use uuid::Uuid;

/// One outage at a time.
static TURN: Mutex<()> = Mutex::const_new(());

/// A call of SQS by an operator.
async fn sqs(app: &Gateway, action: &str, body: &Value) -> Value {
    let target = format!("AmazonSQS.{action}");
    let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
    let (status, answer) = app.aws("sqs", Method::POST, "/", &headers, body.to_string()).await;
    assert_eq!(status, 200, "{action}: {answer}");
    serde_json::from_str(&answer).unwrap_or_default()
}

/// The queue's own attributes: those that it was made with.
async fn attributes(app: &Gateway, url: &str) -> Map<String, Value> {
    let asked = json!({"QueueUrl": url, "AttributeNames": ["All"]});
    let mut all = sqs(app, "GetQueueAttributes", &asked).await["Attributes"].take();
    let given =
        ["VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy", "SqsManagedSseEnabled", "Policy"];
    let all = all.as_object_mut().unwrap();
    given.iter().filter_map(|name| Some(((*name).to_owned(), all.remove(*name)?))).collect()
}

async fn untold(app: &Gateway, conversation: &Conversation) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM outbox WHERE conversation_id = $1 AND published_at IS NULL")
        .bind(conversation.id)
        .fetch_one(&mut app.database().await)
        .await
        .unwrap()
}

/// Sends so many messages; the ids of those that were acknowledged.
async fn sends(user: &User, conversation: &Conversation, count: usize) -> BTreeSet<Uuid> {
    let mut acknowledged = BTreeSet::new();
    for number in 0..count {
        let answer = user.tries_to_send(conversation.id, new_id(), &format!("message {number}")).await;
        acknowledged.insert(answer.created()["id"].as_str().unwrap().parse().unwrap());
    }
    acknowledged
}

/// Waits until the socket has heard of all these messages.
async fn hears_all(socket: &mut Socket, expected: &BTreeSet<Uuid>) {
    let mut missing = expected.clone();
    while !missing.is_empty() {
        let event = socket.hears("message.created").await;
        let id: Uuid = event["data"]["id"].as_str().unwrap().parse().unwrap();
        missing.remove(&id);
    }
}

/// Has the sweep send what is due until everything of the conversation was told.
async fn sweeps(app: &Gateway, conversation: &Conversation) {
    while untold(app, conversation).await > 0 {
        app.invokes("publish_outbox", &json!({})).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the figure is printed, and nothing passes or fails by it")]
async fn what_is_acknowledged_while_the_queue_is_gone_reaches_its_members_once_it_is_back() {
    let _turn = TURN.lock().await;
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let (mut his, mut also_his) = (bob.connects().await, bob.connects().await);
    hears_all(&mut his, &sends(&alice, &chat, 1).await).await;

    let url = app.stack().queues["EventsQueue"].clone();
    let attributes_before = attributes(&app, &url).await;
    sqs(&app, "DeleteQueue", &json!({"QueueUrl": url})).await;
    // In a task of its own: whatever becomes of it, the queue is given back.
    let meanwhile = tokio::spawn({
        let (alice, chat) = (alice.clone(), chat.clone());
        async move { sends(&alice, &chat, 10).await }
    });
    let acknowledged = meanwhile.await;
    let left = untold(&app, &chat).await;
    let heard = his.heard_until_now().await;
    let name = url.rsplit('/').next().unwrap();
    let made = sqs(&app, "CreateQueue", &json!({"QueueName": name, "Attributes": attributes_before})).await;
    assert_eq!(made["QueueUrl"], url);
    let back = Instant::now();

    let acknowledged = acknowledged.unwrap();
    assert_eq!((acknowledged.len(), left), (10, 10), "all are stored, and nobody was told");
    assert!(heard.iter().all(|event| event["type"] != "message.created"), "{heard:?}");
    sweeps(&app, &chat).await;
    for socket in [&mut his, &mut also_his] {
        hears_all(socket, &acknowledged).await;
    }
    println!("10 messages were heard of {:?} after the queue was back", back.elapsed());
    // The queue is as it was.
    assert_eq!(attributes(&app, &url).await, attributes_before);
    let next = sends(&alice, &chat, 1).await;
    sweeps(&app, &chat).await;
    hears_all(&mut his, &next).await;
}

/// The processes of a function of this stack.
fn processes(app: &Gateway, binary: &str) -> Vec<String> {
    let (function, endpoint) = (&app.stack().functions[binary], &app.stack().aws_endpoint_url);
    let port = endpoint.rsplit(':').next().unwrap().trim_end_matches('/');
    let (function, port) = (format!("AWS_LAMBDA_FUNCTION_NAME={function}\0"), format!(":{port}"));
    let is = |folder: &Path| {
        let environment = std::fs::read(folder.join("environ")).unwrap_or_default();
        let environment = String::from_utf8_lossy(&environment).into_owned() + "\0";
        environment.contains(&function) && environment.contains(&port)
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let own = all.filter(|one| is(&one.path()));
    own.map(|one| one.file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn what_is_acknowledged_while_workers_are_killed_reaches_its_members() {
    let _turn = TURN.lock().await;
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let chat = alice.opens_direct_conversation_with(&bob).await;
    let mut his = bob.connects().await;
    hears_all(&mut his, &sends(&alice, &chat, 1).await).await;
    let sending = tokio::spawn({
        let (alice, chat) = (alice.clone(), chat.clone());
        async move { sends(&alice, &chat, 60).await }
    });
    let mut killed = BTreeSet::new();
    while !sending.is_finished() {
        for process in processes(&app, "deliver_events") {
            // It may have gone by itself.
            let _ = Command::new("kill").args(["-KILL", &process]).output();
            killed.insert(process);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let acknowledged = sending.await.unwrap();
    assert_eq!(acknowledged.len(), 60);
    assert!(killed.len() > 3, "{killed:?}");
    sweeps(&app, &chat).await;
    hears_all(&mut his, &acknowledged).await;
    println!("60 messages were heard of while {} processes of deliver_events were killed", killed.len());
}
