//! Previews beside libvips: a photograph of 12 megapixels to all that is served of it, by the worker as it is built for AWS, and by
//! `vipsthumbnail` (Debian: libvips-tools) to the same files.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor, rgb_to_ycbcr};
use local::say;
use serde::Serialize;
use wait4::Wait4;

use crate::failure::{Failure, other};

const WIDTH: u16 = 4000;
const HEIGHT: u16 = 3000;
/// The sizes of smaller forms.
const SIZES: [u32; 3] = [256, 640, 1280];

/// What one side took for one photograph.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Cost {
    /// Milliseconds on the wall.
    pub wall_ms: f64,
    /// Milliseconds of all CPUs.
    pub cpu_ms: f64,
    /// Megabytes of the largest process.
    pub peak_mb: f64,
}

/// The medians of both sides.
#[derive(Debug, Serialize)]
pub struct Previews {
    /// The worker with its child.
    pub worker: Cost,
    /// One process of libvips for each file, one after the other; none where libvips is not installed.
    pub libvips: Option<Cost>,
}

/// A landscape of noise at many scales, with edges and grain, so that it packs and unpacks like a photograph (some 4 bits a pixel).
struct Photograph {
    seed: u32,
}

impl Photograph {
    /// A number from 0 to 1 of a place of a grid.
    fn corner(&self, x: u32, y: u32, scale: u32) -> f32 {
        let mut hash = self.seed
            ^ x.wrapping_mul(0x9E37_79B1)
            ^ y.wrapping_mul(0x85EB_CA77)
            ^ scale.wrapping_mul(0xC2B2_AE3D);
        hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
        hash = (hash ^ (hash >> 12)).wrapping_mul(0x297A_2D39);
        f32::from(u16::try_from((hash ^ (hash >> 15)) & 0xFFFF).unwrap_or(0)) / 65_535.0
    }

    /// Smooth between the corners of a grid.
    fn smooth(&self, x: u32, y: u32, scale: u32) -> f32 {
        let part = |place: u32| {
            f32::from(u16::try_from(place % scale).unwrap_or(0))
                / f32::from(u16::try_from(scale).unwrap_or(1))
        };
        let ease = |part: f32| part * part * (3.0 - 2.0 * part);
        let (across, down) = (ease(part(x)), ease(part(y)));
        let corner = |right: u32, below: u32| self.corner(x / scale + right, y / scale + below, scale);
        let top = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * across;
        let bottom = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * across;
        top + (bottom - top) * down
    }

    fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let [far, hills, rocks, leaves] = [1024, 256, 48, 12].map(|scale| self.smooth(x, y, scale));
        let grain = self.corner(x, y, 1);
        let land = hills * 0.6 + rocks * 0.4 > 0.5;
        let light = if land { 0.15 + rocks * 0.35 + leaves * 0.3 } else { 0.55 + far * 0.35 };
        let light = light + (grain - 0.5) * 0.05;
        let tint = if land { [0.9, 1.05, 0.7] } else { [0.8, 0.95, 1.15] };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is clamped to a byte"
        )]
        tint.map(|tint| ((light * tint + far * 0.05) * 255.0).clamp(0.0, 255.0) as u8)
    }
}

impl ImageBuffer for Photograph {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        WIDTH
    }

    fn height(&self) -> u16 {
        HEIGHT
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        for x in 0..WIDTH {
            let [red, green, blue] = self.pixel(x.into(), y.into());
            let (luma, blueness, redness) = rgb_to_ycbcr(red, green, blue);
            buffers[0].push(luma);
            buffers[1].push(blueness);
            buffers[2].push(redness);
        }
    }
}

/// Measures `rounds` photographs, both sides in turn.
pub fn measure(folder: &Path, worker: &Path, rounds: u32) -> Result<Previews, Failure> {
    let folder = folder.join("media");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let vips = ["vipsthumbnail", "vips"].iter().all(|program| runs(program));
    if !vips {
        say("  libvips is not on this machine (Debian: apt install libvips-tools): our own figures only");
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for seed in 0..rounds {
        let photograph = folder.join(format!("{seed}.jpg"));
        // Row by row: what this process holds would count as the peak of those that it starts.
        let mut encoder = Encoder::new(BufWriter::new(File::create(&photograph)?), 90);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.encode_image(Photograph { seed }).map_err(|failure| other(failure.to_string()))?;
        let made = folder.join(format!("{seed}"));
        fs::create_dir_all(&made)?;
        let mut command = Command::new(worker);
        command.args(["worker", "/nonexistent"]).arg(&photograph).args(["image", "image/jpeg"]).arg(&made);
        ours.push(cost(&mut command)?);
        if vips {
            theirs.push(libvips(&photograph, &folder.join(format!("{seed}-vips")))?);
        }
    }
    Ok(Previews { worker: median(&ours), libvips: vips.then(|| median(&theirs)) })
}

/// The same files by libvips: the clean form and each smaller one.
fn libvips(photograph: &Path, folder: &Path) -> Result<Cost, Failure> {
    fs::create_dir_all(folder)?;
    let mut costs = Vec::new();
    let mut clean = Command::new("vips");
    clean.arg("copy").arg(photograph).arg(with_options(&folder.join("clean.jpg"), "Q=88,strip"));
    costs.push(cost(&mut clean)?);
    for size in SIZES {
        for (ending, options) in [("webp", "Q=75,effort=2,strip"), ("jpg", "Q=78,strip")] {
            let mut command = Command::new("vipsthumbnail");
            command.arg(photograph).args(["--size", &size.to_string(), "-o"]);
            command.arg(with_options(&folder.join(format!("{size}.{ending}")), options));
            costs.push(cost(&mut command)?);
        }
    }
    let sum = |of: fn(&Cost) -> f64| costs.iter().map(of).sum();
    let peak_mb = costs.iter().map(|cost| cost.peak_mb).fold(0.0, f64::max);
    Ok(Cost { wall_ms: sum(|cost| cost.wall_ms), cpu_ms: sum(|cost| cost.cpu_ms), peak_mb })
}

/// A file's name as libvips takes it.
fn with_options(path: &Path, options: &str) -> PathBuf {
    PathBuf::from(format!("{}[{options}]", path.display()))
}

fn runs(program: &str) -> bool {
    let tried = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
fn cost(command: &mut Command) -> Result<Cost, Failure> {
    let begun = Instant::now();
    let used = command.stdout(Stdio::null()).spawn()?.wait4()?;
    let wall_ms = begun.elapsed().as_secs_f64() * 1000.0;
    if !used.status.success() {
        return Err(other(format!("{command:?}: {}", used.status)));
    }
    let cpu_ms = (used.rusage.utime + used.rusage.stime).as_secs_f64() * 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "bytes of a machine's memory are exact")]
    let peak_mb = used.rusage.maxrss as f64 / f64::from(1 << 20);
    Ok(Cost { wall_ms, cpu_ms, peak_mb })
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    Cost {
        wall_ms: middle(|cost| cost.wall_ms),
        cpu_ms: middle(|cost| cost.cpu_ms),
        peak_mb: middle(|cost| cost.peak_mb),
    }
}
