//! Workers that are killed wherever they wait.

use serde_json::Value;

#[cfg(doc)]
use crate::app::TestApp;
use crate::edge::{FakeSqs, killed_at};

/// No worker waits more often than this for the little that a test gives it.
const MOST_WAITS: usize = 500;

/// Has a worker of a queue killed at the first place where it waits, then at the second, and so on until it is done before it is
/// killed. For each place there are new tasks, from `begin`, with what is to be known of them at the end; they are handed to `works` in one batch, which is killed, and come
/// again afterwards, each twice, in another order and company, as from a queue that delivers at least once and a sweep that is
/// impatient. `passes` is the time until they come again, and `holds` what is true when all are done; both are given the
/// number of waits before the end. Answers how often the worker was killed.
///
/// Each batch gets an `environment` of its own, whose connection should be open ([`TestApp::connected_environment`]): opening one waits
/// hundreds of times for the processor, and has no effect.
///
/// Every await that a worker comes to waits for something outside at least once, or has no effect there: doubles of what is
/// outside wait as the real ones do.
pub async fn killed_at_every_wait<T, E>(
    mut begin: impl AsyncFnMut(usize) -> (Vec<String>, T),
    environment: impl AsyncFn() -> E,
    works: impl AsyncFn(&E, Value) -> Value,
    mut passes: impl AsyncFnMut(),
    mut holds: impl AsyncFnMut(usize, T),
) -> usize {
    for waits in 0..MOST_WAITS {
        let mut queue = FakeSqs::new(u64::try_from(waits).unwrap() + 1);
        let (bodies, begun) = begin(waits).await;
        for body in &bodies {
            queue.send(body);
        }
        let batch = queue.receive_all().expect("there are tasks");
        // It goes with what is killed in it.
        let done = {
            let environment = environment().await;
            killed_at(works(&environment, batch.event()), waits).await
        };
        queue.answered(batch, done.as_ref());
        for body in bodies {
            queue.send(body);
        }
        passes().await;
        while let Some(batch) = queue.receive(3) {
            let answer = works(&environment().await, batch.event()).await;
            let again = answer["batchItemFailures"].as_array().is_some_and(|failed| !failed.is_empty());
            queue.answered(batch, Some(&answer));
            if again {
                passes().await;
            }
        }
        assert_eq!(queue.dead_letters(), Vec::<&str>::new(), "killed after {waits} waits");
        holds(waits, begun).await;
        if done.is_some() {
            return waits;
        }
    }
    panic!("it has waited {MOST_WAITS} times and is not done")
}

/// The same of a worker that a schedule invokes: it is killed, and invoked twice more.
pub async fn scheduled_and_killed_at_every_wait<T, E, D>(
    mut begin: impl AsyncFnMut(usize) -> T,
    environment: impl AsyncFn() -> E,
    runs: impl AsyncFn(&E) -> D,
    mut holds: impl AsyncFnMut(usize, T),
) -> usize {
    for waits in 0..MOST_WAITS {
        let begun = begin(waits).await;
        let done = {
            let environment = environment().await;
            killed_at(runs(&environment), waits).await.is_some()
        };
        runs(&environment().await).await;
        runs(&environment().await).await;
        holds(waits, begun).await;
        if done {
            return waits;
        }
    }
    panic!("it has waited {MOST_WAITS} times and is not done")
}
