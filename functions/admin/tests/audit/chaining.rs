use std::sync::Arc;

use admin::chain_audit::ChainFailure;
use serde_json::{Value, json};
use shared::audit::{Entry, Event};

use super::log::Log;

#[tokio::test]
async fn what_is_new_is_chained_and_signed_and_nothing_else() {
    let log = Log::start().await;
    assert_eq!(log.chains().await, json!({"chained": 0, "seq": 0, "signed": false}));
    log.happens(0..3).await;
    assert_eq!(log.chains().await, json!({"chained": 3, "seq": 3, "signed": true}));
    for _ in 0..2 {
        assert_eq!(log.chains().await, json!({"chained": 0, "seq": 3, "signed": false}));
    }
    log.happens(3..4).await;
    assert_eq!(log.chains().await, json!({"chained": 1, "seq": 4, "signed": true}));
    assert_eq!((log.edge.signer.signatures(), log.edge.checkpoints.objects().len()), (2, 2));
    assert_eq!(log.problems().await, Vec::<String>::new());
}

#[tokio::test]
async fn more_than_a_batch_is_chained_at_once() {
    let log = Log::start().await;
    log.happens(0..2_500).await;
    assert_eq!(log.chains().await, json!({"chained": 2_500, "seq": 2_500, "signed": true}));
    assert_eq!(log.problems().await, Vec::<String>::new());
    assert_eq!(log.edge.signer.signatures(), 1);
}

#[tokio::test]
async fn without_key_or_bucket_the_chain_is_right_and_signed_later() {
    let log = Log::start().await;
    log.happens(0..2).await;
    log.edge.signer.breaks(true);
    let failure = log.chains_in(&log.app.app).await.unwrap_err();
    assert!(matches!(failure, ChainFailure::Checkpoint(_)), "{failure}");
    log.edge.signer.breaks(false);
    log.edge.checkpoints.breaks(true);
    log.chains_in(&log.app.app).await.unwrap_err();
    assert_eq!(log.number("SELECT count(*) FROM audit_log").await, 2);
    log.edge.checkpoints.breaks(false);
    assert_eq!(log.chains().await, json!({"chained": 0, "seq": 2, "signed": true}));
    assert_eq!(log.problems().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_hash_is_the_one_that_is_documented() {
    let log = Log::with_events(12).await;
    let wrong = log
        .number(
            "SELECT count(*) FROM audit_log AS entry
             LEFT JOIN audit_log AS before ON before.seq = entry.seq - 1
             WHERE entry.hash <> sha256(
                 coalesce(before.hash, decode(repeat('00', 32), 'hex')) || int8send(entry.seq)
                 || int8send((extract(epoch FROM entry.at) * 1000000)::bigint) || entry.bytes
             )",
        )
        .await;
    assert_eq!(wrong, 0);
}

#[tokio::test]
async fn the_log_only_grows() {
    let log = Log::with_events(3).await;
    for change in [
        "UPDATE audit_log SET at = now() WHERE seq = 2",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "UPDATE audit_events SET detail = '{}'",
        "UPDATE audit_events SET chain_seq = NULL",
        "UPDATE audit_events SET chain_seq = 9 WHERE chain_seq = 3",
    ] {
        let refused = sqlx::raw_sql(change).execute(&mut log.app.connect().await).await.unwrap_err();
        assert!(refused.to_string().contains("the audit log can only grow"), "{change}: {refused}");
    }
}

/// Four workers while four others write: a dense chain, each event once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_at_once_leave_one_dense_chain() {
    const EVENTS: i64 = 4 * 50 * 3;
    let log = Arc::new(Log::start().await);
    let writers = (0..4).map(|_| {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            let app = log.app.cold_environment();
            for _ in 0..50 {
                let entry = || Entry::about(Event::LoginFail, "user", app.new_id().unwrap());
                app.record(vec![entry(), entry(), entry()]).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let workers = (0..4).map(|_| {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            let app = log.app.cold_environment();
            let mut chained = 0;
            while log.number("SELECT count(*) FROM audit_log").await < EVENTS {
                chained += log.chains_in(&app).await.unwrap()["chained"].as_i64().unwrap();
            }
            chained
        })
    });
    let workers: Vec<_> = workers.collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let mut chained = 0;
    for worker in workers {
        chained += worker.await.unwrap();
    }
    assert_eq!(chained, EVENTS);
    let dense = "SELECT count(*) FROM audit_log AS entry JOIN audit_events AS happened
                 ON happened.id = entry.event_id AND happened.chain_seq = entry.seq
                 WHERE entry.seq BETWEEN 1 AND 600";
    assert_eq!(log.number(dense).await, EVENTS);
    assert_eq!(log.number("SELECT seq FROM audit_head").await, EVENTS);
    log.chains().await;
    assert_eq!(log.problems().await, Vec::<String>::new());
    assert_eq!(log.problems_of_export().await, Vec::<String>::new());
    let valid: Value = log.verify("").await.ok();
    assert_eq!(valid["checkpoint"]["seq"], EVENTS);
}
