//! A migrated database of its own for each test.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
/// Names of templates and of tests' databases begin so; the sweep removes nothing else.
const TEMPLATE: &str = "template_";
const TEST: &str = "test_";
/// No test runs this long: what is older was left by a process that was killed.
const LEFT_OVER: Duration = Duration::from_hours(1);
/// Any number will do, as long as it is the same in every process: one of them makes the template.
const TEMPLATE_LOCK: &str = "SELECT pg_advisory_lock(7431884201)";

/// A database with every migration applied and no rows, for one test. It is removed when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: &'static local::for_tests::Server,
}

impl TestDatabase {
    /// Makes one without any migration, for what migrates it itself.
    pub async fn create_empty() -> Self {
        Self::copy_of("template0").await
    }

    /// Makes one: a copy of a template that is migrated once for all tests, and again when a migration changes.
    pub async fn create() -> Self {
        static TEMPLATE_NAME: OnceCell<String> = OnceCell::const_new();
        let server = server().await;
        Self::copy_of(TEMPLATE_NAME.get_or_init(|| template(server)).await).await
    }

    async fn copy_of(template: &str) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let server = server().await;
        let name =
            format!("{TEST}{}_{}_{}", unix_seconds(), std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let mut connection = connect(&server.url("postgres")).await;
        run(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { name, server }
    }

    /// Where it is, for its owner.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Where it is as seen through a proxy.
    #[must_use]
    pub fn url_through(&self, proxy: SocketAddr) -> String {
        let direct = self.address().to_string();
        self.url().replacen(&direct, &proxy.to_string(), 1)
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.server.port))
    }

    /// A dump of it as `pg_dump` makes one, with these options.
    pub async fn dump(&self, options: &[&str]) -> Vec<u8> {
        let mut pg_dump = Command::new(self.server.programs.join("pg_dump"));
        pg_dump.args(["--no-owner", "--dbname", &self.url()]).args(options);
        let output = spawn_blocking(move || pg_dump.output()).await.unwrap().expect("pg_dump can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// A database of its own that such a dump is restored into.
    pub async fn restore(dump: Vec<u8>) -> Self {
        let database = Self::create_empty().await;
        let mut psql = Command::new(database.server.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "--dbname", &database.url()]);
        psql.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let output = spawn_blocking(move || {
            let mut running = psql.spawn()?;
            let mut input = running.stdin.take().expect("it was asked for");
            let writing = std::thread::spawn(move || input.write_all(&dump));
            let output = running.wait_with_output()?;
            writing.join().expect("nothing panics there")?;
            Ok::<_, std::io::Error>(output)
        });
        let output = output.await.unwrap().expect("psql can be run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        database
    }

    /// A connection for the test itself.
    pub async fn connect(&self) -> PgConnection {
        connect(&self.url()).await
    }
}

impl Drop for TestDatabase {
    /// Hands the name to a thread that removes it: a test's own runtime is about to end.
    fn drop(&mut self) {
        static REMOVER: OnceLock<mpsc::Sender<String>> = OnceLock::new();
        let server = self.server;
        let remover = REMOVER.get_or_init(|| {
            let (sender, names) = mpsc::channel::<String>();
            std::thread::spawn(move || remove_each(server, &names));
            sender
        });
        // What is still waiting when the process ends is swept by a later one.
        remover.send(std::mem::take(&mut self.name)).ok();
    }
}

fn remove_each(server: &local::for_tests::Server, names: &mpsc::Receiver<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = connect(&server.url("postgres")).await;
        while let Ok(name) = names.recv() {
            run(&mut connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    });
}

async fn server() -> &'static local::for_tests::Server {
    static SERVER: OnceCell<local::for_tests::Server> = OnceCell::const_new();
    let start = || async {
        let started = tokio::task::spawn_blocking(local::for_tests::postgres)
            .await
            .expect("starting Postgres panicked");
        started.unwrap_or_else(|failure| panic!("no Postgres for tests: {failure}"))
    };
    SERVER.get_or_init(start).await
}

/// The name of the template of today's migrations; makes it if no process has done so yet.
async fn template(server: &local::for_tests::Server) -> String {
    let name = format!("{TEMPLATE}{}", fingerprint());
    let mut connection = connect(&server.url("postgres")).await;
    run(&mut connection, TEMPLATE_LOCK.to_owned()).await;
    sweep(&mut connection).await;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    if !exists {
        // Under another name until it is whole: a process that is killed half-way must not leave a bad template.
        let unfinished = format!("unfinished_{name}");
        run(&mut connection, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
        run(&mut connection, format!("CREATE DATABASE {unfinished}")).await;
        migrate(&server.url(&unfinished)).await;
        run(&mut connection, format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
    }
    connection.close().await.ok();
    name
}

async fn migrate(url: &str) {
    let migrator = Migrator::new(Path::new(MIGRATIONS)).await.expect("the migrations can be read");
    let mut connection = connect(url).await;
    migrator.run(&mut connection).await.unwrap_or_else(|failure| panic!("a migration fails: {failure}"));
    // A template that somebody is connected to cannot be copied.
    connection.close().await.unwrap();
}

/// Removes what processes that were killed have left behind.
async fn sweep(connection: &mut PgConnection) {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)
         AND split_part(datname::text, '_', 2)::bigint < $2",
    )
    .bind(TEST)
    .bind(i64::try_from(unix_seconds() - LEFT_OVER.as_secs()).unwrap())
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    for name in names {
        run(connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

/// Changes with every change of a migration.
fn fingerprint() -> String {
    let files = std::fs::read_dir(MIGRATIONS).expect("the migrations' folder can be read");
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.file_name().unwrap().as_encoded_bytes());
        hash.update(std::fs::read(&file).unwrap());
    }
    let start = *hash.finalize().first_chunk::<8>().unwrap();
    format!("{:016x}", u64::from_be_bytes(start))
}

#[expect(clippy::disallowed_methods, reason = "the age of a left-over database is the real one")]
fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url)
        .await
        .unwrap_or_else(|failure| panic!("no connection to the tests' Postgres: {failure}"))
}

/// Runs a statement whose names this module made up itself.
async fn run(connection: &mut PgConnection, sql: String) {
    if let Err(failure) = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(connection).await {
        panic!("{sql}: {failure}");
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Connection;
    use sqlx::PgConnection;

    use super::TestDatabase;
    use crate::proxy::CountingProxy;

    #[tokio::test]
    async fn each_test_has_its_own_migrated_database() {
        let (one, other) = tokio::join!(TestDatabase::create(), TestDatabase::create());
        assert_ne!(one.url(), other.url());
        let count = "SELECT count(*) FROM users";
        let users: i64 = sqlx::query_scalar(count).fetch_one(&mut one.connect().await).await.unwrap();
        assert_eq!(users, 0);
    }

    #[tokio::test]
    async fn a_round_trip_is_counted_for_each_wait() {
        let database = TestDatabase::create().await;
        let proxy = CountingProxy::start(database.address()).await;
        let mut connection = PgConnection::connect(&database.url_through(proxy.address())).await.unwrap();

        let select = async |connection: &mut PgConnection| {
            sqlx::query_scalar::<_, i64>("SELECT $1 + 1").bind(1_i64).fetch_one(connection).await.unwrap()
        };
        let (two, first) = proxy.count(select(&mut connection)).await;
        assert_eq!((two, first), (2, 2), "prepared, then run");
        let (_, second) = proxy.count(select(&mut connection)).await;
        assert_eq!(second, 1, "already prepared");

        let (_, simple) = proxy.count(sqlx::raw_sql("SELECT 1").execute(&mut connection)).await;
        assert_eq!(simple, 1);
        let transaction = async {
            let mut transaction = connection.begin().await.unwrap();
            select(&mut transaction).await;
            transaction.commit().await.unwrap();
        };
        let ((), transaction) = proxy.count(transaction).await;
        assert_eq!(transaction, 3);
        assert_eq!(proxy.connections(), 1);
    }
}
