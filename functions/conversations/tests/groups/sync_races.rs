//! Whoever only follows tokens ends where everybody is, although every commit is late by another time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use messages::{add_reaction, delete_message, edit_message, list_changes};
use serde_json::{Value, json};
use shared::App;
use testkit::{Request, SlowCommits, Somebody, TestApp};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::flags::{A_PIN, AN_ARCHIVE, ARCHIVE, PIN, UNPIN};
use crate::sync::{Follower, says};
use crate::words::{Act, Group, group};

const MESSAGE: &str = "/v1/conversations/{conversation_id}/messages/{message_id}";
const ROUNDS: usize = 8;
const GROUPS: usize = 3;

/// Messages by conversation and id, as somebody knows them.
type Known = BTreeMap<String, BTreeMap<String, Value>>;

fn about(request: Request, by: &Somebody, message: &Value) -> Request {
    let word = |name: &str| message[name].as_str().unwrap().to_owned();
    request.by(by).at("conversation_id", word("conversation_id")).at("message_id", word("id"))
}

/// Sends until it is taken: of those who begin an epoch at once, one may lose every time and is asked to try again.
async fn says_at_last(environment: &App, by: &Somebody, chat: Group, text: &str) -> Value {
    loop {
        let answer = chat.sends(by, text).through(environment).await;
        if answer.status != 503 {
            return answer.created();
        }
    }
}

/// The same for an edit, which begins an epoch where one is due as well.
async fn edits_at_last(environment: &App, by: &Somebody, message: &Value) {
    loop {
        let edit = about(Request::patch(MESSAGE, &json!({"text": "edited", "version": 1})), by, message);
        let edit = Act::of(|app, call| Box::pin(edit_message::handle(app, call)), edit);
        let answer = edit.through(environment).await;
        if answer.status != 503 {
            answer.ok();
            return;
        }
    }
}

/// Sends, edits, reacts, deletes and reads, through commits that are late.
async fn writes(environment: App, by: Somebody, groups: Vec<Group>, name: usize) {
    let react = |message: &Value, emoji: &str| {
        let route = "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}";
        let request = about(Request::put(route, &json!({})), &by, message).at("emoji", emoji);
        Act::of(|app, call| Box::pin(add_reaction::handle(app, call)), request)
    };
    for round in 0..ROUNDS {
        let chat = groups[(round + name) % groups.len()];
        let message = says_at_last(&environment, &by, chat, &format!("{name} {round}")).await;
        react(&message, "👍").through(&environment).await.ok();
        chat.reads(&by, message["seq"].as_i64().unwrap()).through(&environment).await.ok();
        sets_flags(&environment, &by, chat, round % 2 == 0).await;
        if round % 2 == 0 {
            edits_at_last(&environment, &by, &message).await;
        } else {
            let delete = about(Request::delete(MESSAGE), &by, &message).with_query("scope=all");
            let delete = Act::of(|app, call| Box::pin(delete_message::handle(app, call)), delete);
            assert_eq!(delete.through(&environment).await.status, 204);
        }
    }
}

/// Archives the conversation and pins or unpins it, which others do at the same time.
async fn sets_flags(environment: &App, by: &Somebody, chat: Group, pinned: bool) {
    let at = |request: Request| request.at("conversation_id", chat.0).by(by);
    let set = if pinned {
        Act::of(PIN, at(Request::put(A_PIN, &json!({}))))
    } else {
        Act::of(UNPIN, at(Request::delete(A_PIN)))
    };
    for act in [Act::of(ARCHIVE, at(Request::put(AN_ARCHIVE, &json!({})))), set] {
        assert!(act.through(environment).await.status < 300);
    }
}

/// Adds somebody and removes them again, in each group; they stay in the first.
async fn changes_members(environment: App, by: Somebody, whom: Somebody, groups: Vec<Group>) {
    for round in 0..2 * ROUNDS {
        let chat = groups[round % groups.len()];
        chat.adds(&by, &[&whom]).through(&environment).await.created();
        assert_eq!(chat.removes(&by, &whom).through(&environment).await.status, 204);
    }
    groups[0].adds(&by, &[&whom]).through(&environment).await.created();
}

/// Every message of a conversation that somebody may see.
async fn messages(app: &App, by: &Somebody, chat: Group) -> BTreeMap<String, Value> {
    let (mut known, mut query) = (BTreeMap::new(), "limit=100".to_owned());
    loop {
        let answer = chat.lists_messages(by).with_query(&query).through(app).await;
        // No member any more: the change that tells so is on its way.
        if answer.status == 404 {
            return known;
        }
        let page = answer.ok();
        for message in page["items"].as_array().unwrap() {
            known.insert(message["id"].as_str().unwrap().to_owned(), message.clone());
            query = format!(
                "limit=100&before_seq={}",
                page["items"][0]["seq"].as_i64().unwrap().min(message["seq"].as_i64().unwrap())
            );
        }
        if page["has_more_before"] == json!(false) {
            return known;
        }
    }
}

/// What a client does with a change.
async fn apply(app: &App, by: &Somebody, known: &mut Known, change: &Value) {
    let conversation = change["conversation_id"].as_str().unwrap().to_owned();
    let of_oneself = change["data"]["user_id"] == json!(by.id);
    match change["type"].as_str().unwrap() {
        "member.added" if of_oneself => {
            let chat = Group(conversation.parse::<uuid::Uuid>().unwrap().into());
            known.insert(conversation, messages(app, by, chat).await);
        }
        "member.removed" if of_oneself => drop(known.remove(&conversation)),
        kind if kind.starts_with("message.") || kind.starts_with("reaction.") => {
            let message = change["data"].clone();
            if let Some(known) = known.get_mut(&conversation) {
                known.insert(message["id"].as_str().unwrap().to_owned(), message);
            }
        }
        _ => {}
    }
}

/// Follows tokens from now on, keeping what it knows, until the last word has come.
async fn follows(app: &Arc<TestApp>, somebody: Somebody, mut known: Known) -> JoinHandle<(Follower, Known)> {
    let environment = app.cold_environment();
    let mut follower = Follower::of(&environment, &somebody, 7).await;
    tokio::spawn(async move {
        while !follower.seen.iter().any(says("the last word")) {
            for change in follower.step(&environment).await.0 {
                apply(&environment, &somebody, &mut known, &change).await;
            }
        }
        (follower, known)
    })
}

/// Follows one conversation's changes until this many have come.
fn follows_changes(
    app: &Arc<TestApp>,
    somebody: Somebody,
    chat: Group,
    done: &Arc<AtomicUsize>,
) -> JoinHandle<Vec<(i64, String)>> {
    let (app, done) = (Arc::clone(app), Arc::clone(done));
    tokio::spawn(async move {
        let environment = app.cold_environment();
        let (mut after, mut seen) = (1, Vec::new());
        loop {
            let over = done.load(SeqCst) > 0;
            let request = Request::get("/v1/conversations/{conversation_id}/changes").by(&somebody);
            let request = request.at("conversation_id", chat.0).with_query(&format!("limit=7&after={after}"));
            let list = Act::of(|app, call| Box::pin(list_changes::handle(app, call)), request);
            let page = list.through(&environment).await.ok();
            seen.extend(page["changes"].as_array().unwrap().iter().map(change));
            after = page["next"].as_i64().unwrap();
            if over && page["limited"] == json!(false) {
                return seen;
            }
        }
    })
}

fn change(change: &Value) -> (i64, String) {
    (change["change_seq"].as_i64().unwrap(), change["type"].as_str().unwrap().to_owned())
}

/// What the log has of a conversation for a member: its changes in their order, and how many receipts and flags.
async fn logged(app: &TestApp, chat: Group, viewer: &Somebody) -> (Vec<(i64, String)>, [i64; 2]) {
    let changes = "SELECT change_seq, type FROM outbox WHERE conversation_id = $1 AND change_seq IS NOT NULL ORDER BY change_seq, id";
    let others = "SELECT ARRAY[count(*) FILTER (WHERE type = 'receipt.updated'), count(*) FILTER (WHERE type = 'conversation.flags_updated')]
                  FROM outbox WHERE conversation_id = $1 OR (about_conversation_id = $1 AND user_id = $2)";
    let mut connection = app.connect().await;
    let counted: Vec<i64> =
        sqlx::query_scalar(others).bind(chat.0.0).bind(viewer.id.0).fetch_one(&mut connection).await.unwrap();
    (
        sqlx::query_as(changes).bind(chat.0.0).fetch_all(&mut connection).await.unwrap(),
        [counted[0], counted[1]],
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_of_tokens_end_where_everybody_is() {
    let app = Arc::new(TestApp::start().await);
    let slow = SlowCommits::start(app.database.address(), Duration::from_millis(25)).await;
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol", "dave", "eve"] {
        people.push(app.somebody(name).await);
    }
    let [alice, bob, carol, dave, eve] = people[..] else { unreachable!() };
    let mut groups = Vec::new();
    for _ in 0..GROUPS {
        groups.push(group(&app, &[&alice, &bob, &carol, &dave], 0).await);
    }
    let nothing: Known = groups.iter().map(|chat| (chat.0.to_string(), BTreeMap::new())).collect();
    let followers = [
        follows(&app, bob, nothing.clone()).await,
        follows(&app, dave, nothing).await,
        follows(&app, eve, Known::new()).await,
    ];
    let done = Arc::new(AtomicUsize::new(0));
    let following = follows_changes(&app, bob, groups[0], &done);

    let mut writers = Vec::new();
    for (name, by) in [alice, bob, carol, dave, bob, carol, dave].into_iter().enumerate() {
        let environment = app.environment_through(slow.address());
        writers.push(tokio::spawn(writes(environment, by, groups.clone(), name)));
    }
    let environment = app.environment_through(slow.address());
    writers.push(tokio::spawn(changes_members(environment, alice, eve, groups.clone())));
    for writer in writers {
        timeout(Duration::from_secs(50), writer).await.unwrap().unwrap();
    }
    groups[0].sends(&alice, "the last word").on(&app).await.created();
    done.store(1, SeqCst);

    for (place, follower) in followers.into_iter().enumerate() {
        let (follower, mut known) = timeout(Duration::from_secs(30), follower).await.unwrap().unwrap();
        for chat in &groups {
            let own: Vec<_> =
                follower.seen.iter().filter(|one| one["conversation_id"] == json!(chat.0)).collect();
            let now = messages(&app.app, &follower.somebody, *chat).await;
            assert_eq!(known.remove(&chat.0.to_string()).unwrap_or_default(), now);
            if place < 2 {
                let mut changes: Vec<_> =
                    own.iter().filter(|one| !one["change_seq"].is_null()).map(|one| change(one)).collect();
                assert!(changes.is_sorted_by_key(|(change_seq, _)| *change_seq), "{changes:?}");
                let told = ["receipt.updated", "conversation.flags_updated"]
                    .map(|kind| own.iter().filter(|one| one["type"] == json!(kind)).count());
                let (mut expected, counted) = logged(&app, *chat, &follower.somebody).await;
                changes.sort();
                expected.sort();
                assert_eq!((changes, told.map(|count| i64::try_from(count).unwrap())), (expected, counted));
                let flags = own.iter().rfind(|one| one["type"] == "conversation.flags_updated").unwrap();
                let shown = chat.in_list_of(&app, &follower.somebody).await;
                assert_eq!(flags["data"]["pinned"], shown["pinned"]);
            }
        }
    }
    let (mut seen, (mut expected, _)) = (following.await.unwrap(), logged(&app, groups[0], &bob).await);
    assert!(seen.is_sorted_by_key(|(change_seq, _)| *change_seq));
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}
