//! The command line of the local stack: see `cargo run -- help`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use local::{Architecture, AuthMode, Doors, Failure, Settings, Unit};
use uuid::Uuid;

/// Talkify's local stack: the real template without Docker and without an AWS account.
#[derive(Parser)]
#[command(name = "local", bin_name = "cargo run --", args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    up: UpArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the stack up and keep it until Ctrl-C (what `cargo run` does).
    Up(UpArgs),
    /// Say what is up.
    Status,
    /// Stop the stack from another terminal, or what a killed one left running.
    Down(WhichArgs),
    /// Stop the stack and delete its data.
    Reset(WhichArgs),
    /// Refresh `.sqlx`, the data that queries are checked with when there is no database.
    Prepare {
        /// Change nothing; fail if the committed data is not fresh.
        #[arg(long)]
        check: bool,
    },
    /// Make a registered user of the running stack an admin.
    AppointAdmin {
        /// The name the user logs in with.
        username: String,
        #[command(flatten)]
        which: WhichArgs,
    },
    /// Put the running stack's keyring back (docs/encryption.md): from a file, else from the newest copy in its bucket.
    RecoverKeys {
        /// What POST /v1/admin/keys/backup answered as `document`.
        document: Option<PathBuf>,
        #[command(flatten)]
        which: WhichArgs,
    },
    /// Destroy again what the running stack's ledger says was destroyed (docs/encryption.md): after a restore, before anybody is served.
    ReplayLedger {
        /// Only what was carried to the ledger from this time on, in RFC 3339.
        #[arg(long)]
        since: Option<String>,
        #[command(flatten)]
        which: WhichArgs,
    },
    /// Check an export of the audit log (docs/audit.md): exit code 0 if it is as it was written, 1 if not.
    VerifyAudit {
        /// The items of GET /v1/admin/audit, one a line.
        export: PathBuf,
        /// A copy of the bucket of checkpoints.
        #[arg(long)]
        checkpoints: PathBuf,
        /// The public key of the KMS key that signs them, in PEM.
        #[arg(long)]
        public_key: PathBuf,
        /// The id of the log that is meant, where the bucket has checkpoints of several.
        #[arg(long)]
        chain: Option<Uuid>,
    },
    /// Write an event for each function, tests/events, and the routes of `cargo lambda watch` afresh (docs/functions.md).
    Events {
        /// Change nothing; fail if they are not fresh.
        #[arg(long)]
        check: bool,
    },
    /// Make people and things in the running stack, and write events about them for each function to target/local/events.
    Example(WhichArgs),
    /// Say what a deployment costs (docs/costs/).
    Costs,
    /// Check template.yaml with cfn-lint, SAM and checkov, and the workflows with zizmor.
    Lint,
    /// Build the layer with ffmpeg that the template deploys: before `sam build`, and after its version changed.
    FfmpegLayer {
        /// The architecture of the functions.
        #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
        arch: Architecture,
    },
    /// Keep a part of the tests' stack (tests start this themselves).
    #[command(hide = true)]
    Keep {
        /// `postgres` or `gateway`.
        unit: String,
        #[command(flatten)]
        doors: DoorArgs,
    },
}

#[derive(Args)]
struct UpArgs {
    #[command(flatten)]
    doors: DoorArgs,
    /// What says who calls; `header` takes X-User-ID at its word, for a trial without tokens.
    #[arg(long, value_enum, default_value_t = AuthMode::Token)]
    auth_mode: AuthMode,
    /// How often callers may ask, where it differs from the defaults, such as send=30/0.1: 30 at once, then one each 0.1 s.
    // Here everybody calls from one address.
    #[arg(long, default_value = "register=1000000/0.001,login_address=1000000/0.001")]
    rate_limits: String,
}

impl UpArgs {
    fn run(self) -> Result<(), Failure> {
        let settings = Settings { auth_mode: self.auth_mode, rate_limits: self.rate_limits };
        local::up(self.doors.into(), &settings)
    }
}

#[derive(Args, Clone, Copy)]
struct DoorArgs {
    /// The port that clients call.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the emulated AWS APIs.
    #[arg(long, default_value_t = 4566)]
    emulator_port: u16,
    /// The port of Postgres.
    #[arg(long, default_value_t = 5433)]
    postgres_port: u16,
}

#[derive(Args)]
struct WhichArgs {
    /// The tests' stack instead.
    #[arg(long)]
    tests: bool,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match line.command {
        None => line.up.run(),
        Some(Command::Up(up)) => up.run(),
        Some(Command::Status) => local::status(),
        Some(Command::Down(which)) => local::down(which.tests),
        Some(Command::Reset(which)) => local::reset(which.tests),
        Some(Command::Prepare { check }) => local::prepare(check),
        Some(Command::AppointAdmin { username, which }) => local::appoint_admin(&username, which.tests),
        Some(Command::RecoverKeys { document, which }) => {
            local::recover_keys(document.as_deref(), which.tests)
        }
        Some(Command::ReplayLedger { since, which }) => local::replay_ledger(since.as_deref(), which.tests),
        Some(Command::Events { check }) => local::events(check),
        Some(Command::Example(which)) => local::example(which.tests),
        Some(Command::VerifyAudit { export, checkpoints, public_key, chain }) => {
            match local::verify_audit(&export, &checkpoints, &public_key, chain) {
                Ok(false) => return ExitCode::FAILURE,
                done => done.map(drop),
            }
        }
        Some(Command::Costs) => local::costs(),
        Some(Command::Lint) => local::lint(),
        Some(Command::FfmpegLayer { arch }) => {
            local::ffmpeg_layer(arch).map(|layer| local::say(&format!("the layer is in {}", layer.display())))
        }
        Some(Command::Keep { unit, doors }) => Unit::named(&unit)
            .ok_or_else(|| Failure::Other(format!("there is no part `{unit}`")))
            .and_then(|unit| local::keep(unit, doors.into())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            local::say(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

impl From<DoorArgs> for Doors {
    fn from(doors: DoorArgs) -> Self {
        Self { front: doors.port, emulator: doors.emulator_port, postgres: doors.postgres_port }
    }
}
