//! `GET /v1/conversations/{conversation_id}/changes`, in process.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::id::ConversationId;
use testkit::{Request, Somebody, TestApp, new_id};

use crate::talk::*;

fn asking(somebody: &Somebody, conversation: impl ToString, query: &str) -> Request {
    Request::get(CHANGES).at("conversation_id", conversation).by(somebody).with_query(query)
}

async fn changes(app: &TestApp, somebody: &Somebody, conversation: ConversationId, query: &str) -> Value {
    app.call(LIST_CHANGES, asking(somebody, conversation, query)).await.ok()
}

fn kinds(page: &Value) -> Vec<(i64, &str)> {
    let changes = page["changes"].as_array().unwrap();
    changes.iter().map(|one| (one["change_seq"].as_i64().unwrap(), one["type"].as_str().unwrap())).collect()
}

/// The group of the kit has no event for its making: the log begins with its first message, change 2.
const MADE: &str = "after=1";

#[tokio::test]
async fn every_change_is_told_in_order_and_its_message_as_it_is_now() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(&app, &alice, conversation, "one").await;
    app.call(EDIT, editing(&alice, &message, "two", 1)).await.ok();
    app.call(REACT, reacting(&bob, &message, "👍")).await.ok();
    app.call(SET_PIN, pinning(&bob, &message)).await.ok();
    let other = sent(&app, &bob, conversation, "other").await;
    delete_for_all(&app, &bob, &other).await;

    let page = changes(&app, &bob, conversation, MADE).await;
    let expected = [
        (2, "message.created"),
        (3, "message.updated"),
        (4, "reaction.updated"),
        (5, "message.updated"),
        (6, "message.created"),
        (7, "message.deleted"),
    ];
    assert_eq!(kinds(&page), expected);
    assert_eq!((&page["next"], &page["limited"], &page["reset"]), (&json!(7), &json!(false), &json!(false)));
    let now = get(&app, &bob, &message).await.ok();
    for change in &page["changes"].as_array().unwrap()[..4] {
        assert_eq!(change["data"], now);
    }
    assert!(page["changes"][5]["data"]["deleted_at"].is_string());

    let rest = changes(&app, &bob, conversation, "after=5").await;
    assert_eq!(kinds(&rest), expected[4..]);
    let before = app.proxy.round_trips();
    let end = changes(&app, &bob, conversation, "after=7").await;
    assert_eq!(
        (end, app.proxy.round_trips() - before),
        (json!({"next": 7, "changes": [], "limited": false, "reset": false}), 1)
    );
    let beyond = changes(&app, &bob, conversation, "after=9223372036854775807").await;
    assert_eq!((&beyond["changes"], &beyond["reset"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn pages_lead_to_the_end_without_gap_or_double() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for number in 0..11 {
        sent(&app, &alice, conversation, &number.to_string()).await;
    }
    let (mut after, mut seen, mut sizes) = (1, Vec::new(), Vec::new());
    loop {
        let page = changes(&app, &alice, conversation, &format!("limit=4&after={after}")).await;
        sizes.push(kinds(&page).len());
        seen.extend(kinds(&page).iter().map(|(change, _)| *change));
        after = page["next"].as_i64().unwrap();
        if page["limited"] == json!(false) {
            break;
        }
    }
    assert_eq!((seen, sizes), ((2..=12).collect::<Vec<_>>(), vec![4, 4, 3]));
}

#[tokio::test]
async fn what_one_change_did_to_many_stays_together() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for _ in 0..5 {
        let sql = format!(
            "INSERT INTO outbox (id, type, conversation_id, change_seq, user_id) VALUES ('{}', 'member.added', '{conversation}', 2, '{}')",
            new_id(),
            alice.id
        );
        behind(&app, sql).await;
    }
    behind(&app, "UPDATE conversations SET change_seq = 2").await;
    sent(&app, &alice, conversation, "hello").await;
    let page = changes(&app, &alice, conversation, "limit=2&after=1").await;
    assert_eq!(kinds(&page), [(2, "member.added"); 5]);
    assert_eq!((&page["next"], &page["limited"]), (&json!(2), &json!(true)));
    assert_eq!(page["changes"][0]["data"], json!({"conversation_id": conversation, "user_id": alice.id}));
    assert_eq!(
        kinds(&changes(&app, &alice, conversation, "limit=2&after=2").await),
        [(3, "message.created")]
    );
}

#[tokio::test]
async fn of_what_one_may_not_see_nothing_comes() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let old = sent(&app, &alice, conversation, "before bob").await;
    let hidden = sent(&app, &alice, conversation, "hidden by bob").await;
    sent(&app, &alice, conversation, "for bob").await;
    app.call(DELETE, deleting(&bob, &hidden, "me")).await;
    app.call(EDIT, editing(&alice, &old, "edited", 1)).await.ok();
    behind(&app, format!("UPDATE members SET joined_seq = 1 WHERE user_id = '{}'", bob.id)).await;
    let page = changes(&app, &bob, conversation, MADE).await;
    assert_eq!(kinds(&page), [(4, "message.created")]);
    assert_eq!((&page["next"], &page["limited"]), (&json!(5), &json!(false)));
    assert_eq!(kinds(&changes(&app, &alice, conversation, MADE).await).len(), 4);
}

#[tokio::test]
async fn where_the_log_no_longer_goes_back_the_client_is_told_to_start_anew() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for number in 0..5 {
        sent(&app, &alice, conversation, &number.to_string()).await;
    }
    behind(&app, "DELETE FROM outbox WHERE change_seq < 4").await;
    for after in [0, 1, 2] {
        let page = changes(&app, &alice, conversation, &format!("after={after}")).await;
        assert_eq!(page, json!({"next": 6, "changes": [], "limited": false, "reset": true}));
    }
    assert_eq!(kinds(&changes(&app, &alice, conversation, "after=3").await).len(), 3);
    behind(&app, "DELETE FROM outbox").await;
    assert_eq!(changes(&app, &alice, conversation, "after=5").await["reset"], json!(true));
    assert_eq!(changes(&app, &alice, conversation, "after=6").await["reset"], json!(false));
}

#[tokio::test]
async fn a_page_too_large_for_lambda_ends_earlier() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let conversation = app.group(&[&alice]).await;
    for _ in 0..100 {
        sent(&app, &alice, conversation, &"\u{1}".repeat(10_000)).await;
    }
    let page = changes(&app, &alice, conversation, "limit=100&after=1").await;
    assert!(Value::from(page.to_string()).to_string().len() < 6_000_000);
    let told = kinds(&page).len();
    assert!(told < 100 && page["limited"] == json!(true), "{told}");
    let rest = changes(&app, &alice, conversation, &format!("limit=100&after={}", page["next"])).await;
    assert_eq!((told + kinds(&rest).len(), &rest["limited"]), (100, &json!(false)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_while_others_write_misses_nothing() {
    let app = Arc::new(TestApp::start().await);
    let mut writers = Vec::new();
    for number in 0..4 {
        writers.push(app.somebody(&format!("writer{number}")).await);
    }
    let reader = writers[0];
    let conversation = app.group(&writers.iter().collect::<Vec<_>>()).await;
    let writing: Vec<_> = writers
        .into_iter()
        .map(|writer| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let environment = app.cold_environment();
                for number in 0..10 {
                    let message = sending(&writer, conversation, &text(&number.to_string()))
                        .through(&environment, SEND)
                        .await
                        .created();
                    reacting(&writer, &message, "👍").through(&environment, REACT).await.ok();
                    editing(&writer, &message, "edited", 1).through(&environment, EDIT).await.ok();
                }
            })
        })
        .collect();
    let following = {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let environment = app.cold_environment();
            let (mut after, mut seen) = (1, Vec::new());
            while seen.len() < 4 * 10 * 3 {
                let request = asking(&reader, conversation, &format!("limit=7&after={after}"));
                let page = request.through(&environment, LIST_CHANGES).await.ok();
                seen.extend(kinds(&page).iter().map(|(change, _)| *change));
                after = page["next"].as_i64().unwrap();
            }
            seen
        })
    };
    for task in writing {
        task.await.unwrap();
    }
    assert_eq!(following.await.unwrap(), (2..=121).collect::<Vec<_>>());
}

#[tokio::test]
async fn it_is_for_members_and_its_parameters_keep_their_rules() {
    let app = TestApp::start().await;
    let (alice, eve) = (app.somebody("alice").await, app.somebody("eve").await);
    let conversation = app.group(&[&alice]).await;
    let foreign = app.call(LIST_CHANGES, asking(&eve, conversation, "")).await;
    foreign.problem(404, "not_found");
    assert_eq!(app.call(LIST_CHANGES, asking(&eve, new_id(), "")).await.masked(), foreign.masked());
    for (query, field, code) in [
        ("after=-1", "after", "invalid_value"),
        ("after=x", "after", "wrong_type"),
        ("after=", "after", "wrong_type"),
        ("after=9223372036854775808", "after", "wrong_type"),
        ("limit=101", "limit", "too_large"),
    ] {
        app.call(LIST_CHANGES, asking(&alice, conversation, query)).await.invalid(&[(field, code)]);
    }
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    app.call(LIST_CHANGES, asking(&alice, conversation, "")).await.problem(401, "unauthenticated");
}
