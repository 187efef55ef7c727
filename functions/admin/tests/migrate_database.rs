//! The migration function, in process, against an empty database.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use admin::migrate_database::{handle, login};
use serde_json::json;
use shared::App;
use shared::clock::SystemClock;
use shared::crypto::Purpose;
use shared::database::Database;
use shared::random::SystemRandom;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use testkit::{FakeKms, KmsMood, TestDatabase};

struct Empty {
    database: TestDatabase,
    kms: Arc<FakeKms>,
}

impl Empty {
    async fn start() -> Self {
        Self { database: TestDatabase::create_empty().await, kms: Arc::new(FakeKms::default()) }
    }

    fn app(&self) -> App {
        let database = Database::at(&self.database.url()).unwrap();
        App::new(database, Arc::clone(&self.kms) as _, Arc::new(SystemClock::start()), Arc::new(SystemRandom))
    }
}

#[tokio::test]
async fn an_empty_database_becomes_ready_and_a_repeat_changes_nothing() {
    let empty = Empty::start().await;
    let first = handle(&empty.app(), json!({})).await.unwrap();
    assert_eq!(first["new_keys"], json!(["content", "credentials", "media"]));
    let app = empty.app();
    for purpose in Purpose::ALL {
        app.active_key(purpose).await.unwrap();
    }
    let again = handle(&empty.app(), json!({})).await.unwrap();
    assert_eq!((&again["version"], &again["new_keys"]), (&first["version"], &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_at_once_make_one_database_and_one_key_of_each_purpose() {
    let empty = Arc::new(Empty::start().await);
    let runs = (0..4).map(|_| {
        let empty = Arc::clone(&empty);
        tokio::spawn(
            async move { handle(&empty.app(), json!({})).await.map_err(|failure| failure.to_string()) },
        )
    });
    for run in runs.collect::<Vec<_>>() {
        run.await.unwrap().unwrap();
    }
    let keys: Vec<(String, i64)> =
        sqlx::query_as("SELECT purpose, count(*) FROM keys.keyring GROUP BY purpose ORDER BY purpose")
            .fetch_all(&mut empty.database.connect().await)
            .await
            .unwrap();
    assert_eq!(keys, ["content", "credentials", "media"].map(|purpose| (purpose.to_owned(), 1)));
}

#[tokio::test]
async fn without_a_key_service_it_says_so_and_can_be_run_again() {
    let empty = Empty::start().await;
    empty.kms.set_mood(KmsMood::Refusing);
    let failure = handle(&empty.app(), json!({})).await.unwrap_err();
    assert!(failure.to_string().contains("DisabledException"), "{failure}");
    empty.kms.set_mood(KmsMood::Well);
    handle(&empty.app(), json!({})).await.unwrap();
}

/// On AWS the role `rds_iam` is there; members of it log in by a token and not by a password.
#[tokio::test]
async fn the_role_of_the_functions_is_made_by_the_master_user_and_migrates() {
    let empty = Empty::start().await;
    let mut owner = empty.database.connect().await;
    sqlx::raw_sql(
        "DO $$ BEGIN CREATE ROLE rds_iam; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let master: PgConnectOptions = empty.database.url().parse().unwrap();
    for _ in 0..2 {
        login::ensure(&master).await.unwrap();
    }

    // Here a password stands for the token.
    sqlx::raw_sql("ALTER ROLE talkify_functions PASSWORD 'stands for a token'")
        .execute(&mut owner)
        .await
        .unwrap();
    let functions = master.clone().username("talkify_functions").password("stands for a token");
    let url = functions.to_url_lossy().to_string();
    let app = App::new(
        Database::at(&url).unwrap(),
        Arc::clone(&empty.kms) as _,
        Arc::new(SystemClock::start()),
        Arc::new(SystemRandom),
    );
    handle(&app, json!({})).await.unwrap();
    let (tables_of_others,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'keys') AND tableowner <> 'talkify_functions'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(tables_of_others, 0);
    let (may,): (bool,) = sqlx::query_as(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR NOT pg_has_role(rolname, 'rds_iam', 'MEMBER')
         FROM pg_roles WHERE rolname = 'talkify_functions'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert!(!may, "it may do more than it needs, or does not log in by IAM");
    sqlx::raw_sql("DROP OWNED BY talkify_functions").execute(&mut owner).await.unwrap();
}
