//! The one thing of EXIF that is used: which way up a picture is (EXIF 3.0, 4.6.5.1.6, tag 0x0112).

/// How stored pixels become the picture: mirrored, or with rows and columns swapped, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Orientation {
    /// Rows are columns.
    swapped: bool,
    /// The stored columns run from the right.
    from_right: bool,
    /// The stored rows run from the bottom.
    from_bottom: bool,
}

/// Entries of a directory, at the most: a real one has a few dozen.
const ENTRIES: u16 = 1_000;

impl Orientation {
    /// Of the tag's value; unknown ones leave the picture as it is.
    pub fn of_tag(value: u16) -> Self {
        let (swapped, from_right, from_bottom) = match value {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, false, true),
            7 => (true, true, true),
            8 => (true, true, false),
            _ => (false, false, false),
        };
        Self { swapped, from_right, from_bottom }
    }

    /// Of a TIFF structure as EXIF has it, without the `Exif\0\0` that JPEG puts before it.
    pub fn of_exif(exif: &[u8]) -> Self {
        Self::read(exif).map(Self::of_tag).unwrap_or_default()
    }

    fn read(exif: &[u8]) -> Option<u16> {
        let little = match exif.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let short = |at: usize| -> Option<u16> {
            let bytes = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
            Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
        };
        let offset = exif.get(4..8)?.try_into().ok()?;
        let directory =
            usize::try_from(if little { u32::from_le_bytes(offset) } else { u32::from_be_bytes(offset) })
                .ok()?;
        let entries = short(directory)?.min(ENTRIES);
        (0..usize::from(entries))
            .filter_map(|entry| directory.checked_add(2 + entry * 12))
            .find(|at| short(*at) == Some(0x0112))
            .and_then(|at| short(at + 8))
    }

    /// The size of the picture, of that of the stored pixels.
    pub fn turned_size(self, width: u32, height: u32) -> (u32, u32) {
        if self.swapped { (height, width) } else { (width, height) }
    }

    /// Where the pixel at a place of the picture, which has this size, is stored.
    pub fn source_of(self, x: usize, y: usize, columns: usize, rows: usize) -> (usize, usize) {
        let (column, row, stored_columns, stored_rows) =
            if self.swapped { (y, x, rows, columns) } else { (x, y, columns, rows) };
        let column = if self.from_right { stored_columns - 1 - column } else { column };
        let row = if self.from_bottom { stored_rows - 1 - row } else { row };
        (column, row)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pixels::Pixels;
    use super::*;

    /// What is seen of two rows `ab` and `cd` that are stored with an orientation.
    fn seen(tag: u16) -> String {
        let data = b"aaabbbcccddd".to_vec();
        let turned = Pixels { width: 2, height: 2, channels: 3, data }.turned(Orientation::of_tag(tag));
        turned.data.chunks(3).map(|pixel| char::from(pixel[0])).collect()
    }

    #[test]
    fn each_orientation_is_undone() {
        let expected = ["abcd", "badc", "dcba", "cdab", "acbd", "cadb", "dbca", "bdac"];
        for (tag, expected) in (1..).zip(expected) {
            assert_eq!(seen(tag), expected, "orientation {tag}");
        }
        assert_eq!(seen(0), "abcd");
        assert_eq!(seen(9), "abcd");
    }

    #[test]
    fn the_tag_is_found_in_both_byte_orders_and_nowhere_else() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(Orientation::of_exif(little), Orientation::of_tag(6));
        assert_eq!(Orientation::of_exif(big), Orientation::of_tag(8));
        for cut in 0..little.len() - 2 {
            let _ = Orientation::of_exif(&little[..cut]);
        }
        assert_eq!(Orientation::of_exif(b"II*\0\xFF\xFF\xFF\xFF"), Orientation::default());
    }
}
