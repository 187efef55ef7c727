//! AVIF that is pasted together of parts (ISO/IEC 23008-12, 6.6.2.3), as encoders make large pictures.

use super::join;
use super::recordings::{iso_box, recording};

/// How a picture is pasted together.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    pub rows: u8,
    pub columns: u8,
    /// The sides of each part, in pixels.
    pub part: [u32; 2],
    /// Quarters of a turn, against the clock, that the whole is turned by to be looked at.
    pub turned: u8,
}

/// What ffmpeg draws, cut into parts that are coded each for itself, and pasted together again.
pub fn pasted(drawing: &str, grid: Grid) -> Vec<u8> {
    let [width, height] = grid.part;
    let part = |number: u32| {
        let (left, top) =
            (number % u32::from(grid.columns) * width, number / u32::from(grid.columns) * height);
        recording(
            &format!(
                "-f lavfi -i {drawing},crop={width}:{height}:{left}:{top} -frames:v 1 -pix_fmt yuv444p -c:v libaom-av1 -still-picture 1 -cpu-used 8"
            ),
            "avif",
        )
    };
    let parts: Vec<Vec<u8>> = (0..u32::from(grid.rows) * u32::from(grid.columns)).map(part).collect();
    let coded: Vec<&[u8]> = parts.iter().map(|part| body(part, b"mdat")).collect();
    let whole = [width * u32::from(grid.columns), height * u32::from(grid.rows)];
    paste(grid, whole, body(&parts[0], b"av1C"), &coded)
}

/// The body of the first box of this name.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "names are written as strings of bytes")]
fn body<'a>(file: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let at = file.windows(4).position(|window| window == name).unwrap();
    let length = u32::from_be_bytes(file[at - 4..at].try_into().unwrap()) as usize;
    &file[at + 4..at - 4 + length]
}

fn number(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap().to_be_bytes()
}

/// A file of one picture that is pasted together of these, which says that it is so large. Its parts are the items 2 and on.
pub fn paste(grid: Grid, whole: [u32; 2], configuration: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let sides = |sides: [u32; 2]| iso_box(b"ispe", &join(&[&[0; 4], &sides.map(u32::to_be_bytes).concat()]));
    let side = |side: u32| number(side as usize);
    let how = join(&[&[0, 0, grid.rows - 1, grid.columns - 1], &side(whole[0]), &side(whole[1])]);
    let items: Vec<(&[u8; 4], &[u8])> =
        std::iter::once((b"grid", how.as_slice())).chain(parts.iter().map(|part| (b"av01", *part))).collect();
    let describe = |(at, (kind, _)): (usize, &(&[u8; 4], &[u8]))| {
        iso_box(b"infe", &join(&[&[2, 0, 0, 0], &number(at + 1), &[0, 0], *kind, &[0]]))
    };
    let described: Vec<u8> = items.iter().enumerate().flat_map(describe).collect();
    let others: Vec<u8> = (2..=items.len()).flat_map(number).collect();
    let reference = iso_box(b"dimg", &join(&[&number(1), &number(parts.len()), &others]));
    let properties =
        [sides(whole), sides(grid.part), iso_box(b"av1C", configuration), iso_box(b"irot", &[grid.turned])];
    // The whole has its sides and is turned; each part has its sides and says how it is coded.
    let mut bound = join(&[&number(1), &[2, 1, 0x84]]);
    (2..=items.len()).for_each(|item| bound.extend(join(&[&number(item), &[2, 2, 0x83]])));
    let count = u32::try_from(items.len()).unwrap().to_be_bytes();
    let ipma = iso_box(b"ipma", &join(&[&[0; 4], &count, &bound]));
    let described_all = iso_box(b"iinf", &join(&[&[0; 4], &number(items.len()), &described]));
    let meta = |begin: usize| {
        let mut at = begin;
        let mut places = Vec::new();
        for (item, (_, content)) in items.iter().enumerate() {
            let extent =
                [at, content.len()].map(|value| u32::try_from(value).unwrap().to_be_bytes()).concat();
            places.extend(join(&[&number(item + 1), &[0, 0, 0, 1], &extent]));
            at += content.len();
        }
        let body = [
            vec![0; 4],
            iso_box(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            iso_box(b"pitm", &[0, 0, 0, 0, 0, 1]),
            iso_box(b"iloc", &join(&[&[0, 0, 0, 0, 0x44, 0], &number(items.len()), &places])),
            described_all.clone(),
            iso_box(b"iref", &join(&[&[0; 4], &reference])),
            iso_box(b"iprp", &join(&[&iso_box(b"ipco", &properties.concat()), &ipma])),
        ];
        iso_box(b"meta", &body.concat())
    };
    let brand = iso_box(b"ftyp", b"avif\0\0\0\0avifmif1miaf");
    let begin = brand.len() + meta(0).len() + 8;
    let content: Vec<u8> = items.iter().flat_map(|(_, content)| content.to_vec()).collect();
    join(&[&brand, &meta(begin), &iso_box(b"mdat", &content)])
}
