//! The program once more, as a confined child: it draws a picture, or becomes ffmpeg.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use super::confine::{Bounds, Confinement, confine};
use super::deadline::Deadline;
use super::failure::{Failure, Interrupted, Trouble};
use super::format::Format;
use super::run::{Ended, run};
use super::{CPU_LIMIT, DOUBT_LIMIT, FILE_LIMIT, FileMade, GRACE, MEMORY_LIMIT, Preview, Tools, Variant};

/// The first argument of a child that draws; the second is its [`Job`].
const DRAW: &str = "--preview-draw";
/// The first argument of a child that becomes another program; the second are its [`Bounds`], the rest is that program's line.
const BECOME: &str = "--preview-become";
/// Bytes of a drawing child's stack: documents hold things in things.
const STACK: u64 = 8 << 20;
/// The exit code of a child that was let down by the machine, and not by the file.
const MACHINE: u8 = 75;

/// What a drawing child is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    pub path: PathBuf,
    pub format: Format,
    pub scratch: PathBuf,
    /// Whether a frame that ffmpeg wrote stands for the whole upload, and is to have a clean form.
    pub whole: bool,
}

impl Job {
    pub fn new(path: &Path, format: Format, scratch: &Path) -> Self {
        Self { path: path.to_owned(), format, scratch: scratch.to_owned(), whole: false }
    }
}

/// What a drawing child made, by the names of the files in the scratch folder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub width: u32,
    pub height: u32,
    pub duration_ms: Option<u64>,
    /// In Base64.
    pub thumbhash: String,
    /// The clean form's type, if there is one.
    pub clean: Option<Type>,
    pub variants: Vec<Smaller>,
}

/// A smaller form.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Smaller {
    pub size: Size,
    pub kind: Type,
    pub width: u32,
    pub height: u32,
}

/// The sizes of smaller forms: pixels of the longer side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    Small,
    Medium,
    Large,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Jpeg,
    Png,
    Gif,
    WebP,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    pub fn pixels(self) -> u32 {
        match self {
            Self::Small => 256,
            Self::Medium => 640,
            Self::Large => 1280,
        }
    }
}

impl Type {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }
}

impl Smaller {
    /// The variant's name, which is its file's too.
    pub fn name(self) -> &'static str {
        match (self.kind, self.size) {
            (Type::WebP, Size::Small) => "webp_256",
            (Type::WebP, Size::Medium) => "webp_640",
            (Type::WebP, Size::Large) => "webp_1280",
            (_, Size::Small) => "jpeg_256",
            (_, Size::Medium) => "jpeg_640",
            (_, Size::Large) => "jpeg_1280",
        }
    }
}

/// The name of the clean form's file.
pub const CLEAN: &str = "clean";

impl Drawn {
    /// As the worker's caller is told.
    pub fn preview(&self, scratch: &Path) -> Preview {
        let variant = |made: &Smaller| Variant {
            name: made.name(),
            width: made.width,
            height: made.height,
            content_type: made.kind.content_type(),
            path: scratch.join(made.name()),
        };
        let clean = |kind: Type| FileMade { path: scratch.join(CLEAN), content_type: kind.content_type() };
        Preview {
            width: Some(self.width),
            height: Some(self.height),
            duration_ms: self.duration_ms,
            thumbhash: STANDARD_NO_PAD.decode(&self.thumbhash).ok(),
            waveform: None,
            clean: self.clean.map(clean),
            variants: self.variants.iter().map(variant).collect(),
        }
    }
}

/// What a drawing child says when the file cannot be refused any more, before its answer, which it leaves as it is.
const TRUSTED: &[u8] = b"\n";

/// Says that the file which this child draws is one that is served: its time counts no more, and whatever happens is not its fault.
pub fn tell_trust() -> std::io::Result<()> {
    let mut parent = std::io::stdout().lock();
    parent.write_all(TRUSTED)?;
    parent.flush()
}

/// Lets a child draw. By the deadline it must be known whether the file is served; what is made of it then may take longer.
pub async fn draw(tools: &Tools, job: &Job, deadline: Deadline) -> Result<Drawn, Trouble> {
    let mut command = Command::new(&tools.program);
    command.arg(DRAW).arg(json(job)?);
    let mut answer = Vec::new();
    let deadlines = [deadline, deadline.later(GRACE)];
    let ended = run(&mut command, deadlines, |piece| answer.extend_from_slice(piece)).await;
    match ended.and_then(|ended| understand(&ended, &answer)) {
        // It had been opened whole, in the time and the memory that there is for that.
        Err(Trouble::File(failure)) if answer.starts_with(TRUSTED) => {
            Err(Interrupted(format!("writing a good picture: {}", failure.reason())).into())
        }
        outcome => outcome,
    }
}

/// What a drawing child made, or why not.
fn understand(ended: &Ended, answer: &[u8]) -> Result<Drawn, Trouble> {
    if let Some(failure) = ended.killed_for() {
        tracing::info!(reason = failure.reason(), "a file ended the child that was to draw it");
        return Err(failure.into());
    }
    match ended.status.code() {
        Some(0) => {
            let result: Result<Drawn, Failure> = serde_json::from_slice(answer)
                .map_err(|failure| Trouble::machine("what a child said", &failure))?;
            Ok(result?)
        }
        // A panic, where panics unwind.
        Some(101) => Err(Failure::Damaged.into()),
        _ => Err(Interrupted(format!("a child: {}", ended.errors.trim())).into()),
    }
}

/// The command that becomes `program`, confined.
pub fn confined(tools: &Tools, program: &Path, bounds: &Bounds) -> Result<Command, Trouble> {
    let mut command = Command::new(&tools.program);
    command.arg(BECOME).arg(json(bounds)?).arg(program);
    Ok(command)
}

fn json(value: &impl Serialize) -> Result<String, Trouble> {
    serde_json::to_string(value).map_err(|failure| Trouble::machine("a child's orders", &failure))
}

/// Does a child's work, if this process was started as one: what the `main` of [`Tools::program`] begins with.
#[must_use]
pub fn child() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let (what, orders) = (arguments.next()?, arguments.next()?);
    let done = match what.to_str()? {
        DRAW => drawing(orders.to_str()?),
        BECOME => becoming(orders.to_str()?, arguments),
        _ => return None,
    };
    Some(match done {
        Ok(answer) => {
            say(std::io::stdout(), &answer);
            ExitCode::SUCCESS
        }
        Err(reason) => {
            say(std::io::stderr(), &reason);
            ExitCode::from(MACHINE)
        }
    })
}

/// Whoever listens may be gone.
fn say(mut to: impl Write, what: &str) {
    let _ = to.write_all(what.as_bytes());
}

fn drawing(orders: &str) -> Result<String, String> {
    let job: Job = serde_json::from_str(orders).map_err(|failure| failure.to_string())?;
    confine(&Bounds {
        memory: MEMORY_LIMIT,
        doubt: DOUBT_LIMIT,
        stack: STACK,
        seconds: GRACE.as_secs(),
        doubt_seconds: CPU_LIMIT.as_secs(),
        file: FILE_LIMIT,
        reads: vec![job.path.clone()],
        writes: job.scratch.clone(),
        // Safe Rust cannot be taken over by what it reads; a service is not to stop for a belt where there are braces.
        confinement: Confinement::Possible,
    })?;
    let result: Result<Drawn, Failure> = match super::picture::draw(&job) {
        Ok(drawn) => Ok(drawn),
        Err(Trouble::File(failure)) => Err(failure),
        Err(Trouble::Machine(Interrupted(reason))) => return Err(reason),
    };
    serde_json::to_string(&result).map_err(|failure| failure.to_string())
}

fn becoming(orders: &str, mut line: impl Iterator<Item = OsString>) -> Result<String, String> {
    let bounds: Bounds = serde_json::from_str(orders).map_err(|failure| failure.to_string())?;
    let program = line.next().ok_or("there is no program to become")?;
    confine(&bounds)?;
    let mut program = std::process::Command::new(program);
    // Each of its threads would reserve 64 MB of addresses to allocate from (mallopt(3), `M_ARENA_MAX`), and a picture that is pasted
    // together has a thread or two for every part.
    program.args(line).env_clear().env("MALLOC_ARENA_MAX", "1");
    // It only comes back when it failed.
    let failure = program.exec();
    Err(format!("{}: {failure}", program.get_program().display()))
}
