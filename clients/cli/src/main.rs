//! `talkify`: a chat on the command line.

mod failure;
mod people;
mod print;
mod send;
mod store;
mod tail;

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, fs};

use clap::{Parser, Subcommand};
use talkify_client::{Client, Options, Registration, Secret};

use crate::failure::Failure;
use crate::print::Printer;
use crate::store::{FileStore, folder};

/// The server that a local stack is.
const LOCAL: &str = "http://127.0.0.1:8080";
/// What sessions of this program are called in the list of one's sessions.
const DEVICE: &str = "talkify on the command line";

/// Talkify on the command line.
///
/// Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong, 3 there is no session or the password is wrong,
/// 4 the server cannot be reached.
#[derive(Parser)]
#[command(name = "talkify")]
struct CommandLine {
    /// The server, unless it is the one of the last login; else the local stack's.
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// A file with certificates of authorities, in PEM, that are trusted besides those that browsers trust; else the one that the variable
    /// `SSL_CERT_FILE` names, if it does.
    #[arg(long, global = true, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print what the server answers, in lines of JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Register and log in. The password is asked for, or read from standard input.
    Register {
        /// The name to log in with.
        username: String,
        /// What others see; the user name, unless given.
        #[arg(long)]
        display_name: Option<String>,
    },
    /// Log in. The password is asked for, or read from standard input.
    Login {
        /// The name one has registered with.
        username: String,
    },
    /// List one's conversations, the one with the latest activity first.
    List,
    /// Send words: to a user by name, to a group by title, or to a conversation by id.
    Send {
        /// The user, the group or the conversation.
        to: String,
        /// What to say.
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Show messages as they come, until Ctrl-C: of one conversation with the latest ones before, or of all.
    Tail {
        /// The user, the group or the conversation.
        conversation: Option<String>,
        /// How many of the latest messages to show first.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
        last: u8,
    },
    /// Upload a file and send it.
    Upload {
        /// The user, the group or the conversation.
        to: String,
        /// The file.
        file: PathBuf,
        /// What to say about it.
        #[arg(long)]
        caption: Option<String>,
    },
    /// Log out.
    Logout,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Failure::Start).and_then(|runtime| {
        let done = runtime.block_on(run(line));
        // What still waits for standard input or a lock must not keep the program.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("talkify: {failure}");
            failure.exit_code()
        }
    }
}

async fn run(line: CommandLine) -> Result<(), Failure> {
    let store = Arc::new(FileStore::in_folder(&folder()?)?);
    let entering = matches!(line.command, Command::Register { .. } | Command::Login { .. });
    let known = store.server()?;
    let asked = line.server.map(|server| server.trim_end_matches('/').to_owned());
    let server = match (asked, known) {
        // A token is only for the server that it came from.
        (Some(asked), Some(known)) if !entering && asked != known => return Err(Failure::OtherServer(known)),
        (Some(server), _) | (None, Some(server)) => server,
        (None, None) => LOCAL.to_owned(),
    };
    store.of_server(&server);
    let options = Options { authorities: authorities(line.ca_file)?, ..Options::default() };
    let client = Client::with(&server, store, options)?;
    let mut printer = Printer::new(client.clone(), line.json);
    match line.command {
        Command::Register { username, display_name } => {
            let registration =
                Registration { username, password: password(true)?, display_name, email: None };
            let session = client.register(&registration).await?;
            printer.entered(&session, "registered and logged in")
        }
        Command::Login { username } => {
            let session = client.login(&username, password(false)?, Some(DEVICE)).await?;
            printer.entered(&session, "logged in")
        }
        Command::List => printer.conversations().await,
        Command::Send { to, text } => send::text(&client, &mut printer, &to, text.join(" ")).await,
        Command::Tail { conversation, last } => {
            tail::tail(&client, printer, conversation.as_deref(), last).await
        }
        Command::Upload { to, file, caption } => send::file(&client, &mut printer, &to, &file, caption).await,
        Command::Logout => Ok(client.logout().await?),
    }
}

/// The certificates of whom to trust besides: of the file that is given, or that OpenSSL and curl would take.
#[expect(clippy::disallowed_methods, reason = "a program of a terminal has its settings there")]
fn authorities(given: Option<PathBuf>) -> Result<Option<Vec<u8>>, Failure> {
    let named =
        given.or_else(|| env::var_os("SSL_CERT_FILE").filter(|name| !name.is_empty()).map(PathBuf::from));
    let Some(file) = named else { return Ok(None) };
    fs::read(&file).map(Some).map_err(|error| Failure::Authorities(file, error))
}

/// The password: asked for without showing it, twice for a new one; the first line of standard input where nobody can be asked.
fn password(new: bool) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(Failure::Password)?;
        let length = line.trim_end_matches(['\r', '\n']).len();
        line.truncate(length);
        return Ok(line.into());
    }
    let ask = |prompt| rpassword::prompt_password(prompt).map(Secret::from).map_err(Failure::Password);
    let password = ask("Password: ")?;
    if new && ask("Once more: ")? != password {
        return Err(Failure::PasswordsDiffer);
    }
    Ok(password)
}
