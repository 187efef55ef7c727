//! When the work on a file has to be done, and whose fault it is when it is not.

use std::time::Duration;

use tokio::time::Instant;

use super::failure::{Failure, Interrupted, Trouble};

/// Clock ticks of a second in `/proc` (`USER_HZ`), which are as many on every Linux that Lambda and laptops run.
const TICKS: u64 = 100;

/// When the work on a file has to be done.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    pub at: Instant,
    begun: Instant,
    /// CPU time of all children that had ended when the work began.
    before: Duration,
    /// Whether the file can do without what is being made.
    optional: bool,
}

impl Deadline {
    /// So long from now.
    pub fn after(duration: Duration) -> Self {
        let begun = Instant::now();
        Self { at: begun + duration, begun, before: cpu_of_ended(), optional: false }
    }

    /// This one, or so long from now if that is sooner, for something that the file can do without.
    pub fn or_after(self, duration: Duration) -> Self {
        Self { at: self.at.min(Instant::now() + duration), optional: true, ..self }
    }

    /// So much later, for what the file cannot do without.
    pub fn later(self, duration: Duration) -> Self {
        Self { at: self.at + duration, optional: false, ..self }
    }

    /// What it means that this child was not done by then.
    pub fn missed(&self, child: Option<u32>) -> Trouble {
        let cpu = cpu_of_ended().saturating_sub(self.before) + child.map(cpu_of).unwrap_or_default();
        let wall = self.begun.elapsed();
        // A file that is slow takes a CPU for itself. Whoever got less than half of one stood in line.
        if self.optional || cpu >= wall / 2 {
            return Failure::TookTooLong.into();
        }
        Interrupted(format!("{} ms of CPU in {} ms", cpu.as_millis(), wall.as_millis())).into()
    }
}

/// CPU time of the children of this process that have ended.
fn cpu_of_ended() -> Duration {
    sum_of_times("/proc/self/stat", 13)
}

/// CPU time of a process that has not.
fn cpu_of(process: u32) -> Duration {
    sum_of_times(&format!("/proc/{process}/stat"), 11)
}

/// Two neighbouring times, the first so many words behind the name (<https://docs.kernel.org/filesystems/proc.html>, table 1-4); none
/// of what cannot be read.
fn sum_of_times(path: &str, first: usize) -> Duration {
    let stat = std::fs::read_to_string(path).unwrap_or_default();
    // A name may hold blanks and brackets itself.
    let words = stat.rsplit_once(')').map(|(_, words)| words.split_whitespace()).into_iter().flatten();
    let ticks: u64 = words.skip(first).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_had_a_cpu_was_too_slow_and_whoever_had_none_is_tried_again() {
        let begun = Instant::now().checked_sub(Duration::from_secs(10)).unwrap_or_else(Instant::now);
        let deadline = Deadline { at: begun, begun, before: Duration::ZERO, optional: false };
        let ended = cpu_of_ended();
        assert!(ended < Duration::from_secs(1), "tests start no children: {ended:?}");
        assert!(matches!(deadline.missed(None), Trouble::Machine(_)));
        let optional = deadline.or_after(Duration::ZERO);
        assert!(matches!(optional.missed(None), Trouble::File(Failure::TookTooLong)));
        // As if it had begun when this process, which stands for a child, had used nothing yet, and had had a CPU ever since.
        let process = std::process::id();
        while cpu_of(process).is_zero() {
            std::hint::spin_loop();
        }
        let begun = Instant::now().checked_sub(cpu_of(process)).unwrap_or_else(Instant::now);
        let busy = Deadline { begun, ..deadline };
        assert!(matches!(busy.missed(Some(process)), Trouble::File(Failure::TookTooLong)));
    }
}
