use testkit::{FakeObjects, TestApp, killed_at_every_wait};
use users::write_export;
use uuid::Uuid;

use super::world::{behind, number, one_by_one};

/// A quarter of an hour and a minute: one more than a worker has.
const LEASE_ENDS: &str = "UPDATE exports SET started_at = started_at - interval '16 minutes'";

#[tokio::test]
async fn an_archive_is_ready_once_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let objects = FakeObjects::default();
    let killed = killed_at_every_wait(
        async |round| {
            let somebody = app.somebody(&format!("user{round}")).await;
            let export: Uuid = app.app.new_id().unwrap();
            let asked = format!("INSERT INTO exports (id, user_id) VALUES ('{export}', '{}')", somebody.id);
            behind(&app, asked).await;
            let task = serde_json::json!({"export_id": export, "user_id": somebody.id}).to_string();
            (vec![task], export)
        },
        async || app.connected_environment().await,
        async |app, batch| {
            one_by_one(&batch, async |task| write_export::handle(app, &objects, task).await).await
        },
        async || behind(&app, LEASE_ENDS).await,
        async |round, export| {
            let ready = format!("SELECT count(*) FROM exports WHERE id = '{export}' AND state = 'ready'");
            assert_eq!(number(&app, ready).await, 1, "round {round}");
            let told = "SELECT count(*) FROM outbox WHERE type = 'export.ready'";
            assert_eq!(number(&app, told).await, i64::try_from(round).unwrap() + 1, "round {round}");
            let key: String = sqlx::query_scalar("SELECT object_key FROM exports WHERE id = $1")
                .bind(export)
                .fetch_one(&mut app.connect().await)
                .await
                .unwrap();
            assert!(objects.stored(&key).is_some(), "round {round}: what is ready is there");
        },
    )
    .await;
    println!("write_export was killed {killed} times");
    assert!(killed > 10, "{killed}");
}

#[tokio::test]
async fn the_archives_of_somebody_who_is_erased_go_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let objects = FakeObjects::default();
    let killed = killed_at_every_wait(
        async |round| {
            let somebody = app.somebody(&format!("user{round}")).await;
            let export: Uuid = app.app.new_id().unwrap();
            for run in ["one", "other"] {
                objects.add(&format!("{}/{export}/{run}.zip", somebody.id), b"archive");
            }
            let erased = format!(
                "INSERT INTO exports (id, user_id) VALUES ('{export}', '{0}');
                 UPDATE exports SET state = 'erased' WHERE id = '{export}';
                 UPDATE users SET deleted_at = now() WHERE id = '{0}'",
                somebody.id
            );
            behind(&app, erased).await;
            (vec![serde_json::json!({"export_id": export, "user_id": somebody.id}).to_string()], ())
        },
        async || app.connected_environment().await,
        async |app, batch| {
            one_by_one(&batch, async |task| write_export::handle(app, &objects, task).await).await
        },
        async || {},
        async |round, ()| {
            assert_eq!(objects.keys(), Vec::<String>::new(), "round {round}");
            assert_eq!(number(&app, "SELECT count(*) FROM exports").await, 0, "round {round}");
        },
    )
    .await;
    println!("write_export was killed {killed} times while it erased");
    assert!(killed > 4, "{killed}");
}
