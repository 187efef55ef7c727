//! The few statistics that the figures need.

use std::time::Duration;

use serde::Serialize;

/// The value below which the share `q` (0 to 1) of `sorted` lies, by the nearest rank; 0 of nothing.
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a rank is a small whole number"
    )]
    let rank = ((sorted.len() as f64 * q).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// The middle value, or the mean of the two; 0 of nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.get(middle) {
        None => 0.0,
        Some(&upper) if sorted.len() % 2 == 1 => upper,
        Some(&upper) => f64::midpoint(sorted[middle - 1], upper),
    }
}

/// `numerators[i] ÷ denominators[i]`, round by round: what disturbs a round disturbs both.
#[must_use]
pub fn ratios(numerators: &[f64], denominators: &[f64]) -> Vec<f64> {
    let both = numerators.iter().zip(denominators);
    both.filter(|(_, denominator)| **denominator > 0.0).map(|(one, other)| one / other).collect()
}

/// The latencies of one round.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    /// In microseconds, ascending.
    sorted: Vec<f64>,
    /// How long the round took, in seconds.
    seconds: f64,
}

impl Latencies {
    /// Of these latencies in microseconds, taken in `wall`.
    #[must_use]
    pub fn new(mut microseconds: Vec<f64>, wall: Duration) -> Self {
        microseconds.sort_unstable_by(f64::total_cmp);
        Self { sorted: microseconds, seconds: wall.as_secs_f64() }
    }

    /// How many there are.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    pub fn count(&self) -> f64 {
        self.sorted.len() as f64
    }

    /// Requests a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.count() / self.seconds } else { 0.0 }
    }

    /// The median, in microseconds.
    #[must_use]
    pub fn p50(&self) -> f64 {
        quantile(&self.sorted, 0.5)
    }

    /// What one in a hundred exceeds, in microseconds.
    #[must_use]
    pub fn p99(&self) -> f64 {
        quantile(&self.sorted, 0.99)
    }
}

/// What the rounds of one thing came to: the medians of their figures.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Summary {
    /// Microseconds.
    pub p50_us: f64,
    /// Microseconds.
    pub p99_us: f64,
    /// Requests a second.
    pub rate: f64,
}

impl Summary {
    /// Of these rounds.
    #[must_use]
    pub fn of(rounds: &[Latencies]) -> Self {
        let each = |figure: fn(&Latencies) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>());
        Self { p50_us: each(Latencies::p50), p99_us: each(Latencies::p99), rate: each(Latencies::rate) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Latencies, median, quantile, ratios};

    #[track_caller]
    fn close(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-9, "{one} is not {other}");
    }

    #[test]
    fn a_quantile_is_a_value_that_was_seen() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        close(quantile(&values, 0.5), 50.0);
        close(quantile(&values, 0.99), 99.0);
        close(quantile(&values, 1.0), 100.0);
        close(quantile(&values, 0.0), 1.0);
        close(quantile(&[7.0], 0.99), 7.0);
        close(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn a_median_is_in_the_middle_whatever_the_order() {
        close(median(&[9.0, 1.0, 5.0]), 5.0);
        close(median(&[4.0, 1.0, 2.0, 9.0]), 3.0);
        close(median(&[]), 0.0);
    }

    #[test]
    fn a_disturbance_of_a_whole_round_leaves_the_ratio() {
        let (calm, loud) = ([100.0, 900.0, 110.0], [50.0, 450.0, 55.0]);
        close(median(&ratios(&calm, &loud)), 2.0);
        assert_eq!(ratios(&[1.0], &[0.0]), Vec::<f64>::new());
    }

    #[test]
    fn a_round_knows_its_latencies_and_its_rate() {
        let round = Latencies::new(vec![300.0, 100.0, 200.0], Duration::from_millis(1_500));
        close(round.p50(), 200.0);
        close(round.p99(), 300.0);
        close(round.rate(), 2.0);
        close(Latencies::default().rate(), 0.0);
    }
}
