//! What becomes of a file, by hand: `cargo run --example preview -- FFMPEG FILE KIND CONTENT_TYPE FOLDER` makes its previews in the folder
//! and says what they are, as one line of JSON with what it cost.
//!
//! Tests and benchmarks use it as the worker they measure: a process of its own, as on Lambda.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a tool for developers, which fails loudly and keeps time itself"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use media::preview::{Confinement, Interrupted, Kind, Made, Source, TIME_LIMIT, Tools, process};
use serde_json::{Value, json};
use wait4::Wait4;

fn main() -> ExitCode {
    if let Some(done) = media::preview::child() {
        return done;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["worker", ffmpeg, file, kind, content_type, folder, seconds @ ..] => {
            worker(ffmpeg, file, kind, content_type, folder, seconds)
        }
        line @ ([_, _, _, _, _] | [_, _, _, _, _, _]) => measured(line),
        _ => {
            eprintln!("usage: preview FFMPEG FILE image|video|audio|file CONTENT_TYPE FOLDER [SECONDS]");
            ExitCode::FAILURE
        }
    }
}

/// Runs the worker as a process of its own, whose peak is not that of whoever started this one.
fn measured(arguments: &[&str]) -> ExitCode {
    let program = std::env::current_exe().expect("this program has a path");
    let begun = std::time::Instant::now();
    let mut worker = Command::new(program)
        .arg("worker")
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = String::new();
    std::io::Read::read_to_string(&mut worker.stdout.take().expect("a pipe"), &mut said).expect("it speaks");
    let used = worker.wait4().expect("it ends");
    let mut made: Value =
        serde_json::from_str(&said).unwrap_or_else(|_| json!({"died": used.status.to_string()}));
    let own_peak = made.as_object_mut().and_then(|made| made.remove("own_peak"));
    let own_peak = own_peak.and_then(|bytes| bytes.as_u64()).unwrap_or_default();
    println!(
        "{}",
        json!({
            "made": made,
            // Of the largest child together with the worker; in bytes.
            "peak": used.rusage.maxrss + own_peak,
            "cpu_ms": milliseconds(used.rusage.utime + used.rusage.stime),
            "wall_ms": milliseconds(begun.elapsed()),
        })
    );
    ExitCode::SUCCESS
}

fn worker(
    ffmpeg: &str,
    file: &str,
    kind: &str,
    content_type: &str,
    folder: &str,
    seconds: &[&str],
) -> ExitCode {
    let kind = match kind {
        "image" => Kind::Image,
        "video" => Kind::Video,
        "audio" => Kind::Audio,
        _ => Kind::File,
    };
    let tools = Tools {
        program: std::env::current_exe().expect("this program has a path"),
        ffmpeg: PathBuf::from(ffmpeg),
        confinement: match std::env::var("FFMPEG_CONFINEMENT").as_deref() {
            Ok("possible") => Confinement::Possible,
            _ => Confinement::Required,
        },
        time: seconds
            .first()
            .map_or(TIME_LIMIT, |text| Duration::from_secs_f64(text.parse().expect("a number"))),
    };
    let source = Source { path: Path::new(file), kind, content_type, scratch: Path::new(folder) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let made = runtime.block_on(process(&tools, &source));
    let mut told = told(&made);
    told["own_peak"] = own_peak().into();
    println!("{told}");
    ExitCode::SUCCESS
}

/// The most memory this process has had, in bytes (<https://docs.kernel.org/filesystems/proc.html>, `VmHWM`).
fn own_peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("there is a /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

fn told(made: &Result<Made, Interrupted>) -> Value {
    match made {
        Ok(Made::Ready(preview)) => json!({
            "ready": {
                "width": preview.width,
                "height": preview.height,
                "duration_ms": preview.duration_ms,
                "thumbhash": preview.thumbhash,
                "waveform": preview.waveform,
                "clean": preview.clean.as_ref().map(|made| json!({"path": made.path, "content_type": made.content_type})),
                "variants": preview.variants.iter().map(|made| json!({
                    "name": made.name, "width": made.width, "height": made.height,
                    "content_type": made.content_type, "path": made.path,
                })).collect::<Vec<_>>(),
            }
        }),
        Ok(Made::Failed(failure)) => json!({"failed": failure.reason()}),
        Err(interrupted) => json!({"interrupted": interrupted.0}),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
