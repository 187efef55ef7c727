//! What became of pushes, by platform, as `CloudWatch` counts it (its embedded metric format, as in `shared::worker`).

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Verdict;
use crate::target::Platform;

/// How many pushes came to which end.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<Platform, BTreeMap<&'static str, u64>>);

impl Tally {
    /// One more.
    pub fn count(&mut self, platform: Platform, verdict: Verdict) {
        let metric = match verdict {
            Verdict::Sent => "PushSent",
            Verdict::Gone => "PushGone",
            Verdict::Retry => "PushRetried",
            Verdict::Refused => "PushRefused",
            Verdict::Dropped => "PushDropped",
        };
        *self.0.entry(platform).or_default().entry(metric).or_default() += 1;
    }

    /// Writes a line for each platform to standard output, where Lambda takes them from.
    pub fn print(&self, stage: Option<&str>, now: OffsetDateTime) {
        let mut lines = String::new();
        for line in self.lines(stage, now) {
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        if let Err(failure) = std::io::stdout().lock().write_all(lines.as_bytes()) {
            tracing::warn!(%failure, "metrics could not be written");
        }
    }

    fn lines(&self, stage: Option<&str>, now: OffsetDateTime) -> Vec<Value> {
        let line = |(platform, counts): (&Platform, &BTreeMap<&'static str, u64>)| {
            let metrics: Vec<_> = counts.keys().map(|name| json!({"Name": name, "Unit": "Count"})).collect();
            let mut line = json!({
                "_aws": {
                    "Timestamp": i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default(),
                    "CloudWatchMetrics": [
                        {"Namespace": "Talkify", "Dimensions": [["Stage", "Platform"]], "Metrics": metrics}
                    ],
                },
                "Stage": stage.unwrap_or("none"),
                "Platform": platform.name(),
            });
            for (name, count) in counts {
                line[*name] = json!(count);
            }
            line
        };
        self.0.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::{Platform, Tally, Verdict};

    #[test]
    fn each_platform_is_a_line() {
        let mut tally = Tally::default();
        for (platform, verdict) in [
            (Platform::Fcm, Verdict::Sent),
            (Platform::Fcm, Verdict::Sent),
            (Platform::Fcm, Verdict::Gone),
            (Platform::Apns, Verdict::Dropped),
        ] {
            tally.count(platform, verdict);
        }
        let lines = tally.lines(Some("dev"), datetime!(2026-11-24 10:00 UTC));
        assert_eq!(lines.len(), 2);
        assert_eq!((&lines[0]["Platform"], &lines[0]["PushDropped"]), (&json!("apns"), &json!(1)));
        assert_eq!((&lines[1]["PushSent"], &lines[1]["PushGone"]), (&json!(2), &json!(1)));
        let metrics = &lines[1]["_aws"]["CloudWatchMetrics"][0]["Metrics"];
        assert_eq!(
            metrics,
            &json!([{"Name": "PushGone", "Unit": "Count"}, {"Name": "PushSent", "Unit": "Count"}])
        );
    }
}
