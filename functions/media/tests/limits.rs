//! How often and how much one may upload, in process.

use std::sync::Arc;

use serde_json::json;
use shared::App;
use shared::rate::RateLimits;
use testkit::{Answer, Somebody};

use crate::talk::{CREATE, World, announcing};

fn with_limits(world: &World, limits: &str) -> App {
    let mut environment = world.app.cold_environment();
    environment.rate_limits = RateLimits::parse(limits).unwrap();
    environment
}

async fn announces(environment: &App, who: &Somebody, size: i64) -> Answer {
    let body = json!({"kind": "file", "content_type": "application/zip", "size": size});
    announcing(who, &body).through(environment, CREATE).await
}

/// Sixteen connections that announce at once; how many were let through.
async fn at_once(
    world: &World,
    limits: &str,
    who: Somebody,
    times: usize,
    size: i64,
) -> (usize, Vec<Answer>) {
    let environments: Vec<Arc<App>> = (0..16).map(|_| Arc::new(with_limits(world, limits))).collect();
    let tries: Vec<_> = (0..times)
        .map(|number| {
            let environment = Arc::clone(&environments[number % environments.len()]);
            tokio::spawn(async move { announces(&environment, &who, size).await })
        })
        .collect();
    let mut answers = Vec::new();
    for one in tries {
        answers.push(one.await.unwrap());
    }
    (answers.iter().filter(|answer| answer.status == 201).count(), answers)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_are_counted_exactly() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    let (allowed, answers) = at_once(&world, "upload=7/3600", alice, 40, 1).await;
    assert_eq!(allowed, 7);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(429, "rate_limited");
        assert_eq!(answer.json()["max"], 7);
        assert!(answer.headers.contains_key("retry-after"), "{answer}");
    }
    assert_eq!(world.number("SELECT count(*) FROM media").await, 7);
    let refused = "SELECT count(*) FROM audit_events WHERE event = 'excess_rate_limit_exceeded' AND detail ->> 'limit' = 'upload'";
    assert_eq!(world.number(refused).await, 1);
    announces(&with_limits(&world, "upload=7/3600"), &bob, 1).await.created();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_are_counted_exactly() {
    let world = World::start().await;
    let (alice, bob) = (world.app.somebody("alice").await, world.app.somebody("bob").await);
    // A hundred bytes of 7,300: 73 times.
    let limits = "upload=100000/3600,upload_bytes=7300/3600";
    let (allowed, answers) = at_once(&world, limits, alice, 100, 100).await;
    assert_eq!(allowed, 73);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(429, "upload_quota_exceeded");
        assert_eq!(answer.json()["max"], 7300);
        // A byte an hour: there is room for a hundred after as many hours, less the moments that passed.
        let seconds: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((356_000..=360_000).contains(&seconds), "{answer}");
    }
    assert_eq!(world.number("SELECT count(*) FROM media").await, 73);
    let environment = with_limits(&world, limits);
    announces(&environment, &alice, 1).await.problem(429, "upload_quota_exceeded");
    announces(&environment, &bob, 7_301).await.problem(429, "upload_quota_exceeded");
    announces(&environment, &bob, 7_300).await.created();
}

#[tokio::test]
async fn a_gibibyte_a_day_is_ten_of_the_largest_uploads() {
    let world = World::start().await;
    let alice = world.app.somebody("alice").await;
    let mut environment = world.app.cold_environment();
    environment.rate_limits = RateLimits::default();
    for _ in 0..10 {
        let answer = announces(&environment, &alice, 104_857_600).await;
        answer.created();
    }
    let answer = announces(&environment, &alice, 104_857_600).await;
    answer.problem(429, "upload_quota_exceeded");
    assert_eq!(answer.json()["max"], 1_073_741_824);
    announces(&environment, &alice, 1_000_000).await.created();
}
