use serde_json::{Value, json};
use shared::audit::{Entry, Event, Origin};
use shared::crypto::Purpose;
use testkit::{KmsMood, Request, new_id};

use super::log::{LIST, Log};

/// What stands in a request is a string in an entry, whatever it is: it makes no field, no entry and no line of its own.
#[tokio::test]
async fn nothing_that_clients_send_forges_an_entry() {
    let forgeries = [
        "\n{\"id\":\"x\",\"event\":\"authn_login_success\",\"chain\":{\"seq\":1}}",
        "\", \"event\": \"authn_login_success\", \"detail\": {\"a\": \"",
        "\\\", \"event\": \"authn_login_success",
        "\u{1b}[31m\r\n\u{2028}\u{85}",
        "'; DELETE FROM audit_events; --",
    ];
    let log = Log::start().await;
    for forgery in forgeries {
        let origin = Origin { address: Some(forgery.to_owned()), request_id: Some(forgery.to_owned()) };
        let user = log.app.app.new_id().unwrap();
        origin.scope(log.app.app.record(vec![Entry::about(Event::LoginFail, "user", user)])).await;
    }
    log.chains().await;
    let items = log.all("event=authn_login_fail", 100).await;
    assert_eq!(items.len(), forgeries.len());
    for (item, forgery) in items.iter().rev().zip(forgeries) {
        assert_eq!((&item["address"], &item["request_id"]), (&json!(forgery), &json!(forgery)));
        assert_eq!(item.to_string().lines().count(), 1, "{item}");
        let entry: Value = serde_json::from_str(item["chain"]["entry"].as_str().unwrap()).unwrap();
        let expected = [
            "actor_id",
            "address",
            "at",
            "detail",
            "event",
            "id",
            "request_id",
            "session_id",
            "subject_id",
            "subject_type",
        ];
        assert_eq!(entry.as_object().unwrap().keys().collect::<Vec<_>>(), expected);
        assert_eq!((&entry["event"], &entry["address"]), (&json!("authn_login_fail"), &json!(forgery)));
    }
    assert_eq!(log.problems().await, Vec::<String>::new());
    assert_eq!(log.problems_of_export().await, Vec::<String>::new());
}

#[tokio::test]
async fn who_asks_again_and_again_for_what_they_may_not_is_recorded_once_a_minute() {
    let log = Log::start().await;
    let (alice, bob) = (log.app.somebody("alice").await, log.app.somebody("bob").await);
    let refused = |count: i64| {
        let log = &log;
        async move {
            assert_eq!(
                log.number("SELECT count(*) FROM audit_events WHERE event = 'authz_fail'").await,
                count
            );
        }
    };
    for _ in 0..5 {
        for environment in [&log.app.app, &log.app.cold_environment()] {
            let asking = Request::get("/v1/admin/audit").by(&alice);
            asking.clone().through(environment, LIST).await.problem(403, "role_required");
            // About another thing, whoever they claim to be.
            let claim = asking.with_header("x-user-id", &new_id().to_string());
            claim.through(environment, LIST).await.problem(403, "user_id_mismatch");
        }
    }
    refused(2).await;
    log.app.call(LIST, Request::get("/v1/admin/audit").by(&bob)).await.problem(403, "role_required");
    refused(3).await;
    // A minute later, for the process and for the database.
    log.app.clock.advance(std::time::Duration::from_mins(1));
    log.run(
        "ALTER TABLE audit_events DISABLE TRIGGER audit_events_stay;
         UPDATE audit_events SET at = at - interval '1 minute';
         ALTER TABLE audit_events ENABLE TRIGGER audit_events_stay",
    )
    .await;
    log.app.call(LIST, Request::get("/v1/admin/audit").by(&bob)).await.problem(403, "role_required");
    refused(4).await;
}

#[tokio::test]
async fn a_key_that_is_refused_is_recorded() {
    let log = Log::start().await;
    log.app.kms.set_mood(KmsMood::Refusing);
    // However many ask for it, in this environment and in others.
    let environment = log.app.cold_environment();
    for _ in 0..20 {
        environment.active_key(Purpose::Content).await.unwrap_err();
        log.app.clock.advance(std::time::Duration::from_secs(11));
        log.app.cold_environment().active_key(Purpose::Content).await.unwrap_err();
    }
    let items = log.all("event=crypt_key_refused", 10).await;
    assert_eq!((items.len(), &items[0]["detail"]), (1, &json!({"reason": "DisabledException"})));
    assert_eq!(items[0]["subject"]["type"], "keyring_key");
    log.app.kms.set_mood(KmsMood::Unavailable);
    log.app.cold_environment().active_key(Purpose::Content).await.unwrap_err();
    assert_eq!(log.all("event=crypt_key_refused", 10).await.len(), 1);
}
