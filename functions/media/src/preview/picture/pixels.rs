//! Pixels in memory.

use super::exif::Orientation;

/// Pixels of eight bits a channel, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// Red, green, blue, and opacity where there is any.
    pub channels: usize,
    pub data: Vec<u8>,
}

/// The side of the squares that a picture is turned in: two of them fit into the fastest cache.
const TILE: usize = 32;

impl Pixels {
    /// Pixels whose grey is both or all of their colours.
    pub fn of_grey(width: u32, height: u32, with_alpha: bool, grey: &[u8]) -> Self {
        let (from, channels) = if with_alpha { (2, 4) } else { (1, 3) };
        let mut data = vec![0; grey.len() / from * channels];
        for (to, grey) in data.chunks_exact_mut(channels).zip(grey.chunks_exact(from)) {
            to[..3].fill(grey[0]);
            if with_alpha {
                to[3] = grey[1];
            }
        }
        Self { width, height, channels, data }
    }

    pub fn has_alpha(&self) -> bool {
        self.channels == 4
    }

    /// Leaves opacity out where everything is opaque: all that follows is cheaper.
    pub fn drop_needless_alpha(&mut self) {
        if !self.has_alpha() || self.data.iter().skip(3).step_by(4).any(|alpha| *alpha != u8::MAX) {
            return;
        }
        let pixels = self.data.len() / 4;
        for pixel in 1..pixels {
            self.data.copy_within(pixel * 4..pixel * 4 + 3, pixel * 3);
        }
        self.data.truncate(pixels * 3);
        self.data.shrink_to_fit();
        self.channels = 3;
    }

    /// On white, for formats without opacity.
    pub fn on_white(&self) -> Self {
        let mut data = Vec::with_capacity(self.data.len() / 4 * 3);
        for pixel in self.data.chunks_exact(4) {
            let opacity = u32::from(pixel[3]);
            for channel in &pixel[..3] {
                let mixed = (u32::from(*channel) * opacity + 255 * (255 - opacity) + 127) / 255;
                data.push(u8::try_from(mixed).unwrap_or(u8::MAX));
            }
        }
        Self { width: self.width, height: self.height, channels: 3, data }
    }

    /// With opacity, for what wants it.
    pub fn rgba(&self) -> Vec<u8> {
        if self.has_alpha() {
            return self.data.clone();
        }
        self.data.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], u8::MAX]).collect()
    }

    /// As it is to be looked at.
    pub fn turned(self, orientation: Orientation) -> Self {
        if orientation == Orientation::default() {
            return self;
        }
        match self.channels {
            3 => self.turned_by::<3>(orientation),
            _ => self.turned_by::<4>(orientation),
        }
    }

    fn turned_by<const CHANNELS: usize>(self, orientation: Orientation) -> Self {
        let (width, height) = orientation.turned_size(self.width, self.height);
        let (columns, rows) = (width as usize, height as usize);
        let (source, source_columns) = (&self.data, self.width as usize);
        let mut data = vec![0; source.len()];
        // Tile by tile: a column of a large picture is in no cache.
        for top in (0..rows).step_by(TILE) {
            for left in (0..columns).step_by(TILE) {
                for y in top..rows.min(top + TILE) {
                    for x in left..columns.min(left + TILE) {
                        let (from_x, from_y) = orientation.source_of(x, y, columns, rows);
                        let from = (from_y * source_columns + from_x) * CHANNELS;
                        let to = (y * columns + x) * CHANNELS;
                        data[to..to + CHANNELS].copy_from_slice(&source[from..from + CHANNELS]);
                    }
                }
            }
        }
        Self { width, height, channels: CHANNELS, data }
    }
}
