//! What logs in to a database of RDS by IAM, held against what Amazon's own tools sign, and against a server that asks for it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use aws_credential_types::Credentials;
use serde_json::{Value, json};
use shared::aws::AwsAccess;
use shared::clock::Clock;
use shared::database::{Database, DatabaseFailure};
use shared::sigv4::database_token;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use testkit::TestDatabase;
use time::OffsetDateTime;
use time::macros::format_description;

/// Answers one line for each line of JSON: the token that botocore makes at that time.
const BOTOCORE: &str = r#"
import datetime, json, sys
import botocore.auth, botocore.session
# With awscrt installed botocore signs by that, whose clock cannot be stopped.
botocore.auth.AUTH_TYPE_MAPS["v4-query"] = botocore.auth.SigV4QueryAuth
for line in sys.stdin:
    asked = json.loads(line)
    now = datetime.datetime.strptime(asked["now"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda now=now: now
    session = botocore.session.Session()
    session.set_credentials(asked["access_key"], asked["secret_key"], asked["token"])
    client = session.create_client("rds", region_name=asked["region"])
    print(client.generate_db_auth_token(DBHostname=asked["host"], Port=asked["port"], DBUsername=asked["user"]))
"#;

/// A clock that stands still at a second.
struct Stopped(AtomicI64);

impl Clock for Stopped {
    fn now(&self) -> OffsetDateTime {
        time_of(self.0.load(Relaxed))
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

fn time_of(unix_seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap()
}

fn access(region: &str, secret: &str, token: Option<&str>) -> AwsAccess {
    let credentials = Credentials::new("ASIAEXAMPLE0000000", secret, token.map(str::to_owned), None, "test");
    AwsAccess { region: region.to_owned(), credentials, endpoint_url: None }
}

fn botocore(asked: &[Value]) -> Vec<String> {
    let mut python = local::for_tests::botocore().unwrap();
    let mut child =
        python.args(["-c", BOTOCORE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines: Vec<String> = asked.iter().map(Value::to_string).collect();
    child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The address, and the query's parts in any order.
fn parts(token: &str) -> (&str, BTreeSet<&str>) {
    let (address, query) = token.split_once('?').unwrap();
    (address, query.split('&').collect())
}

#[test]
fn tokens_are_signed_as_botocore_signs_them() {
    let basic = format_description!("[year][month][day]T[hour][minute][second]Z");
    let mut asked = Vec::new();
    let mut ours = Vec::new();
    let hosts = [("talkify.cluster-abc123.eu-central-1.rds.amazonaws.com", 5432), ("localhost", 6543)];
    let tokens = [None, Some("a/session+token=="), Some("x")];
    for (number, (region, user)) in
        [("eu-central-1", "talkify_functions"), ("us-east-1", "some one/else"), ("ap-south-1", "ü%&=")]
            .into_iter()
            .enumerate()
    {
        for (host, port) in hosts {
            for token in tokens {
                let now = time_of(1_790_000_000 + 86_399 * i64::try_from(number).unwrap());
                let secret = format!("secret/of+{number}");
                ours.push(database_token(&access(region, &secret, token), host, port, user, now));
                asked.push(json!({
                    "access_key": "ASIAEXAMPLE0000000", "secret_key": secret, "token": token, "region": region,
                    "host": host, "port": port, "user": user, "now": now.format(basic).unwrap(),
                }));
            }
        }
    }
    let theirs = botocore(&asked);
    assert_eq!(theirs.len(), ours.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(parts(ours), parts(theirs));
    }
}

/// A server that knows the token of one second as a role's password lets nobody else in, and no round trip is added.
#[tokio::test]
async fn a_connection_logs_in_by_the_token_of_its_moment() {
    let database = TestDatabase::create_empty().await;
    let clock = Arc::new(Stopped(AtomicI64::new(1_790_000_000)));
    let access = access("eu-central-1", "secret", Some("session"));
    let role = format!("by_token_{}", std::process::id());
    let mut owner = database.connect().await;
    let token = database_token(&access, "127.0.0.1", database.address().port(), &role, clock.now());
    let run = |sql: String| sqlx::raw_sql(AssertSqlSafe(sql));
    run(format!("CREATE ROLE {role} LOGIN PASSWORD '{token}'")).execute(&mut owner).await.unwrap();

    let options: sqlx::postgres::PgConnectOptions = database.url().parse().unwrap();
    let url = options.username(&role).password("the URL's own is not used").to_url_lossy().to_string();
    let by_token = Database::at(&url).unwrap().with_tokens(access.clone(), Arc::clone(&clock) as _);
    let statement = || sqlx::query("SELECT 1").try_map(|row: sqlx::postgres::PgRow| row.try_get::<i32, _>(0));
    by_token.fetch_one(statement).await.unwrap();

    clock.0.fetch_add(1, Relaxed);
    let later = Database::at(&url).unwrap().with_tokens(access, Arc::clone(&clock) as _);
    let refused = later.fetch_one(statement).await.err().unwrap();
    assert!(matches!(refused, DatabaseFailure::Unavailable(_)), "{refused}");
    // The connection that is open stays so: a token logs in, and no more.
    by_token.fetch_one(statement).await.unwrap();
    run(format!("DROP ROLE {role}")).execute(&mut owner).await.unwrap();
}
