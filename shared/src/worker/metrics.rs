//! What a batch is counted as, in `CloudWatch`'s embedded metric format
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>): a
//! log line of which `CloudWatch` makes metrics, without a call.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;

/// The format takes at most so many values of one metric in a line.
const VALUES_PER_LINE: usize = 100;

/// What became of a batch's tasks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Done.
    pub processed: u64,
    /// Failed, and come again.
    pub retried: u64,
    /// Failed for the last time.
    pub dead_lettered: u64,
    /// How long each call of the handler took, and how many tasks it had.
    pub calls: Vec<(Duration, usize)>,
    /// How long the oldest task had waited since it was sent.
    pub age: Duration,
}

impl Tally {
    /// A call of the handler with so many tasks.
    pub(super) fn call(&mut self, duration: Duration, tasks: usize) {
        self.calls.push((duration, tasks));
    }

    /// A task of this age.
    pub(super) fn took_up(&mut self, age: Duration) {
        self.age = self.age.max(age);
    }

    /// Attempts that failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.retried + self.dead_lettered
    }

    /// Whether there was no task at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.processed + self.failed() == 0
    }

    /// Writes the lines to standard output, where Lambda takes them from. None for a batch without tasks. `waiting`: how long the
    /// queue is, where that is known.
    pub(super) fn print(&self, queue: &str, stage: Option<&str>, waiting: Option<i64>, now: OffsetDateTime) {
        let mut lines = String::new();
        for line in self.lines(queue, stage, waiting, now) {
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        if let Err(failure) = std::io::stdout().lock().write_all(lines.as_bytes()) {
            tracing::warn!(%failure, "metrics could not be written");
        }
    }

    /// One line for each hundred calls. Stage and queue are the only dimensions: every combination of values is a metric to
    /// pay for.
    fn lines(
        &self,
        queue: &str,
        stage: Option<&str>,
        waiting: Option<i64>,
        now: OffsetDateTime,
    ) -> Vec<Value> {
        if self.is_empty() {
            return Vec::new();
        }
        let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
        let durations = [metric("Duration", "Milliseconds")];
        let counts = ["Processed", "Failed", "Retried", "DeadLettered"].map(|name| metric(name, "Count"));
        // A metric that is named and has no value is refused.
        let length = waiting.map(|_| metric("QueueLength", "Count"));
        let all = counts.into_iter().chain([metric("Age", "Milliseconds")]).chain(length);
        let all: Vec<_> = all.chain(durations.clone()).collect();
        let line = |metrics: &[Value], durations: &[(Duration, usize)]| {
            let durations: Vec<f64> = durations.iter().map(|(duration, _)| milliseconds(*duration)).collect();
            let mut line = json!({
                "_aws": {
                    "Timestamp": i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default(),
                    "CloudWatchMetrics": [{
                        "Namespace": "Talkify",
                        "Dimensions": [["Stage", "Queue"]],
                        "Metrics": metrics,
                    }],
                },
                "Stage": stage.unwrap_or("none"),
                "Queue": queue,
            });
            if !durations.is_empty() {
                line["Duration"] = json!(durations);
            }
            line
        };
        let mut chunks = self.calls.chunks(VALUES_PER_LINE);
        // Tasks that could not be read were in no call.
        let mut first = match chunks.next() {
            Some(calls) => line(&all, calls),
            None => line(&all[..all.len() - 1], &[]),
        };
        first["Processed"] = json!(self.processed);
        first["Failed"] = json!(self.failed());
        first["Retried"] = json!(self.retried);
        first["DeadLettered"] = json!(self.dead_lettered);
        first["Age"] = json!(milliseconds(self.age));
        if let Some(waiting) = waiting {
            first["QueueLength"] = json!(waiting);
        }
        std::iter::once(first).chain(chunks.map(|calls| line(&durations, calls))).collect()
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use time::macros::datetime;

    use super::Tally;

    const NOW: time::OffsetDateTime = datetime!(2026-11-24 10:00 UTC);

    #[test]
    fn a_batch_is_a_line_that_cloudwatch_understands() {
        let tally = Tally {
            processed: 3,
            retried: 1,
            dead_lettered: 1,
            calls: vec![(Duration::from_millis(20), 4)],
            age: Duration::from_millis(1500),
        };
        let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
        let metrics = json!([
            metric("Processed", "Count"),
            metric("Failed", "Count"),
            metric("Retried", "Count"),
            metric("DeadLettered", "Count"),
            metric("Age", "Milliseconds"),
            metric("QueueLength", "Count"),
            metric("Duration", "Milliseconds"),
        ]);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_514_400_000_i64,
                "CloudWatchMetrics": [
                    {"Namespace": "Talkify", "Dimensions": [["Stage", "Queue"]], "Metrics": metrics}
                ],
            },
            "Stage": "dev", "Queue": "media",
            "Processed": 3, "Failed": 2, "Retried": 1, "DeadLettered": 1, "Age": 1500.0,
            "QueueLength": 7, "Duration": [20.0],
        });
        assert_eq!(tally.lines("media", Some("dev"), Some(7), NOW), [expected]);
    }

    #[test]
    fn no_line_has_more_values_than_the_format_takes() {
        let calls = vec![(Duration::from_millis(1), 1); 250];
        let lines = Tally { processed: 250, calls, ..Tally::default() }.lines("media", None, Some(0), NOW);
        let values: Vec<_> = lines.iter().map(|line| line["Duration"].as_array().unwrap().len()).collect();
        assert_eq!(values, [100, 100, 50]);
        let counted: Vec<_> = lines.iter().filter_map(|line| line["Processed"].as_u64()).collect();
        assert_eq!(counted, [250], "counted once");
        assert_eq!(lines.iter().filter(|line| line["QueueLength"] == 0).count(), 1);
        assert_eq!(Tally::default().lines("media", None, Some(0), NOW).len(), 0);
        let unread = Tally { retried: 1, ..Tally::default() }.lines("media", None, None, NOW);
        let named = unread[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        assert!(
            named.iter().all(|metric| metric["Name"] != "Duration" && metric["Name"] != "QueueLength"),
            "a metric without a value is refused"
        );
    }
}
