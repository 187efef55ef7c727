//! Running a child and telling what became of it.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::{Instant, timeout_at};

use super::failure::{Failure, Trouble};

/// What is kept of a child's standard error: its last words.
const LAST_WORDS: usize = 4096;

/// When the work on a file has to be done.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now() + duration)
    }

    /// This one, or so long from now if that is sooner.
    pub fn or_after(self, duration: Duration) -> Self {
        Self(self.0.min(Self::after(duration).0))
    }
}

/// How a child ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub errors: String,
}

/// Runs a child to its end; what it says on standard output goes to `hear`, piece by piece.
///
/// # Errors
/// [`Failure::TookTooLong`] at the deadline; the machine's, when there can be no child.
pub async fn run(
    command: &mut Command,
    deadline: Deadline,
    mut hear: impl FnMut(&[u8]),
) -> Result<Ended, Trouble> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_clear().kill_on_drop(true);
    let mut child = command.spawn().map_err(|failure| Trouble::machine("starting a child", &failure))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut errors = Vec::new();
    let work = async {
        let mut note = |piece: &[u8]| {
            errors.extend_from_slice(piece);
            let excess = errors.len().saturating_sub(LAST_WORDS);
            errors.drain(..excess);
        };
        tokio::try_join!(pump(stdout, &mut hear), pump(stderr, &mut note))?;
        child.wait().await
    };
    let ended = timeout_at(deadline.0, work).await;
    match ended {
        Ok(Ok(status)) => Ok(Ended { status, errors: String::from_utf8_lossy(&errors).into_owned() }),
        Ok(Err(failure)) => Err(Trouble::machine("waiting for a child", &failure)),
        Err(_) => {
            // Waited for, so that it is gone before its files are.
            let _ = child.kill().await;
            Err(Failure::TookTooLong.into())
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
