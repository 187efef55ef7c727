//! What happens to one message at the same moment, in process: edits, deletions, reactions.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::{Answer, Request, Somebody, TestApp};
use tokio::task::JoinHandle;

use crate::talk::*;

const ROUNDS: usize = 25;

fn at_once(app: &Arc<TestApp>, handler: shared::serve::HttpHandler, request: Request) -> JoinHandle<Answer> {
    let app = Arc::clone(app);
    tokio::spawn(async move { request.through(&app.cold_environment(), handler).await })
}

async fn somebody_and_a_message(app: &TestApp) -> (Somebody, Somebody, Value) {
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let conversation = app.group(&[&alice, &bob]).await;
    let message = sent(app, &alice, conversation, "hello").await;
    (alice, bob, message)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_edits_at_once_one_wins() {
    let app = Arc::new(TestApp::start().await);
    let (alice, _, message) = somebody_and_a_message(&app).await;
    for version in 1..=ROUNDS {
        let version = i64::try_from(version).unwrap();
        let edits: Vec<_> = (0..4)
            .map(|number| {
                at_once(&app, EDIT, editing(&alice, &message, &format!("{version} {number}"), version))
            })
            .collect();
        let mut won = Vec::new();
        for edit in edits {
            let answer = edit.await.unwrap();
            if answer.status == 200 {
                won.push(answer.json());
            } else {
                answer.problem(409, "stale_version");
            }
        }
        assert_eq!(won.len(), 1);
        assert_eq!(get(&app, &alice, &message).await.ok(), won[0]);
    }
    let history = app.call(GET_HISTORY, about(Request::get(HISTORY), &alice, &message)).await.ok();
    let versions: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|one| one["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=25).rev().collect::<Vec<_>>());
    assert!(history["items"].as_array().unwrap().iter().all(|one| one["text"].is_string()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deleted_while_it_is_changed_keeps_nothing() {
    let app = Arc::new(TestApp::start().await);
    let (alice, bob, first) = somebody_and_a_message(&app).await;
    let conversation =
        shared::id::ConversationId(first["conversation_id"].as_str().unwrap().parse().unwrap());
    for _ in 0..ROUNDS {
        let message = sent(&app, &alice, conversation, "short-lived").await;
        let changes = [
            at_once(&app, EDIT, editing(&alice, &message, "edited", 1)),
            at_once(&app, REACT, reacting(&bob, &message, "👍")),
            at_once(&app, SET_PIN, pinning(&bob, &message)),
            at_once(&app, DELETE, deleting(&alice, &message, "all")),
            at_once(&app, REACT, reacting(&alice, &message, "🎈")),
        ];
        for change in changes {
            let answer = change.await.unwrap();
            if ![200, 204].contains(&answer.status) {
                answer.problem(409, "message_deleted");
            }
        }
        let gone = get(&app, &bob, &message).await.ok();
        assert_eq!(
            (&gone["text"], &gone["reactions"], &gone["pinned"]),
            (&Value::Null, &json!([]), &json!(false))
        );
    }
    for table in ["message_revisions", "reactions", "pins"] {
        assert_eq!(number(&app, format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(number(&app, "SELECT pin_count::bigint FROM conversations").await, 0);
    events(&app, conversation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tallies_are_right_when_everybody_reacts_and_takes_back_at_once() {
    let app = Arc::new(TestApp::start().await);
    let (alice, bob, message) = somebody_and_a_message(&app).await;
    for _ in 0..ROUNDS {
        let changes = [
            at_once(&app, REACT, reacting(&alice, &message, "👍")),
            at_once(&app, UNREACT, unreacting(&alice, &message, "👍")),
            at_once(&app, REACT, reacting(&bob, &message, "👍")),
            at_once(&app, REACT, reacting(&bob, &message, "👍")),
            at_once(&app, UNREACT, unreacting(&bob, &message, "👍")),
        ];
        for change in changes {
            assert!([200, 204].contains(&change.await.unwrap().status));
        }
        let seen = get(&app, &alice, &message).await.ok();
        let counted =
            seen["reactions"].as_array().unwrap().first().map_or(0, |one| one["count"].as_i64().unwrap());
        assert_eq!(counted, number(&app, "SELECT count(*) FROM reactions").await);
        assert_eq!(number(&app, "SELECT reaction_kinds::bigint FROM messages").await, i64::from(counted > 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_removed_at_the_same_moment_changes_before_it_or_not_at_all() {
    let app = Arc::new(TestApp::start().await);
    let (alice, bob, message) = somebody_and_a_message(&app).await;
    let of_bob = {
        let conversation =
            shared::id::ConversationId(message["conversation_id"].as_str().unwrap().parse().unwrap());
        sent(&app, &bob, conversation, "bob's").await
    };
    for version in 1..=ROUNDS {
        let removal = {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                // As the statement that removes a member does: the membership first, then the conversation.
                let sql = "WITH gone AS (UPDATE members SET left_at = clock_timestamp() WHERE user_id = $1 RETURNING conversation_id)
                    UPDATE conversations SET change_seq = change_seq + 1 FROM gone WHERE id = gone.conversation_id RETURNING change_seq";
                let removed: i64 =
                    sqlx::query_scalar(sql).bind(bob.id.0).fetch_one(&mut app.connect().await).await.unwrap();
                removed
            })
        };
        let current = get(&app, &alice, &of_bob).await.ok()["version"].as_i64().unwrap();
        let edit = at_once(&app, EDIT, editing(&bob, &of_bob, &format!("{version}"), current));
        let (removed, edited) = (removal.await.unwrap(), edit.await.unwrap());
        if edited.status == 200 {
            assert!(edited.json()["change_seq"].as_i64().unwrap() < removed, "an edit after the removal");
        } else {
            edited.problem(404, "not_found");
        }
        behind(&app, format!("UPDATE members SET left_at = NULL WHERE user_id = '{}'", bob.id)).await;
    }
}
