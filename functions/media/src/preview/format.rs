//! Formats, told by the first bytes of a file and never by its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::failure::Trouble;

/// How many bytes are looked at.
const HEAD: u64 = 64;

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// ITU-T T.81
    Jpeg,
    /// <https://www.w3.org/TR/png-3/>, moving or not.
    Png,
    /// <https://www.w3.org/Graphics/GIF/spec-gif89a.txt>
    Gif,
    /// RFC 9649
    WebP,
    /// A frame that ffmpeg wrote: <https://netpbm.sourceforge.net/doc/ppm.html>. Never of an upload.
    Ppm,
    /// AV1 in ISO/IEC 23008-12 (<https://aomediacodec.github.io/av1-avif/>).
    Avif,
    /// Other pictures of that family (HEIC), which nothing here decodes.
    Heif,
    /// TIFF, BMP and JPEG XL, which nothing here decodes.
    OtherPicture,
    /// ISO/IEC 14496-12: MP4, M4A, `QuickTime`.
    Mp4,
    /// RFC 9559: `WebM` among others.
    Matroska,
    /// MPEG audio, with or without ID3.
    Mp3,
    /// RFC 3533
    Ogg,
    /// RIFF WAVE
    Wav,
    /// RFC 9639
    Flac,
    /// ISO 32000
    Pdf,
    /// No bytes at all.
    Empty,
    /// Anything else.
    Other,
}

/// Who opens a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Our own decoders.
    Picture,
    /// ffmpeg, and then our own.
    ForeignPicture,
    /// ffmpeg.
    Recording,
    /// The PDF renderer.
    Document,
    /// Nobody.
    None,
}

impl Format {
    /// Looks at a file's first bytes.
    pub fn of(path: &Path) -> Result<Self, Trouble> {
        let mut head = Vec::new();
        File::open(path)?.take(HEAD).read_to_end(&mut head)?;
        Ok(Self::of_bytes(&head))
    }

    /// What begins with these bytes.
    pub fn of_bytes(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::Png,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Self::Wav,
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Self::of_brands(brand),
            // QuickTime files from before there were brands.
            [0, _, _, _, b'm', b'o', b'o', b'v', ..]
            | [0, _, _, _, b'w', b'i', b'd', b'e', ..]
            | [_, _, _, _, b'm', b'd', b'a', b't', ..] => Self::Mp4,
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Self::Matroska,
            [b'O', b'g', b'g', b'S', ..] => Self::Ogg,
            [b'f', b'L', b'a', b'C', ..] => Self::Flac,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [b'I', b'D', b'3', ..] => Self::Mp3,
            // A frame's sync word, with a version, a layer, a bit rate and a sample rate that exist.
            [0xFF, second, third, ..]
                if second & 0xE0 == 0xE0
                    && second & 0x18 != 0x08
                    && second & 0x06 != 0
                    && third >> 4 != 0xF
                    && third & 0x0C != 0x0C =>
            {
                Self::Mp3
            }
            [b'I', b'I', b'*', 0, ..]
            | [b'M', b'M', 0, b'*', ..]
            | [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..]
            | [0xFF, 0x0A, ..]
            | [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] => Self::OtherPicture,
            _ => Self::Other,
        }
    }

    /// The major brand, or else the compatible ones, of a `ftyp` box (<https://mp4ra.org/registered-types/brands>).
    fn of_brands(brands: &[u8]) -> Self {
        const AV1: [&[u8]; 2] = [b"avif", b"avis"];
        const FAMILY: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
        match brands.get(..4) {
            Some(major) if AV1.contains(&major) => Self::Avif,
            // The major brand may be the family's, behind which the compatible ones are from the eighth byte on.
            Some(major) if FAMILY.contains(&major) => {
                let compatible = brands.get(8..).unwrap_or_default();
                if compatible.chunks(4).any(|brand| AV1.contains(&brand)) { Self::Avif } else { Self::Heif }
            }
            Some(_) => Self::Mp4,
            None => Self::Other,
        }
    }

    /// Who opens it.
    pub fn family(self) -> Family {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP | Self::Ppm => Family::Picture,
            Self::Avif => Family::ForeignPicture,
            Self::Mp4 | Self::Matroska | Self::Mp3 | Self::Ogg | Self::Wav | Self::Flac => Family::Recording,
            Self::Pdf => Family::Document,
            Self::Heif | Self::OtherPicture | Self::Empty | Self::Other => Family::None,
        }
    }

    /// A picture that somebody may well have, and that is refused.
    pub fn is_known_unsupported(self) -> bool {
        matches!(self, Self::Heif | Self::OtherPicture)
    }
}

/// The formats that a declared type may have; `None` for a type of which nothing is made.
pub fn declared(content_type: &str) -> Option<&'static [Format]> {
    Some(match content_type {
        "image/jpeg" => &[Format::Jpeg],
        "image/png" | "image/apng" => &[Format::Png],
        "image/gif" => &[Format::Gif],
        "image/webp" => &[Format::WebP],
        "image/avif" => &[Format::Avif],
        // Phones say one and mean the other.
        "video/mp4" | "video/quicktime" | "video/x-m4v" | "audio/mp4" | "audio/x-m4a" | "audio/m4a" => {
            &[Format::Mp4]
        }
        "video/webm" | "audio/webm" => &[Format::Matroska],
        "audio/mpeg" | "audio/mp3" => &[Format::Mp3],
        "audio/ogg" | "audio/opus" | "video/ogg" => &[Format::Ogg],
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => &[Format::Wav],
        "audio/flac" | "audio/x-flac" => &[Format::Flac],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let of = |head: &[u8]| Format::of_bytes(head);
        assert_eq!(of(b""), Format::Empty);
        assert_eq!(of(b"\xFF\xD8\xFF\xE0"), Format::Jpeg);
        assert_eq!(of(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Format::Heif);
        assert_eq!(of(b"\0\0\0\x18ftypavif\0\0\0\0"), Format::Avif);
        assert_eq!(of(b"\0\0\0\x1Cftypmif1\0\0\0\0miafavif"), Format::Avif);
        assert_eq!(of(b"\0\0\0\x18ftypisom\0\0\0\0"), Format::Mp4);
        assert_eq!(of(b"\0\0\0\x18ftypqt  \0\0\0\0"), Format::Mp4);
        assert_eq!(of(b"\xFF\xFB\x90\x44"), Format::Mp3);
        assert_eq!(of(b"\xFF\xF1\x50\x80"), Format::Other, "AAC in ADTS is no MP3");
        assert_eq!(of(b"#EXTM3U\n"), Format::Other);
        assert_eq!(of(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Format::Other);
        assert_eq!(of(b"GIF88a"), Format::Other);
    }
}
