//! A thousand words that nobody else writes, planted wherever people write something that is theirs: none of them stands in a dump, a log line, a
//! queue, or the name or content of an object.

use std::collections::BTreeSet;
use std::process::Command;

use http::Method;
use serde_json::{Value, json};
use testkit::{Gateway, new_id, unique_username};

use super::at_rest::forms;

/// Words with one mark in common, by which all are found at once.
struct Canaries {
    mark: String,
    planted: BTreeSet<String>,
}

impl Canaries {
    /// So many new words, with spaces between.
    fn words(&mut self, count: usize) -> String {
        let words: Vec<String> =
            (0..count).map(|number| format!("{}{:04}", self.mark, self.planted.len() + number)).collect();
        let text = words.join(" ");
        self.planted.extend(words);
        text
    }
}

async fn plants(app: &Gateway, canaries: &mut Canaries) {
    for _ in 0..6 {
        let anonymous = app.anonymous().with_header("idempotency-key", &new_id().to_string());
        let (email, password) = (format!("{}@example.org", canaries.words(1)), canaries.words(2));
        let registration = json!({
            "username": unique_username("canary"), "password": password, "display_name": "Canary", "email": email,
        });
        let made = anonymous.post("/v1/users", &registration).await.created();
        let alice = testkit::User::of(&app.anonymous(), &made["user"], &made["session"], password.clone());
        alice
            .patch("/v1/users/me", &json!({"email": format!("{}@example.org", canaries.words(1))}))
            .await
            .ok();
        let change = json!({"current_password": password, "new_password": canaries.words(2)});
        assert_eq!(alice.put("/v1/users/me/password", &change).await.status, 204);
        let wrong = json!({"username": alice.username, "password": canaries.words(2)});
        app.anonymous().post("/v1/sessions", &wrong).await.problem(401, "invalid_credentials");

        let chat = alice.creates_group(&canaries.words(4), &[]).await;
        let settings = json!({"title": canaries.words(4), "description": canaries.words(10)});
        alice.patch(&chat.path(), &settings).await.ok();
        for _ in 0..6 {
            let words = canaries.words(20);
            let message = alice.sends(&chat, &words).await;
            let path = format!("{}/{}", chat.messages(), message.id);
            let edited = json!({"text": canaries.words(4), "version": 1});
            alice.patch(&path, &edited).await.ok();
            let said = alice.get(&path).await.ok();
            assert!(said["text"].as_str().unwrap().contains(&canaries.mark), "{said}");
        }
        let place =
            json!({"latitude": 1, "longitude": 2, "name": canaries.words(3), "address": canaries.words(3)});
        let location = json!({"client_id": new_id(), "type": "location", "location": place});
        alice.post(&chat.messages(), &location).await.created();
        // What is refused was said all the same.
        let refused = json!({"client_id": new_id(), "type": "text", "text": canaries.words(20), "forged": canaries.words(1)});
        alice.post(&chat.messages(), &refused).await.problem(400, "invalid_request");
        let query = canaries.words(1);
        alice.get(&format!("/v1/conversations/{}/search?q={query}", chat.id)).await.ok();
    }
}

/// An action of SQS as an operator takes it.
async fn sqs(app: &Gateway, action: &str, body: &Value) -> Value {
    let target = format!("AmazonSQS.{action}");
    let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
    let (status, answer) = app.aws("sqs", Method::POST, "/", &headers, body.to_string()).await;
    assert_eq!(status, 200, "{action}: {answer}");
    serde_json::from_str(&answer).unwrap_or_default()
}

/// Everything that the deployment has written down: a dump as `pg_dump` makes it, the log lines, what is in queues, objects and their names.
async fn written(app: &Gateway) -> Vec<(String, String)> {
    let database = app.stack().database_url.clone();
    let gathered = tokio::task::spawn_blocking(move || {
        let programs = local::for_tests::postgres().unwrap().programs;
        let dump = Command::new(programs.join("pg_dump")).args(["--dbname", &database]).output().unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let mut written = local::for_tests::traces().unwrap();
        written.push(("the dump".to_owned(), dump.stdout));
        written
    });
    let lower = |(name, content): (String, Vec<u8>)| (name, String::from_utf8_lossy(&content).to_lowercase());
    gathered.await.unwrap().into_iter().map(lower).collect()
}

#[tokio::test]
async fn a_thousand_planted_words_are_nowhere_in_clear() {
    let app = Gateway::start().await;
    let mark = format!("kanari{}", &new_id().simple().to_string()[..12]);
    let mut canaries = Canaries { mark: mark.clone(), planted: BTreeSet::new() };
    plants(&app, &mut canaries).await;
    assert!(canaries.planted.len() >= 1_000, "{}", canaries.planted.len());

    // What is looked through is what there is: an object of a name that we know, a row and a line that must be there.
    let seen = format!("seen-{}", new_id());
    let bucket = app.stack().shred_ledger_bucket.as_deref().unwrap();
    let (status, _) = app
        .aws("s3", Method::PUT, &format!("/{bucket}/{seen}/content-{seen}"), &[], format!("in it {seen}"))
        .await;
    assert_eq!(status, 200);
    // A body that is in a queue: nobody takes it out of one that nobody knows.
    let (queue, queued) = (format!("canaries-{}", new_id().simple()), format!("queued-{}", new_id()));
    let url = sqs(&app, "CreateQueue", &json!({"QueueName": queue})).await["QueueUrl"].clone();
    sqs(&app, "SendMessage", &json!({"QueueUrl": url, "MessageBody": json!({"in": queued}).to_string()}))
        .await;
    let written = written(&app).await;
    sqs(&app, "DeleteQueue", &json!({"QueueUrl": url})).await;
    let in_queues =
        written.iter().any(|(name, content)| name.contains("/state/") && content.contains(&queued));
    assert!(in_queues, "bodies of queues are looked through");
    let with = |text: &str| written.iter().filter(|(_, content)| content.contains(text)).count();
    assert!(with(&seen) >= 1, "objects and their names are looked through");
    assert!(
        with("\"message\":\"answered\"") + with("\\\"message\\\":\\\"answered\\\"") >= 1,
        "so are log lines"
    );
    assert!(with("copy public.messages") >= 1, "so is the dump");
    for form in forms(&mark) {
        for (name, content) in &written {
            if let Some(at) = content.find(&form) {
                let near: String = content[at..].chars().take(200).collect();
                panic!("a canary stands in {name}: {near}");
            }
        }
    }
}
