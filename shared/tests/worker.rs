//! A batch through a worker, without a database: what becomes of each task, whatever its neighbours do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use shared::App;
use shared::aws::AwsAccess;
use shared::database::Database;
use shared::random::SystemRandom;
use shared::worker::{
    BatchHandler, Done, Length, Limits, Stop, TaskFailure, TaskHandler, run_batches, run_tasks,
};
use testkit::{FakeClock, FakeKms, LogCounter, Receiver};
use tracing_subscriber::filter::LevelFilter;

fn app() -> App {
    let nowhere = Database::at("postgres://nobody@127.0.0.1:1/nowhere").unwrap();
    App::new(nowhere, Arc::<FakeKms>::default(), Arc::<FakeClock>::default(), Arc::new(SystemRandom))
}

/// A batch whose records say what becomes of them. Their ids are their places.
fn event(bodies: &[&str], attempt: u32) -> Value {
    let record = |(place, body): (usize, &&str)| {
        let attributes =
            json!({"ApproximateReceiveCount": attempt.to_string(), "SentTimestamp": "1795514400000"});
        json!({"messageId": place.to_string(), "body": body, "attributes": attributes})
    };
    json!({"Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>()})
}

fn failed(done: &Done) -> Vec<&str> {
    let failures = done.answer["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap()).collect()
}

async fn becomes(body: &str) -> Result<(), TaskFailure> {
    tracing::info!("called");
    match body {
        "done" => Ok(()),
        "retry" => Err(TaskFailure::Retry("a dependency is away".to_owned())),
        "hang" => std::future::pending().await,
        "short" => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(())
        }
        _ => Err(TaskFailure::Fail("poison".to_owned())),
    }
}

const EACH: TaskHandler = |_, task| Box::pin(becomes(task.body));

async fn each(app: &App, bodies: &[&str], limits: Limits) -> Done {
    run_tasks(app, "test", EACH, &event(bodies, 1), limits).await
}

/// As long as 100 ms for each of so many tasks.
fn short_of_time(tasks: u32) -> Limits {
    Limits { left: Duration::from_secs(1) + Duration::from_millis(100) * tasks, ..Limits::default() }
}

#[tokio::test]
async fn a_task_that_fails_fails_alone() {
    let done = each(&app(), &["done", "poison", "retry", "done", "", "done"], Limits::default()).await;
    assert_eq!(failed(&done), ["1", "2", "4"]);
    assert_eq!((done.tally.processed, done.tally.retried, done.tally.dead_lettered), (3, 3, 0));
    assert_eq!(done.tally.calls.len(), 6);
    let none = each(&app(), &[], Limits::default()).await;
    assert_eq!(none.answer, json!({"batchItemFailures": []}));
    assert!(none.tally.is_empty());
}

#[tokio::test]
async fn a_task_that_hangs_takes_no_more_than_its_share() {
    let done = each(&app(), &["hang", "done", "hang", "done"], short_of_time(4)).await;
    assert_eq!(failed(&done), ["0", "2"]);
}

#[tokio::test]
async fn what_cannot_be_begun_in_time_comes_again() {
    let calls = LogCounter::of("called");
    let limits = Limits { left: Duration::from_secs(1), ..Limits::default() };
    let done = each(&app(), &["done", "done"], limits).await;
    assert_eq!((failed(&done), calls.taken()), (vec!["0", "1"], 0));
}

#[tokio::test]
async fn the_last_failure_is_counted_as_such() {
    for (attempt, retried, dead_lettered) in [(4, 1, 0), (5, 0, 1), (6, 0, 1)] {
        let event = event(&["retry", "done"], attempt);
        let tally = run_tasks(&app(), "test", EACH, &event, Limits::default()).await.tally;
        assert_eq!((tally.retried, tally.dead_lettered, tally.failed()), (retried, dead_lettered, 1));
    }
}

#[tokio::test]
async fn when_the_environment_ends_work_ends_or_goes_back() {
    let (ask, stop) = Stop::new();
    let limits = Limits { stop, ..Limits::default() };
    let calls = LogCounter::of("called");
    let app = app();
    let ending = async {
        // Not before the first task has begun.
        tokio::task::yield_now().await;
        ask.send_replace(true);
    };
    let (done, ()) = tokio::join!(each(&app, &["short", "done"], limits.clone()), ending);
    assert_eq!((failed(&done), calls.taken()), (vec!["1"], 1), "what is short ends, nothing is begun");
    ask.send_replace(false);
    let ending = async {
        tokio::task::yield_now().await;
        ask.send_replace(true);
    };
    let (done, ()) = tokio::join!(each(&app, &["hang", "done"], limits.clone()), ending);
    assert_eq!((failed(&done), calls.taken()), (vec!["0", "1"], 1), "what is not short is cut");
    let done = each(&app, &["done"], limits).await;
    assert_eq!((failed(&done), calls.taken()), (vec!["0"], 0));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    number: u32,
}

/// Numbers up to 99 can be done together, one hundred is poison, more than that are not there yet.
const TOGETHER: BatchHandler<Number> = |_, numbers| {
    Box::pin(async move {
        tracing::info!("called");
        let any = |worse: fn(u32) -> bool| numbers.iter().any(|number| worse(number.number));
        if any(|number| number == 100) {
            return Err(TaskFailure::Fail("poison".to_owned()));
        }
        if any(|number| number > 100) { Err(TaskFailure::Retry("not yet".to_owned())) } else { Ok(()) }
    })
};

async fn together(bodies: &[String]) -> Done {
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    run_batches(&app(), "test", TOGETHER, &event(&bodies, 1), Limits::default()).await
}

fn numbers(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    numbers.map(|number| json!({"number": number}).to_string()).collect()
}

#[tokio::test]
async fn a_batch_is_one_call_and_what_cannot_be_read_fails_by_itself() {
    let calls = LogCounter::of("called");
    let mut bodies = numbers(0..100);
    bodies[7] = "not JSON".to_owned();
    bodies[9] = r#"{"number": 9, "more": 1}"#.to_owned();
    let done = together(&bodies).await;
    assert_eq!((failed(&done), calls.taken()), (vec!["7", "9"], 1));
    assert_eq!(done.tally.calls, [(done.tally.calls[0].0, 98)]);
    let none = together(&["?".to_owned()]).await;
    assert_eq!((failed(&none), calls.taken()), (vec!["0"], 0));
}

#[tokio::test]
async fn a_batch_that_fails_is_divided_until_poison_is_alone() {
    let calls = LogCounter::of("called");
    let mut bodies = numbers(0..64);
    for place in [0, 31, 63] {
        bodies[place] = json!({"number": 100}).to_string();
    }
    let done = together(&bodies).await;
    assert_eq!(failed(&done), ["0", "31", "63"]);
    assert_eq!((done.tally.processed, done.tally.retried), (61, 3));
    let calls = calls.taken();
    assert!(calls <= 3 * 2 * 6 + 1, "{calls} calls");
}

#[tokio::test]
async fn a_batch_that_is_to_be_tried_again_is_tried_once() {
    let calls = LogCounter::of("called");
    let done = together(&[numbers(99..100), numbers(101..102)].concat()).await;
    assert_eq!((failed(&done), calls.taken()), (vec!["0", "1"], 1));
}

/// One of many is never done in time, and nobody sees by its failure that it is to blame.
#[tokio::test]
async fn a_task_that_has_failed_twice_is_by_itself() {
    for (attempt, left, handled) in [(1, 10, 1), (2, 10, 1), (3, 1, 10), (5, 1, 10)] {
        let calls = LogCounter::of("called");
        let bodies = [numbers(0..9), numbers(101..102)].concat();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        let event = event(&bodies, attempt);
        let done = run_batches(&app(), "test", TOGETHER, &event, Limits::default()).await;
        assert_eq!((failed(&done).len(), calls.taken()), (left, handled), "attempt {attempt}");
    }
}

/// What is written to it.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn each_task_is_one_line_without_what_was_sent() {
    let written = Written::default();
    let writer = written.clone();
    let _guard =
        tracing::subscriber::set_default(shared::log::lines(move || writer.clone(), LevelFilter::INFO));
    let handler: TaskHandler = |_, task| {
        Box::pin(async move {
            if task.body.contains("secret") { Err(task.read::<u32>().unwrap_err()) } else { Ok(()) }
        })
    };
    let event = event(&["fine words", "secret words"], 5);
    run_tasks(&app(), "test", handler, &event, Limits::default()).await;
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("words"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (&line["queue"], &line["task_id"], &line["attempt"], &line["outcome"], &line["failure"]))
        .map(|(queue, id, attempt, outcome, failure)| json!([queue, id, attempt, outcome, failure]))
        .collect();
    let expected = [
        json!(["test", "0", 5, "processed", null]),
        json!(["test", "1", 5, "dead_lettered", "it cannot be read"]),
    ];
    assert_eq!(told, expected);
    assert!(lines.iter().all(|line| line["duration_us"].is_u64() && line["age_ms"].is_u64()), "{text}");
}

#[tokio::test]
async fn a_queue_is_asked_once_a_minute_how_long_it_is_and_never_harms_a_batch() {
    let sqs = Receiver::start().await;
    sqs.answers(|_| {
        let counts = json!({"ApproximateNumberOfMessages": "40", "ApproximateNumberOfMessagesDelayed": "2"});
        let headers = vec![("content-type", "application/x-amz-json-1.0".to_owned())];
        (200, headers, json!({"Attributes": counts}).to_string())
    });
    let clock = Arc::<FakeClock>::default();
    let nowhere = Database::at("postgres://nobody@127.0.0.1:1/nowhere").unwrap();
    let app = App::new(nowhere, Arc::<FakeKms>::default(), Arc::clone(&clock) as _, Arc::new(SystemRandom));
    let length = Length::by(Some(AwsAccess {
        region: "eu-central-1".to_owned(),
        credentials: aws_credential_types::Credentials::new("key", "secret", None, None, "test"),
        endpoint_url: Some(sqs.url()),
    }));
    let mut batch = event(&["done"], 1);
    assert_eq!(length.of(&app, &batch).await, None, "nothing says which queue it is");
    batch["Records"][0]["eventSourceARN"] = "arn:aws:sqs:eu-central-1:1:events".into();
    assert_eq!(length.of(&app, &batch).await, Some(42));
    assert_eq!(length.of(&app, &batch).await, None);
    clock.advance(Duration::from_mins(1));
    assert_eq!(length.of(&app, &batch).await, Some(42));
    let asked = sqs.received();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("x-amz-target"), "AmazonSQS.GetQueueAttributes");
    assert_eq!(asked[0].json()["QueueUrl"], format!("{}/1/events", sqs.url()));
    sqs.answers_with(500);
    clock.advance(Duration::from_mins(1));
    assert_eq!(length.of(&app, &batch).await, None);
    assert_eq!(Length::by(None).of(&app, &batch).await, None);
}
