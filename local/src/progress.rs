//! Progress for people who wait: one line when a long step begins, one when it ends.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use crate::Failure;

/// Says one line. It goes straight to the process's standard error, because `eprintln!` inside a test is captured and a
/// silent first run looks hung.
pub fn say(line: &str) {
    // Nothing can be done about a closed terminal, and it is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Does one step and says what it was and how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let begun = Instant::now();
    say(&format!("  {what} …"));
    let result = work();
    let took = seconds(begun.elapsed());
    match &result {
        Ok(_) => say(&format!("  {what}: done in {took}")),
        Err(_) => say(&format!("  {what}: failed after {took}")),
    }
    result
}

/// A duration for reading, such as `12.3 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
