//! Somebody who owns the database tampers with the log: each time it is found, by the endpoint and in an export.

use sqlx::PgConnection;
use uuid::Uuid;

use super::log::Log;

const ENTRIES: i64 = 50;
const CHECKPOINTS: usize = 5;
/// Of each kind.
const TIMES: usize = 100;

/// Numbers that look random and are the same in each run (the generator of Numerical Recipes).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn place(&mut self) -> i64 {
        i64::try_from(self.below(ENTRIES.unsigned_abs())).unwrap() + 1
    }
}

/// Makes what is chained of an event what the event says now.
const REWRITE: &str = "UPDATE audit_log SET at = happened.at, bytes = audit_bytes(happened)
                       FROM audit_events AS happened WHERE happened.id = event_id AND seq = $1";
/// Computes the hashes anew, from a place to the end.
const REHASH: &str = "WITH anew AS (
                          SELECT seq, audit_chain(
                              coalesce((SELECT hash FROM audit_log WHERE seq = $1 - 1), decode(repeat('00', 32), 'hex')),
                              seq, at, bytes
                          ) OVER (ORDER BY seq) AS hash
                          FROM audit_log WHERE seq >= $1
                      )
                      UPDATE audit_log SET hash = anew.hash FROM anew WHERE audit_log.seq = anew.seq";
const HEAD: &str = "UPDATE audit_head SET (seq, hash) = (
                        SELECT coalesce(max(seq), 0), coalesce((array_agg(hash ORDER BY seq DESC))[1], decode(repeat('00', 32), 'hex'))
                        FROM audit_log
                    )";

async fn run(database: &mut PgConnection, statement: &'static str, place: i64) {
    sqlx::query(statement).bind(place).execute(database).await.unwrap();
}

async fn edit(database: &mut PgConnection, dice: &mut Dice) {
    let place = dice.place();
    let change = [
        "UPDATE audit_events SET detail = '{\"number\": -1}' WHERE chain_seq = $1",
        "UPDATE audit_events SET actor_id = v7() WHERE chain_seq = $1",
        "UPDATE audit_events SET event = 'authn_login_success' WHERE chain_seq = $1",
        "UPDATE audit_events SET address = NULL WHERE chain_seq = $1",
    ][usize::try_from(dice.below(4)).unwrap()];
    run(database, change, place).await;
    if dice.below(2) == 0 {
        run(database, REWRITE, place).await;
    }
}

async fn time(database: &mut PgConnection, dice: &mut Dice) {
    let place = dice.place();
    let change = [
        "UPDATE audit_events SET at = at - interval '1 millisecond' WHERE chain_seq = $1",
        "UPDATE audit_events SET at = at + interval '3 hours' WHERE chain_seq = $1",
    ][usize::try_from(dice.below(2)).unwrap()];
    run(database, change, place).await;
    if dice.below(2) == 0 {
        run(database, REWRITE, place).await;
    }
}

async fn delete(database: &mut PgConnection, dice: &mut Dice) {
    let place = dice.place();
    let what = dice.below(3);
    if what != 0 {
        run(database, "DELETE FROM audit_events WHERE chain_seq = $1", place).await;
    }
    if what != 1 {
        run(database, "DELETE FROM audit_log WHERE seq = $1", place).await;
    }
}

async fn swap(database: &mut PgConnection, dice: &mut Dice) {
    let one = dice.place();
    let other = (one + i64::try_from(dice.below(ENTRIES.unsigned_abs() - 1)).unwrap()) % ENTRIES + 1;
    let with_hash = dice.below(2) == 0;
    for statement in [
        "UPDATE audit_log SET seq = -seq WHERE seq IN ($1, $2)",
        "UPDATE audit_log SET seq = $1 + $2 + seq WHERE seq < 0",
        "UPDATE audit_events SET chain_seq = -chain_seq WHERE chain_seq IN ($1, $2)",
        "UPDATE audit_events SET chain_seq = $1 + $2 + chain_seq WHERE chain_seq < 0",
    ] {
        sqlx::query(statement).bind(one).bind(other).execute(&mut *database).await.unwrap();
    }
    if !with_hash {
        sqlx::query(
            "UPDATE audit_log AS entry SET hash = other.hash FROM audit_log AS other
             WHERE entry.seq IN ($1, $2) AND other.seq = $1 + $2 - entry.seq",
        )
        .bind(one)
        .bind(other)
        .execute(database)
        .await
        .unwrap();
    }
}

async fn recompute(database: &mut PgConnection, dice: &mut Dice) {
    let place = dice.place();
    if dice.below(2) == 0 {
        run(database, "UPDATE audit_events SET actor_id = v7() WHERE chain_seq = $1", place).await;
        run(database, REWRITE, place).await;
    } else {
        // As if it had never happened.
        for statement in [
            "DELETE FROM audit_events WHERE chain_seq = $1",
            "DELETE FROM audit_log WHERE seq = $1",
            "UPDATE audit_log SET seq = -seq WHERE seq > $1",
            "UPDATE audit_log SET seq = -seq - 1 WHERE seq < -$1",
            "UPDATE audit_events SET chain_seq = -chain_seq WHERE chain_seq > $1",
            "UPDATE audit_events SET chain_seq = -chain_seq - 1 WHERE chain_seq < -$1",
        ] {
            run(database, statement, place).await;
        }
    }
    run(database, REHASH, place).await;
    sqlx::raw_sql(HEAD).execute(database).await.unwrap();
}

async fn cut(database: &mut PgConnection, dice: &mut Dice) {
    let place = dice.place();
    run(database, "DELETE FROM audit_log WHERE seq >= $1", place).await;
    run(database, "DELETE FROM audit_events WHERE chain_seq >= $1", place).await;
    if dice.below(4) != 0 {
        sqlx::raw_sql(HEAD).execute(database).await.unwrap();
    }
}

/// The log as it was, so that the next one tampers with a whole one.
const REMEMBER: &str =
    "CREATE TABLE events_before AS TABLE audit_events; CREATE TABLE log_before AS TABLE audit_log;
                        CREATE TABLE head_before AS TABLE audit_head";
const RESTORE: &str = "SET session_replication_role = replica;
                       DELETE FROM audit_events; DELETE FROM audit_log; DELETE FROM audit_head;
                       INSERT INTO audit_events TABLE events_before; INSERT INTO audit_log TABLE log_before;
                       INSERT INTO audit_head TABLE head_before";

async fn restored(log: &Log) -> PgConnection {
    let mut database = log.app.connect().await;
    // A trigger is nothing to who owns the database.
    sqlx::raw_sql(RESTORE).execute(&mut database).await.unwrap();
    log.edge.checkpoints.forgets_all_but(CHECKPOINTS);
    database
}

macro_rules! each_is_found {
    ($($name:ident: $tamper:ident, $seed:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let log = Log::with_events(usize::try_from(ENTRIES).unwrap()).await;
            log.run(REMEMBER).await;
            let mut dice = Dice($seed);
            for round in 0..TIMES {
                let mut database = restored(&log).await;
                $tamper(&mut database, &mut dice).await;
                let (online, offline) = (log.problems().await, log.problems_of_export().await);
                assert!(!online.is_empty() && !offline.is_empty(), "round {round}: {online:?}, {offline:?}");
            }
            restored(&log).await;
            assert_eq!(log.problems().await, Vec::<String>::new());
            assert_eq!(log.problems_of_export().await, Vec::<String>::new());
        }
    )*};
}

each_is_found! {
    every_edit_is_found: edit, 1;
    every_other_time_is_found: time, 2;
    every_deletion_is_found: delete, 3;
    every_swap_is_found: swap, 4;
    every_recomputed_hash_is_found: recompute, 5;
    every_cut_tail_is_found: cut, 6;
}

/// The worker signs what it finds, so it also signs a forged log; what it signed before tells.
#[tokio::test]
async fn a_forged_log_that_is_signed_again_is_found() {
    let log = Log::with_events(usize::try_from(ENTRIES).unwrap()).await;
    log.run(REMEMBER).await;
    let mut dice = Dice(7);
    for _ in 0..20 {
        let mut database = restored(&log).await;
        recompute(&mut database, &mut dice).await;
        sqlx::raw_sql("UPDATE audit_head SET signed_seq = 0").execute(&mut database).await.unwrap();
        log.happens(60..63).await;
        assert_eq!(log.chains().await["signed"], true);
        let (online, offline) = (log.problems().await, log.problems_of_export().await);
        assert!(!online.is_empty() && !offline.is_empty(), "{online:?}, {offline:?}");
    }
}

/// Under another id it would be another log, but the bucket still knows the first.
#[tokio::test]
async fn a_log_under_another_id_is_found() {
    let log = Log::with_events(20).await;
    log.run("UPDATE audit_head SET chain_id = '00000000-0000-4000-8000-000000000001', signed_seq = 0").await;
    log.chains().await;
    assert_eq!(log.problems().await, ["second_chain 20"]);
    let answer = log.verify("").await.ok();
    let other: Uuid = serde_json::from_value(answer["other_chains"][0]["id"].clone()).unwrap();
    assert_eq!(log.problems_of_export().await.len(), 1, "{other}");
}
