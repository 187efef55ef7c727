//! How loud a recording is over its length, found while its samples go by.

/// Points of a waveform, at the most.
const POINTS: usize = 256;

/// Peaks of a recording whose length is not known yet.
#[derive(Debug)]
pub struct Waveform {
    /// Of whole stretches, fewer than twice the points.
    peaks: Vec<u16>,
    /// Samples of a stretch.
    stretch: usize,
    /// Of the stretch that is going by.
    peak: u16,
    heard: usize,
    /// The first half of a sample that was cut in two.
    half: Option<u8>,
}

impl Default for Waveform {
    fn default() -> Self {
        Self { peaks: Vec::with_capacity(2 * POINTS), stretch: 1, peak: 0, heard: 0, half: None }
    }
}

impl Waveform {
    /// Hears samples of 16 bits, the lower byte first.
    pub fn hear(&mut self, mut bytes: &[u8]) {
        if let (Some(low), Some((high, rest))) = (self.half, bytes.split_first()) {
            self.sample(i16::from_le_bytes([low, *high]));
            self.half = None;
            bytes = rest;
        }
        let samples = bytes.chunks_exact(2);
        if let [half] = samples.remainder() {
            self.half = Some(*half);
        }
        samples.for_each(|sample| self.sample(i16::from_le_bytes([sample[0], sample[1]])));
    }

    fn sample(&mut self, sample: i16) {
        self.peak = self.peak.max(sample.unsigned_abs());
        self.heard += 1;
        if self.heard < self.stretch {
            return;
        }
        self.peaks.push(self.peak);
        (self.peak, self.heard) = (0, 0);
        if self.peaks.len() == 2 * POINTS {
            // Twice as long stretches from now on, and of what went by.
            self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().max().unwrap_or(0)).collect();
            self.stretch *= 2;
        }
    }

    /// At most 256 values from 0 to 100, the loudest of which is 100; none if nothing was heard.
    pub fn points(mut self) -> Vec<u8> {
        if self.heard > 0 {
            self.peaks.push(self.peak);
        }
        let points = self.peaks.len().min(POINTS);
        let loudest = self.peaks.iter().copied().max().unwrap_or(0).max(1);
        let begin = |point: usize| point * self.peaks.len() / points;
        (0..points)
            .map(|point| {
                let peak = self.peaks[begin(point)..begin(point + 1)].iter().copied().max().unwrap_or(0);
                let percent = (u32::from(peak) * 100 + u32::from(loudest) / 2) / u32::from(loudest);
                u8::try_from(percent).unwrap_or(100)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(samples: impl Iterator<Item = i16>, piece: usize) -> Vec<u8> {
        let bytes: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
        let mut waveform = Waveform::default();
        bytes.chunks(piece).for_each(|piece| waveform.hear(piece));
        waveform.points()
    }

    #[test]
    fn nothing_heard_has_no_points_and_silence_has_none_but_zeros() {
        assert!(of(std::iter::empty(), 1).is_empty());
        assert_eq!(of((0..3).map(|_| 0), 1), [0, 0, 0]);
    }

    #[test]
    fn the_loudest_is_100_wherever_pieces_are_cut() {
        let samples = || (0..100_000).map(|at| if at < 50_000 { 100 } else { -200 });
        let whole = of(samples(), 200_000);
        assert_eq!(whole, of(samples(), 7));
        assert!((128..=256).contains(&whole.len()), "{}", whole.len());
        assert_eq!((whole[0], whole[whole.len() - 1]), (50, 100));
        assert_eq!(of([i16::MIN, 0].into_iter(), 4), [100, 0]);
    }
}
