//! `GET /v1/admin/keys`, and the counting of use.

use std::time::Duration;

use serde_json::json;
use testkit::Request;

use crate::world::{KEYS, LIST_KEYS, World, behind, number};

#[tokio::test]
async fn those_who_look_after_keys_see_what_there_is() {
    let world = World::new().await;
    let (inventory, round_trips) = world.app.proxy.count(world.inventory()).await;
    let _ = round_trips;
    let (_, round_trips) = world.app.proxy.count(world.inventory()).await;
    assert_eq!(round_trips, 1);
    let keys = inventory["items"].as_array().unwrap();
    let of = |purpose: &str| keys.iter().find(|key| key["purpose"] == purpose).unwrap();
    let none = json!({
        "epoch_keys": 0, "emails": 0, "passwords": 0, "kept_answers": 0, "media": 0, "reports": 0, "devices": 0, "webhooks": 0,
    });
    let one_of = |kinds: &[&str]| {
        let mut holds = none.clone();
        for kind in kinds {
            holds[*kind] = json!(1);
        }
        holds
    };
    let content = one_of(&["epoch_keys", "emails", "kept_answers", "reports", "devices", "webhooks"]);
    for (purpose, holds) in
        [("content", content), ("credentials", one_of(&["passwords"])), ("media", one_of(&["media"]))]
    {
        assert_eq!(of(purpose)["holds"], holds, "{purpose}");
    }
    assert_eq!((&of("content")["state"], &of("content")["age_days"]), (&json!("active"), &json!(0)));
    assert_eq!(inventory["epochs_due_at"], json!(null));

    let looking = Request::get(KEYS).by(&world.alice);
    world.app.call(LIST_KEYS, looking.clone()).await.problem(403, "role_required");
    behind(&world.app, "UPDATE users SET role = 'auditor' WHERE username = 'alice'").await;
    world.app.call(LIST_KEYS, looking.clone()).await.ok();
    behind(&world.app, "UPDATE sessions SET revoked_at = now()").await;
    world.app.call(LIST_KEYS, looking).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn use_is_counted_by_key_and_day_and_written_beside_an_answer() {
    let world = World::new().await;
    for number in 0..50 {
        world.says(&format!("{number}")).await;
    }
    assert_eq!(
        number(&world.app, "SELECT count(*) FROM keys.key_usage_daily").await,
        0,
        "not within a minute"
    );
    // A minute later the next answer is one round trip as ever, and what was counted follows it.
    world.app.clock.advance_monotonic(Duration::from_secs(61));
    world.says("the one that is followed").await;
    let mut tries = 0;
    while number(&world.app, "SELECT count(*) FROM keys.key_usage_daily").await == 0 {
        tokio::task::yield_now().await;
        tries += 1;
        assert!(tries < 10_000, "it is never written");
    }
    let inventory = world.inventory().await;
    let keys = inventory["items"].as_array().unwrap();
    let used = &keys.iter().find(|key| key["purpose"] == "content").unwrap()["usage"][0];
    assert!(used["unwraps"].as_i64().unwrap() >= 50, "{inventory}");
    // The group's key, the e-mail, the kept answer, the comment.
    assert_eq!(used["seals"], 4, "{inventory}");
    assert_eq!((&used["kms_calls"], &used["failures"]), (&json!(1), &json!(0)));

    // Writing it again changes nothing.
    world.app.app.write_key_usage().await.unwrap();
    world.app.app.write_key_usage().await.unwrap();
    let again = world.inventory().await;
    let again =
        again["items"].as_array().unwrap().iter().find(|key| key["purpose"] == "content").unwrap()["usage"]
            [0]
        .clone();
    assert_eq!(again["seals"], 4);
}

#[tokio::test]
async fn days_that_are_over_are_summed_up_and_those_of_long_ago_forgotten() {
    let world = World::new().await;
    behind(
        &world.app,
        "INSERT INTO keys.key_usage_daily
         SELECT (now() AT TIME ZONE 'UTC')::date - age, key.id, gen_random_uuid(), 1, 2, 3, 4, 5, now(), now()
         FROM keys.keyring AS key, unnest(ARRAY[1, 3, 3, 3, 500]) AS age",
    )
    .await;
    for _ in 0..2 {
        world.rotates().await;
        let summed =
            "SELECT sum(seals * 10000 + opens * 1000 + unwraps * 100 + kms_calls * 10 + failures)::bigint
                      FROM keys.key_usage_daily WHERE day = (now() AT TIME ZONE 'UTC')::date - 3";
        assert_eq!(number(&world.app, summed).await, 3 * 3 * 12_345);
        let rows =
            "SELECT count(*) FROM keys.key_usage_daily WHERE day <= (now() AT TIME ZONE 'UTC')::date - 3";
        assert_eq!(number(&world.app, rows).await, 3);
    }
}
