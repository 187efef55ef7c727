//! Load on environments: closed loops, which wait for the answer, and arrivals by a schedule, which do not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use crate::endpoints::Events;
use crate::environment::{Answer, Environment};
use crate::failure::{Failure, other};
use crate::statistics::Latencies;

/// An environment and what it is asked.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Which environment.
    pub environment: Arc<Environment>,
    /// The events that it gets.
    pub events: Arc<Events>,
}

impl Lane {
    /// One request; anything but the expected status is a failure.
    pub async fn ask(&self) -> Result<Answer, Failure> {
        let answer = self.environment.invoke(self.events.next()).await?;
        if answer.status() == self.events.status() {
            return Ok(answer);
        }
        let body = String::from_utf8_lossy(&answer.body);
        Err(other(format!("a function answered {}", body.chars().take(500).collect::<String>())))
    }
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Every lane asks again as soon as it has its answer, for so long. Latencies are from handing out the event to the
/// last byte of the answer.
#[expect(clippy::disallowed_methods, reason = "the clock is what is measured with")]
pub async fn closed(lanes: &[Lane], length: Duration) -> Result<Latencies, Failure> {
    let begun = Instant::now();
    let mut loops = JoinSet::new();
    for lane in lanes {
        let lane = lane.clone();
        loops.spawn(async move {
            let mut latencies = Vec::new();
            while begun.elapsed() < length {
                latencies.push(microseconds(lane.ask().await?.latency));
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(one) = loops.join_next().await {
        latencies.extend(one.map_err(|failure| other(failure.to_string()))??);
    }
    Ok(Latencies::new(latencies, begun.elapsed()))
}

/// Requests arrive at even distances whether or not earlier ones are answered, and go to whichever lane is idle.
/// Latencies are from the intended arrival, so waiting for a lane counts.
#[expect(clippy::disallowed_methods, reason = "the clock is what is measured with")]
pub async fn open(lanes: &[Lane], rate: f64, length: Duration) -> Result<Latencies, Failure> {
    let begun = Instant::now() + Duration::from_millis(20);
    let (arrival, mut arrivals) = mpsc::unbounded_channel();
    let distance = Duration::from_secs_f64(1.0 / rate.max(1.0));
    // A thread of its own: the runtime's timers are no finer than a millisecond.
    let schedule = std::thread::spawn(move || {
        let mut next = begun;
        while next < begun + length {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            // Nobody listens any more when a request has failed.
            if arrival.send(next).is_err() {
                return;
            }
            next += distance;
        }
    });
    let (sender, idle) = mpsc::unbounded_channel();
    for lane in lanes.iter().cloned() {
        sender.send(lane).map_err(|failure| other(failure.to_string()))?;
    }
    let idle = Arc::new(Mutex::new(idle));
    let mut requests = JoinSet::new();
    while let Some(intended) = arrivals.recv().await {
        let (idle, sender) = (Arc::clone(&idle), sender.clone());
        requests.spawn(async move {
            let lane = idle.lock().await.recv().await.ok_or_else(|| other("no lane is left"))?;
            let at = lane.ask().await?.at;
            // It is idle again; the receiver lives as long as there are requests.
            let _ = sender.send(lane);
            Ok::<_, Failure>(microseconds(at - intended))
        });
    }
    let mut latencies = Vec::new();
    while let Some(one) = requests.join_next().await {
        latencies.push(one.map_err(|failure| other(failure.to_string()))??);
    }
    let wall = begun.elapsed();
    schedule.join().map_err(|_| other("the schedule's thread panicked"))?;
    Ok(Latencies::new(latencies, wall))
}
