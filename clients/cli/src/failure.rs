//! What goes wrong, each as one sentence with an exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use talkify_client::Error;

/// Why the program ends early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The client's own sentence.
    #[error("{}", sentence(.0))]
    Client(#[from] Error),
    /// No runtime.
    #[error("the program cannot start: {0}")]
    Start(#[source] io::Error),
    /// No home and no `XDG_CONFIG_HOME`.
    #[error("there is no folder to keep the session in: set HOME")]
    NoHome,
    /// The folder of the session.
    #[error("{0} cannot be used: {1}")]
    Folder(PathBuf, #[source] io::Error),
    /// The file of authorities.
    #[error("the certificates in {0} cannot be read: {1}")]
    Authorities(PathBuf, #[source] io::Error),
    /// Standard input or the terminal.
    #[error("no password was given: {0}")]
    Password(#[source] io::Error),
    /// Typed wrong.
    #[error("the two passwords differ")]
    PasswordsDiffer,
    /// Another server than that of the session.
    #[error("the session is one of {0}: log in there first")]
    OtherServer(String),
    /// No such user, group or conversation.
    #[error("nobody and no group of yours is called {0}")]
    Nobody(String),
    /// Several groups of one title.
    #[error("several groups are called {0}: name one by its id, as `talkify list` shows it")]
    Several(String),
    /// Standard output.
    #[error("the answer cannot be printed: {0}")]
    Output(#[source] io::Error),
}

impl Failure {
    /// The code that the program ends with: see `talkify --help`.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Client(error) if error.ends_session() => 3.into(),
            Self::Client(Error::Network(_) | Error::TimedOut | Error::Untrusted(_)) => 4.into(),
            Self::OtherServer(_) => 3.into(),
            _ => ExitCode::FAILURE,
        }
    }
}

fn sentence(error: &Error) -> String {
    match error {
        Error::Untrusted(_) => format!("{error} (see --ca-file)"),
        _ if error.code() == Some("invalid_credentials") => {
            "the user name or the password is wrong".to_owned()
        }
        _ => error.to_string(),
    }
}
