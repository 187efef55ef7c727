//! Running a child and telling what became of it.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::sleep_until;

use super::deadline::Deadline;
use super::failure::{Failure, Trouble};

/// What is kept of a child's standard error: its last words.
const LAST_WORDS: usize = 4096;

/// How a child ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub errors: String,
}

/// Runs a child to its end; what it says on standard output goes to `hear`, piece by piece. Once it has said something, the
/// second deadline holds.
///
/// # Errors
/// At the deadline, whatever that says of it; the machine's, when there can be no child.
pub async fn run(
    command: &mut Command,
    [first, then]: [Deadline; 2],
    mut hear: impl FnMut(&[u8]),
) -> Result<Ended, Trouble> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_clear().kill_on_drop(true);
    let mut child = command.spawn().map_err(|failure| Trouble::machine("starting a child", &failure))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let process = child.id();
    let mut errors = Vec::new();
    let has_spoken = AtomicBool::new(false);
    let work = async {
        let mut note = |piece: &[u8]| {
            errors.extend_from_slice(piece);
            let excess = errors.len().saturating_sub(LAST_WORDS);
            errors.drain(..excess);
        };
        let mut hear = |piece: &[u8]| {
            has_spoken.store(true, Ordering::Relaxed);
            hear(piece);
        };
        tokio::try_join!(pump(stdout, &mut hear), pump(stderr, &mut note))?;
        child.wait().await
    };
    let time = async {
        sleep_until(first.at).await;
        if !has_spoken.load(Ordering::Relaxed) {
            return first;
        }
        sleep_until(then.at).await;
        then
    };
    let ended = tokio::select! {
        biased;
        ended = work => ended.map_err(|failure| Trouble::machine("waiting for a child", &failure)),
        deadline = time => Err(deadline.missed(process)),
    };
    match ended {
        Ok(status) => Ok(Ended { status, errors: String::from_utf8_lossy(&errors).into_owned() }),
        Err(trouble) => {
            // Waited for, so that it is gone before its files are.
            let _ = child.kill().await;
            Err(trouble)
        }
    }
}

async fn pump(pipe: Option<impl AsyncRead + Unpin>, hear: &mut impl FnMut(&[u8])) -> std::io::Result<()> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    let mut piece = vec![0; 64 << 10];
    loop {
        match pipe.read(&mut piece).await? {
            0 => return Ok(()),
            read => hear(&piece[..read]),
        }
    }
}

impl Ended {
    /// What killed it, where something did.
    pub fn killed_for(&self) -> Option<Failure> {
        match self.status.signal()? {
            libc::SIGXCPU => Some(Failure::TookTooLong),
            libc::SIGXFSZ => Some(Failure::TooComplex),
            // Nobody else kills here but the kernel, for memory.
            libc::SIGKILL => Some(Failure::TooMuchMemory),
            // Rust's words for it.
            _ if self.errors.contains("memory allocation of") => Some(Failure::TooMuchMemory),
            // A decoder that fell over this file will do so again.
            _ => Some(Failure::Damaged),
        }
    }
}
