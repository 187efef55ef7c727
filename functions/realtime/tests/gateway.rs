//! The management API of the gateway as it really answers: over HTTP, with every status, too late, and not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use aws_credential_types::Credentials;
use realtime::connection::{AwsConnections, ConnectionFailure, Connections};
use realtime::deliver_events::Pace;
use serde_json::{Value, json};
use shared::aws::AwsAccess;
use shared::clock::{Clock, SystemClock};
use testkit::Receiver;
use tokio::net::TcpListener;

use crate::talk::*;

fn connections_at(url: String) -> AwsConnections {
    let access = AwsAccess {
        region: "eu-central-1".to_owned(),
        credentials: Credentials::new("key", "secret", None, None, "test"),
        endpoint_url: None,
    };
    AwsConnections::new(access, url)
}

fn is(outcome: &Result<(), ConnectionFailure>, expected: &str) -> bool {
    match outcome {
        Ok(()) => expected == "done",
        Err(ConnectionFailure::Gone) => expected == "gone",
        Err(ConnectionFailure::Busy(_)) => expected == "busy",
        Err(ConnectionFailure::Refused(_)) => expected == "refused",
    }
}

/// Does all that can be done with a connection.
async fn all(connections: &AwsConnections) -> [Result<(), ConnectionFailure>; 3] {
    [
        connections.post("L0SM9cOFvHcCIhw=", r#"{"type":"typing"}"#).await,
        connections.find("L0SM9cOFvHcCIhw=").await,
        connections.close("L0SM9cOFvHcCIhw=").await,
    ]
}

#[tokio::test]
async fn every_answer_of_the_gateway_has_its_meaning() {
    let gateway = Receiver::start().await;
    let connections = connections_at(format!("{}/v1", gateway.url()));
    for (status, expected) in [
        (200, "done"),
        (204, "done"),
        (400, "refused"),
        (403, "refused"),
        (404, "refused"),
        (410, "gone"),
        (413, "refused"),
        (429, "busy"),
        (500, "busy"),
        (502, "busy"),
        (503, "busy"),
        (504, "busy"),
    ] {
        // Whatever the body: the real gateway sends JSON, HTML where it is a balancer's, or nothing.
        for body in ["", "{}", r#"{"message": "Too Many Requests"}"#, "<html>no</html>"] {
            gateway.answers(move |_| (status, Vec::new(), if status == 204 { "" } else { body }.to_owned()));
            for outcome in all(&connections).await {
                // `GET` promises a body.
                let unreadable = status == 200 && matches!(outcome, Err(ConnectionFailure::Refused(_)));
                assert!(is(&outcome, expected) || unreadable, "{status} {body}: {outcome:?}");
            }
        }
    }
    let came = gateway.received();
    let ways: Vec<_> = came[..3].iter().map(|one| (one.method.as_str(), one.path.as_str())).collect();
    let path = "/v1/@connections/L0SM9cOFvHcCIhw%3D";
    assert_eq!(ways, [("POST", path), ("GET", path), ("DELETE", path)]);
    assert_eq!(came[0].body, br#"{"type":"typing"}"#);
    let scope = "/eu-central-1/execute-api/aws4_request";
    assert!(came.iter().all(|one| one.header("authorization").contains(scope)), "signed for the API");
    assert_eq!(came.len(), 12 * 4 * 3, "each is sent once: who tries again is the worker");
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_may_be_tried_again() {
    // One that takes calls and says nothing, and hangs up in the middle.
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let connections = connections_at(format!("http://{}/v1", silent.local_addr().unwrap()));
    let outcome = connections.post("a", "{}").await;
    assert!(is(&outcome, "busy"), "{outcome:?}");
    let hanging_up = tokio::spawn(async move {
        while let Ok((stream, _)) = silent.accept().await {
            drop(stream);
        }
    });
    for outcome in all(&connections).await {
        assert!(is(&outcome, "busy"), "{outcome:?}");
    }
    hanging_up.abort();
    let _ = hanging_up.await;
    // Nobody listens there any more.
    for outcome in all(&connections).await {
        assert!(is(&outcome, "busy"), "{outcome:?}");
    }
}

/// The worker over the real client: 429 and 500 are tried again with back-off, 410 forgets the connection.
#[tokio::test]
async fn a_worker_tries_again_what_can_help_and_forgets_what_is_gone() {
    let mut world = World::start().await;
    let gateway = Receiver::start().await;
    world.tools.connections = Arc::new(connections_at(gateway.url()));
    let names = ["well", "throttled", "faulty", "gone", "refused"];
    let mut all = Vec::new();
    for name in names {
        all.push(world.app.somebody(name).await);
    }
    let mut sockets = Vec::new();
    for one in &all {
        sockets.push(world.connects(one).await);
    }
    world.behind("UPDATE connections SET connected_at = now() - interval '1 minute'").await;
    let group = world.app.group(&all.iter().collect::<Vec<_>>()).await;
    let [_, throttled, faulty, gone, refused] = [0, 1, 2, 3, 4].map(|place: usize| sockets[place].clone());
    let tries = Arc::new(AtomicUsize::new(0));
    gateway.answers(move |request| {
        let to = |socket: &str| request.path.ends_with(socket);
        let status = if to(&throttled) {
            // The fourth attempt, the last of a task, is taken.
            if tries.fetch_add(1, SeqCst) < 3 { 429 } else { 200 }
        } else if to(&faulty) {
            500
        } else if to(&gone) {
            410
        } else if to(&refused) {
            403
        } else {
            200
        };
        (status, Vec::new(), String::new())
    });
    world.sent(&all[0], group, "Hello").await;
    world.delivers(&[serde_json::from_value(json!({"event_ids": world.waiting().await})).unwrap()]).await;
    let came = gateway.received();
    let attempts = |place: usize| came.iter().filter(|one| one.path.ends_with(&sockets[place])).count();
    assert_eq!([0, 1, 2, 3, 4].map(attempts), [1, 4, 4, 1, 1]);
    let left = world.events.take();
    let left: Value = serde_json::from_str(&left[0].0).unwrap();
    let mut named: Vec<&str> =
        left["whom"]["only"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    named.sort_unstable();
    let mut expected = [sockets[2].as_str(), sockets[4].as_str()];
    expected.sort_unstable();
    assert_eq!(named, expected, "those who could not be told are another task's");
    let kept = "SELECT connection_id FROM connections ORDER BY connected_at, connection_id";
    let kept: Vec<String> = sqlx::query_scalar(kept).fetch_all(&mut world.app.connect().await).await.unwrap();
    assert!(kept.len() == 4 && !kept.contains(&sockets[3]), "{kept:?}");
}

/// However quick the machine and the gateway are: so many at once, and then no faster than the pace.
#[tokio::test]
async fn a_worker_keeps_its_pace() {
    const RATE: u32 = 200;
    let mut world = World::start().await;
    let gateway = Receiver::start().await;
    world.tools.connections = Arc::new(connections_at(gateway.url()));
    world.tools.pace = Arc::new(Pace::per_second(RATE));
    let (owner, _, group) = crate::pace::crowd(&world, 76, 8).await;
    world.sent(&owner, group, "to everybody").await;
    let clock = SystemClock::start();
    let begun = clock.monotonic();
    world.tells_everything().await;
    let took = clock.monotonic() - begun;
    let frames = gateway.received().len();
    assert_eq!(frames, 601);
    // 200 at once, 401 at 200 a second.
    let least = Duration::from_secs(2);
    assert!(took >= least, "{frames} frames in {took:?}");
}
