use conversations::apply_receipts::{self, Acknowledgement};
use serde_json::json;
use shared::worker::{BatchHandler, Limits, run_batches};
use testkit::{TestApp, killed_at_every_wait};

use super::world::{behind, number};

const APPLY: BatchHandler<Acknowledgement> = |app, batch| Box::pin(apply_receipts::handle(app, batch));

#[tokio::test]
async fn who_moved_is_told_of_once_wherever_a_worker_is_killed() {
    let app = TestApp::start().await;
    let (alice, bob, carol) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("carol").await);
    let group = app.group(&[&alice, &bob, &carol]).await;
    behind(&app, "UPDATE conversations SET last_seq = 1000000").await;
    let killed = killed_at_every_wait(
        async |round| {
            let seq = i64::try_from(round).unwrap() + 1;
            let says = |who: &testkit::Somebody, delivered: i64, read: Option<i64>| {
                let mut body =
                    json!({"user_id": who.id, "conversation_id": group, "delivered_seq": delivered});
                if let Some(read) = read {
                    body["read_seq"] = json!(read);
                }
                body.to_string()
            };
            // Carol's second comes late, with an older place.
            let tasks = vec![
                says(&bob, seq, Some(seq)),
                says(&carol, seq, None),
                says(&carol, seq - 1, None),
                says(&alice, 0, Some(0)),
            ];
            (tasks, seq)
        },
        async || app.connected_environment().await,
        async |app, batch| run_batches(app, "receipts", APPLY, &batch, Limits::default()).await.answer,
        async || {},
        async |round, seq| {
            let marks = format!(
                "SELECT count(*) FROM members JOIN users ON users.id = user_id
                 WHERE (username, delivered_seq, read_seq) IN (('alice', 0, 0), ('bob', {seq}, {seq}), ('carol', {seq}, 0))"
            );
            assert_eq!(number(&app, marks).await, 3, "round {round}");
            let told = "SELECT count(*) FROM outbox WHERE type = 'receipt.updated'";
            assert_eq!(number(&app, told).await, 2 * seq, "round {round}: bob's and carol's, once each");
        },
    )
    .await;
    println!("apply_receipts was killed {killed} times");
    assert!(killed > 1, "{killed}");
}
