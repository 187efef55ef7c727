use admin::chain_audit;
use serde_json::json;
use testkit::{FakeLockedBucket, FakeSigner, TestApp, scheduled_and_killed_at_every_wait};

use super::world::{behind, number};

/// Entries that are not the event's of their place, whose hash is not made of the one before, or whose place is not the next.
const WRONG: &str = "
    SELECT count(*) FROM audit_log AS entry
    LEFT JOIN audit_log AS before ON before.seq = entry.seq - 1
    LEFT JOIN audit_events AS happened ON happened.id = entry.event_id AND happened.chain_seq = entry.seq
    WHERE happened.id IS NULL OR (before.seq IS NULL) <> (entry.seq = 1)
       OR entry.hash <> sha256(
           coalesce(before.hash, decode(repeat('00', 32), 'hex')) || int8send(entry.seq)
           || int8send((extract(epoch FROM entry.at) * 1000000)::bigint) || entry.bytes
       )";

#[tokio::test]
async fn the_chain_has_every_event_once_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let (signer, bucket) = (FakeSigner::default(), FakeLockedBucket::default());
    let killed = scheduled_and_killed_at_every_wait(
        async |round| {
            let events = format!(
                "INSERT INTO audit_events (id, at, event, detail)
                 SELECT overlay(gen_random_uuid()::text PLACING '7' FROM 15)::uuid, now(), 'authn_login_fail', '{{\"round\": {round}}}'
                 FROM generate_series(1, 3)"
            );
            behind(&app, events).await;
        },
        async || app.connected_environment().await,
        async |app| { chain_audit::handle(app, &signer, &bucket, json!({})).await.unwrap()
        },
        async |round, ()| {
            let events = i64::try_from(3 * (round + 1)).unwrap();
            assert_eq!(number(&app, "SELECT count(*) FROM audit_log").await, events, "round {round}");
            assert_eq!(number(&app, WRONG).await, 0, "round {round}");
            let signed = "SELECT signed_seq FROM audit_head WHERE signed_seq = seq";
            assert_eq!(number(&app, signed).await, events, "round {round}");
            // One checkpoint a round, and one more at the most by the worker that was killed before it noted it.
            let checkpoints = bucket.objects().len();
            assert!((round + 1..=2 * (round + 1)).contains(&checkpoints), "round {round}: {checkpoints}");
        },
    )
    .await;
    println!("chain_audit was killed {killed} times");
    assert!(killed > 5, "{killed}");
}
