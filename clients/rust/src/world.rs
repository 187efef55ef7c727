//! Time and chance, in one place; and how long to wait before another try.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// Seconds since 1970, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is the edge of the client")]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A new name for a message or a request.
#[expect(clippy::disallowed_methods, reason = "it orders nothing: the server gives ids that do")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}

/// From 0 to below 1. Without randomness it is always a half: clients then wait alike, which is no reason to fail.
#[expect(clippy::disallowed_methods, reason = "this is the edge of the client")]
fn chance() -> f64 {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
        Err(_) => 0.5,
    }
}

/// How long to wait before try `attempt` (from 1): anything up to a bound that doubles, so that clients do not come back all at once.
/// What the server asks for is kept to, and a little more.
pub fn wait(attempt: u32, retry_after: Option<Duration>, base: Duration, most: Duration) -> Duration {
    wait_by(chance(), attempt, retry_after, base, most)
}

fn wait_by(
    chance: f64,
    attempt: u32,
    retry_after: Option<Duration>,
    base: Duration,
    most: Duration,
) -> Duration {
    let most = if retry_after.is_some() { most.min(Duration::from_secs(1)) } else { most };
    let bound = most.min(base.saturating_mul(1 << attempt.saturating_sub(1).min(16)));
    retry_after.unwrap_or_default() + bound.mul_f64(0.2 + 0.8 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_differ() {
        let wait = |chance, attempt| {
            wait_by(chance, attempt, None, Duration::from_millis(500), Duration::from_secs(30))
        };
        assert_eq!(wait(0.0, 1), Duration::from_millis(100));
        assert_eq!(wait(1.0, 3), Duration::from_secs(2));
        assert_eq!(wait(1.0, 60), Duration::from_secs(30));
    }

    #[test]
    fn the_server_is_never_asked_before_it_wants() {
        let asked = Some(Duration::from_secs(60));
        let wait = wait_by(0.0, 9, asked, Duration::from_millis(500), Duration::from_secs(30));
        assert!(wait > Duration::from_secs(60) && wait < Duration::from_secs(62), "{wait:?}");
    }
}
