//! How long tasks took, as counts that can be added up: quantiles of many environments cannot be had from theirs.

use std::time::Duration;

/// Buckets of a fourth of a doubling: the first up to 1 ms, the last from about 12 minutes on, each 19 % wider than the one
/// before, so that a quantile is wrong by less than that.
const BUCKETS: usize = 80;
const PER_DOUBLING: f64 = 4.0;

/// Counts by duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durations([i64; BUCKETS]);

impl Default for Durations {
    fn default() -> Self {
        Self([0; BUCKETS])
    }
}

impl Durations {
    /// Those counts, as [`Self::counts`] gave them; what is too much is left out.
    #[must_use]
    pub fn of(counts: &[i64]) -> Self {
        let mut durations = Self::default();
        for (kept, count) in durations.0.iter_mut().zip(counts) {
            *kept = *count;
        }
        durations
    }

    /// Counts so many tasks of this duration.
    pub fn add(&mut self, duration: Duration, tasks: usize) {
        let limit = |bucket: &usize| duration.as_secs_f64() * 1000.0 <= upper_ms(*bucket);
        let bucket = (0..BUCKETS - 1).find(limit).unwrap_or(BUCKETS - 1);
        let tasks = i64::try_from(tasks).unwrap_or(i64::MAX);
        self.0[bucket] = self.0[bucket].saturating_add(tasks);
    }

    /// The counts, from the shortest durations on.
    #[must_use]
    pub fn counts(&self) -> &[i64] {
        &self.0
    }

    /// The duration in milliseconds that this part of all tasks did not exceed: 0.5 for the median. `None` without tasks.
    #[must_use]
    pub fn quantile_ms(&self, part: f64) -> Option<f64> {
        let total: i64 = self.0.iter().sum();
        if total == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^53 tasks in an hour")]
        let reached = |count: i64| count as f64 >= total as f64 * part;
        let mut sum = 0;
        let bucket = self.0.iter().position(|count| {
            sum += count;
            sum > 0 && reached(sum)
        });
        Some((upper_ms(bucket.unwrap_or(BUCKETS - 1)) * 10.0).round() / 10.0)
    }
}

/// The longest duration of a bucket.
fn upper_ms(bucket: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are eighty")]
    (bucket as f64 / PER_DOUBLING).exp2()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Durations;

    #[test]
    fn nothing_has_no_median() {
        assert_eq!(Durations::default().quantile_ms(0.5), None);
    }

    #[test]
    fn counts_of_several_are_added_up() {
        let mut durations = Durations::default();
        durations.add(Duration::from_millis(1), 98);
        durations.add(Duration::from_secs(8), 2);
        let kept = Durations::of(durations.counts());
        assert_eq!(kept, durations);
        assert_eq!(kept.quantile_ms(0.5), Some(1.0));
        assert_eq!(kept.quantile_ms(0.95), Some(1.0));
        assert_eq!(kept.quantile_ms(0.99), Some(8192.0));
    }

    proptest! {
        #[test]
        fn a_quantile_is_wrong_by_less_than_a_fifth(mut times in prop::collection::vec(1_u32..600_000, 1..200), percent in 1_u8..=100) {
            let mut durations = Durations::default();
            for time in &times {
                durations.add(Duration::from_millis((*time).into()), 1);
            }
            times.sort_unstable();
            let rank = (times.len() * usize::from(percent)).div_ceil(100).max(1) - 1;
            let (exact, told) = (f64::from(times[rank]), durations.quantile_ms(f64::from(percent) / 100.0).unwrap());
            prop_assert!(told > exact - 0.1 && told < exact * 1.2 + 0.1, "{} instead of {}", told, exact);
        }
    }
}
