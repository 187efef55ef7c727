//! What can go wrong with the local stack, each as one sentence that says what to do.

use std::path::PathBuf;

/// Why a command of the local stack ended without doing its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something else listens on a port that the stack needs.
    #[error("port {port} is taken: stop what listens there, or {}", remedy(*flag))]
    PortTaken {
        /// The port on 127.0.0.1.
        port: u16,
        /// The flag that moves it, if there is one.
        flag: Option<&'static str>,
    },
    /// Another process already runs this stack.
    #[error("the stack of this checkout is already running: use it, or stop it with `cargo run -- down`")]
    AlreadyRunning,
    /// No Python was found.
    #[error("`python3` was not found: install Python 3.10 or later and have it in PATH")]
    NoPython,
    /// The Python that was found is too old.
    #[error("`python3` is version {0}: install Python 3.10 or later and have it first in PATH")]
    OldPython(String),
    /// Python lacks the modules that make a virtual environment.
    #[error(
        "`python3` has no working `venv` module: install it (on Debian and Ubuntu: apt install python3-venv)"
    )]
    NoVenv,
    /// The file system is nearly full.
    #[error("{} has only {free_mb} MB of free space: free at least {needed_mb} MB", place.display())]
    NoSpace {
        /// The folder that was looked at.
        place: PathBuf,
        /// What is free.
        free_mb: u64,
        /// What is needed.
        needed_mb: u64,
    },
    /// A tool set could not be installed.
    #[error("installing the tools of local/tools/{set}.txt failed ({reason}): see {}", log.display())]
    Tools {
        /// The name of the tool set.
        set: &'static str,
        /// The last line that pip said.
        reason: String,
        /// All that pip said.
        log: PathBuf,
    },
    /// The functions do not compile.
    #[error("the functions could not be built: mend what cargo reports above")]
    Build,
    /// A step's program could not be started or went wrong.
    #[error("{what} failed ({reason}): see {}", log.display())]
    Step {
        /// What was being done.
        what: &'static str,
        /// The line that says why.
        reason: String,
        /// Where all of its output is.
        log: PathBuf,
    },
    /// A function that was invoked answered with an error.
    #[error("{0}")]
    Function(String),
    /// The template says something that the local stack cannot follow.
    #[error("template.yaml: {0}")]
    Template(String),
    /// The emulator refused or misunderstood a request.
    #[error("the emulator answered {status} to {request}: {body}")]
    Emulator {
        /// The request, as method and path.
        request: String,
        /// The status of the answer; 0 when there was none.
        status: u16,
        /// The beginning of the answer.
        body: String,
    },
    /// A file could not be read or written.
    #[error("{doing} {} failed: {source}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The committed query data is not what the queries need.
    #[error("{0}; refresh it with `cargo run -- prepare`")]
    StaleQueries(String),
    /// cfn-lint or SAM object to the template.
    #[error("template.yaml has faults: mend what is reported above")]
    Lint,
    /// Somebody asked the stack to stop.
    #[error("stopped")]
    Stopped,
    /// Anything else that a person should read.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// Wraps an error of the operating system with what was being done to which file.
    pub fn file(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { doing, path, source }
    }
}

fn remedy(flag: Option<&str>) -> String {
    flag.map_or_else(|| "try again".to_owned(), |flag| format!("choose another port with {flag}"))
}
