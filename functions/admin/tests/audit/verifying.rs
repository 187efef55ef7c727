use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::log::Log;

/// The content and the name of a checkpoint, signed by this log's key.
fn signed(log: &Log, chain: Uuid, seq: i64, hash: chain::Hash) -> (String, String) {
    let checkpoint = chain::Checkpoint::new(chain, seq, hash, shared::clock::Clock::now(&*log.app.clock));
    let signature = log.edge.signer.signs(checkpoint.statement().as_bytes());
    (checkpoint.object_name(), checkpoint.signed(signature).to_json())
}

#[tokio::test]
async fn a_whole_log_is_valid_in_one_round_trip_and_says_how_far_it_is_signed() {
    let log = Log::with_events(30).await;
    log.verify("").await.ok();
    let round_trips = log.app.proxy.round_trips();
    let answer = log.verify("").await.ok();
    assert_eq!(log.app.proxy.round_trips() - round_trips, 1);
    assert_eq!(
        (&answer["valid"], &answer["complete"], &answer["problem_count"]),
        (&json!(true), &json!(true), &json!(0))
    );
    assert_eq!((&answer["checked_from"], &answer["checked_to"]), (&json!(1), &json!(30)));
    assert_eq!((&answer["head_seq"], &answer["checkpoint"]["seq"]), (&json!(30), &json!(30)));
    assert_eq!((answer.get("next_after_seq"), &answer["other_chains"]), (None, &json!([])));
    // What is not chained yet changes nothing.
    log.happens(30..31).await;
    assert_eq!(log.problems().await, Vec::<String>::new());
    assert_eq!(log.number("SELECT count(*) FROM audit_events WHERE event = 'audit_verify_fail'").await, 0);
}

#[tokio::test]
async fn an_empty_log_is_valid() {
    let log = Log::start().await;
    let answer = log.verify("").await.ok();
    assert_eq!(
        (&answer["valid"], &answer["checked_to"], &answer["checkpoint"]),
        (&json!(true), &json!(0), &Value::Null)
    );
}

#[tokio::test]
async fn it_is_checked_in_stretches() {
    let log = Log::with_events(25).await;
    let (mut after, mut stretches) = (json!(0), Vec::new());
    loop {
        let answer = log.verify(&format!("after_seq={after}&limit=10")).await.ok();
        assert_eq!(answer["valid"], true, "{answer}");
        stretches.push((answer["checked_from"].clone(), answer["checked_to"].clone()));
        match answer.get("next_after_seq") {
            Some(next) => after = next.clone(),
            None => break,
        }
    }
    let expected = [(1, 10), (11, 20), (21, 25)].map(|(from, to)| (json!(from), json!(to)));
    assert_eq!(stretches, expected);
    for (query, field, code) in [
        ("after_seq=-1", "after_seq", "invalid_value"),
        ("after_seq=26", "after_seq", "invalid_value"),
        ("after_seq=9223372036854775807", "after_seq", "too_large"),
        ("after_seq=x", "after_seq", "wrong_type"),
        ("limit=0", "limit", "invalid_value"),
        ("limit=10001", "limit", "too_large"),
    ] {
        log.verify(query).await.invalid(&[(field, code)]);
    }
    assert_eq!(log.verify("after_seq=25").await.ok()["valid"], true);
}

#[tokio::test]
async fn what_is_found_is_recorded() {
    let log = Log::with_events(10).await;
    log.run("SET session_replication_role = replica; UPDATE audit_events SET event = 'nothing' WHERE chain_seq = 4").await;
    let answer = log.verify("").await.ok();
    assert_eq!(answer["problems"], json!([{"seq": 4, "kind": "changed_event"}]));
    let recorded = log.all("event=audit_verify_fail", 10).await;
    assert_eq!(recorded[0]["actor_id"], json!(log.auditor.id));
    assert_eq!(recorded[0]["detail"], json!({"problem_count": 1, "seq": 4, "kind": "changed_event"}));
}

#[tokio::test]
async fn each_kind_of_change_has_its_name() {
    let log = Log::with_events(10).await;
    for (change, expected) in [
        ("UPDATE audit_log SET at = at + interval '1 microsecond' WHERE seq = 4", vec!["wrong_hash 4"]),
        ("UPDATE audit_log SET bytes = bytes || ' ' WHERE seq = 4", vec!["wrong_hash 4", "changed_event 4"]),
        ("UPDATE audit_log SET event_id = v7() WHERE seq = 4", vec!["missing_event 4"]),
        (
            "UPDATE audit_events SET at = at + interval '1 microsecond' WHERE chain_seq = 4",
            vec!["changed_event 4"],
        ),
        ("UPDATE audit_events SET chain_seq = NULL WHERE chain_seq = 4", vec!["changed_event 4"]),
        ("DELETE FROM audit_events WHERE chain_seq = 4", vec!["missing_event 4"]),
        ("DELETE FROM audit_log WHERE seq IN (4, 5)", vec!["missing_entry 4"]),
        ("DELETE FROM audit_log WHERE seq = 10", vec!["wrong_head 9", "cut_tail 10"]),
        ("UPDATE audit_head SET seq = 11", vec!["wrong_head 10"]),
        (
            "UPDATE audit_log SET hash = sha256('') WHERE seq = 10",
            vec!["wrong_hash 10", "other_than_signed 10", "wrong_head 10"],
        ),
    ] {
        log.run(
            "CREATE TABLE log_before AS TABLE audit_log; CREATE TABLE events_before AS TABLE audit_events",
        )
        .await;
        log.run("SET session_replication_role = replica; UPDATE audit_head SET seq = 10").await;
        let mut database = log.app.connect().await;
        sqlx::raw_sql("SET session_replication_role = replica").execute(&mut database).await.unwrap();
        sqlx::raw_sql(change).execute(&mut database).await.unwrap();
        let mut problems = log.problems().await;
        problems.sort();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(problems, expected, "{change}");
        log.run(
            "SET session_replication_role = replica; DELETE FROM audit_log; INSERT INTO audit_log TABLE log_before;
             DELETE FROM audit_events; INSERT INTO audit_events TABLE events_before;
             DROP TABLE log_before; DROP TABLE events_before; UPDATE audit_head SET seq = 10",
        )
        .await;
    }
    assert_eq!(log.problems().await, Vec::<String>::new());
}

#[tokio::test]
async fn without_key_or_bucket_nothing_is_said() {
    let log = Log::with_events(10).await;
    log.edge.checkpoints.breaks(true);
    log.verify("").await.problem(503, "unavailable");
    log.edge.checkpoints.breaks(false);
    log.edge.signer.breaks(true);
    log.verify("").await.problem(503, "unavailable");
}

#[tokio::test]
async fn what_is_done_to_checkpoints_is_found() {
    let log = Log::with_events(30).await;
    let objects = log.edge.checkpoints.objects();
    let (newest, first) = (&objects[2].0, &objects[0].0);
    let chain: Uuid = newest.split_once('/').unwrap().0.parse().unwrap();
    let zero = chain::Hash::BEGINNING;
    let forged = |seq| chain::Checkpoint::new(chain, seq, zero, shared::clock::Clock::now(&*log.app.clock));
    let unsigned = |seq| forged(seq).signed(vec![1, 2, 3]).to_json();
    let (beyond, beyond_content) = signed(&log, chain, 35, zero);
    let (against, against_content) = signed(&log, chain, 15, zero);
    for (name, content, expected) in [
        (newest.as_str(), None, vec!["deleted_checkpoint 30"]),
        (first.as_str(), None, vec!["deleted_checkpoint 10"]),
        (newest.as_str(), Some("junk".to_owned()), vec!["bad_checkpoint 30"]),
        (&forged(17).object_name(), Some(unsigned(17)), vec!["bad_checkpoint 17"]),
        (&forged(35).object_name(), Some(unsigned(35)), vec!["bad_checkpoint 35"]),
        (&against, Some(against_content), vec!["other_than_signed 15"]),
        (&beyond, Some(beyond_content), vec!["cut_tail 35"]),
        (&format!("{chain}/what"), Some(String::new()), vec!["bad_checkpoint 0"]),
        // Another object's good content under this name.
        (
            &forged(20).object_name(),
            Some(String::from_utf8(objects[1].1.clone()).unwrap()),
            vec!["bad_checkpoint 20"],
        ),
    ] {
        log.edge.checkpoints.add(name, content.as_deref().map(str::as_bytes));
        assert_eq!(log.problems().await, expected, "{name}");
        log.edge.checkpoints.forgets_all_but(3);
    }
    assert_eq!(log.problems().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_log_that_is_signed_no_longer_is_found() {
    let log = Log::with_events(10).await;
    log.happens(10..20).await;
    log.edge.signer.breaks(true);
    log.chains_in(&log.app.app).await.unwrap_err();
    log.edge.signer.breaks(false);
    assert_eq!(log.problems().await, Vec::<String>::new());
    log.app.clock.advance(std::time::Duration::from_mins(20));
    assert_eq!(log.problems().await, ["late_checkpoint 11"]);
}

#[tokio::test]
async fn a_log_beside_this_one_is_named_and_one_that_went_on_is_found() {
    let log = Log::with_events(10).await;
    let other = Uuid::from_u128(7);
    let begun = log.number("SELECT extract(epoch FROM at)::bigint FROM audit_log WHERE seq = 1").await;
    let before = time::OffsetDateTime::from_unix_timestamp(begun - 60).unwrap();
    let earlier = chain::Checkpoint::new(other, 5, chain::Hash::BEGINNING, before);
    let signature = log.edge.signer.signs(earlier.statement().as_bytes());
    log.edge
        .checkpoints
        .add(&earlier.object_name(), Some(earlier.clone().signed(signature).to_json().as_bytes()));
    let answer = log.verify("").await.ok();
    assert_eq!((&answer["valid"], &answer["other_chains"][0]["seq"]), (&json!(true), &json!(5)));
    let (name, content) = signed(&log, other, 6, chain::Hash::BEGINNING);
    log.edge.checkpoints.add(&name, Some(content.as_bytes()));
    assert_eq!(log.problems().await, ["second_chain 6"]);
}

/// Between the statement and the list of checkpoints the log may grow: that is no cut tail.
#[tokio::test]
async fn a_log_that_grows_meanwhile_is_whole() {
    let log = Arc::new(Log::with_events(10).await);
    for grown in [15, 20] {
        let other = Arc::clone(&log);
        log.edge.checkpoints.meanwhile(async move {
            other.happens(grown - 5..grown).await;
            other.chains_in(&other.app.cold_environment()).await.unwrap();
        });
        let answer = log.verify("").await.ok();
        assert_eq!((&answer["valid"], &answer["checked_to"]), (&json!(true), &json!(grown - 5)), "{answer}");
        assert_eq!(answer["checkpoint"]["seq"], grown);
    }
}
