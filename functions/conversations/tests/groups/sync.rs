//! `GET /v1/sync`, in process.

use std::time::Duration;

use serde_json::{Value, json};
use shared::App;
use shared::serve::HttpHandler;
use sqlx::{Connection, PgConnection};
use testkit::{Answer, Request, Somebody, TestApp, new_id};
use tokio::time::timeout;

use crate::words::{Act, Group, direct, group};

const SYNC: HttpHandler = |app, call| Box::pin(conversations::sync::handle(app, call));

pub fn syncs(by: &Somebody, query: &str) -> Act {
    Act::of(SYNC, Request::get("/v1/sync").by(by).with_query(query))
}

/// Somebody who only follows tokens.
pub struct Follower {
    pub somebody: Somebody,
    pub token: String,
    pub limit: u32,
    /// What came, in order.
    pub seen: Vec<Value>,
}

impl Follower {
    /// One who has read the snapshot.
    pub async fn of(app: &App, somebody: &Somebody, limit: u32) -> Self {
        let mut this = Self { somebody: *somebody, token: String::new(), limit, seen: Vec::new() };
        let mut query = format!("limit={limit}");
        loop {
            let page = syncs(somebody, &query).through(app).await.ok();
            page["next"].as_str().unwrap().clone_into(&mut this.token);
            if page["limited"] == json!(false) {
                return this;
            }
            query = format!("limit={limit}&since={}", this.token);
        }
    }

    /// One page further; it, and whether there may be more.
    pub async fn step(&mut self, app: &App) -> (Vec<Value>, bool) {
        let query = format!("limit={}&since={}", self.limit, self.token);
        let page = syncs(&self.somebody, &query).through(app).await.ok();
        assert_eq!(page["reset"], false);
        page["next"].as_str().unwrap().clone_into(&mut self.token);
        let changes = page["changes"].as_array().unwrap().clone();
        self.seen.extend(changes.iter().cloned());
        (changes, page["limited"].as_bool().unwrap())
    }

    /// Reads until a change of this type of this message or user has come. What others of this server's databases are just
    /// writing keeps it back for a moment.
    pub async fn until(&mut self, app: &App, told: impl Fn(&Value) -> bool) {
        let reading = async {
            while !self.seen.iter().any(&told) {
                self.step(app).await;
            }
        };
        timeout(Duration::from_secs(30), reading).await.unwrap();
    }

    pub fn types(&self) -> Vec<&str> {
        self.seen.iter().map(|change| change["type"].as_str().unwrap()).collect()
    }
}

/// One who has read the snapshot, and to whom nothing of before comes any more.
pub async fn following(app: &TestApp, somebody: &Somebody, limit: u32) -> Follower {
    let settled = "SELECT coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) FROM outbox";
    let mut connection = app.connect().await;
    let waiting =
        async { while !sqlx::query_scalar::<_, bool>(settled).fetch_one(&mut connection).await.unwrap() {} };
    timeout(Duration::from_secs(30), waiting).await.unwrap();
    Follower::of(&app.app, somebody, limit).await
}

pub fn says(words: &str) -> impl Fn(&Value) -> bool {
    move |change| change["data"]["text"] == json!(words)
}

fn is_type(kind: &str) -> impl Fn(&Value) -> bool {
    move |change| change["type"] == json!(kind)
}

async fn behind(app: &TestApp, sql: &'static str) {
    sqlx::query(sql).execute(&mut app.connect().await).await.unwrap();
}

fn ids(page: &Value) -> Vec<String> {
    let changes = page["changes"].as_array().unwrap();
    changes.iter().map(|change| change["conversation_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_snapshot_leads_over_into_what_changes_after_it() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = direct(&app, &alice, &bob).await;
    chat.sends(&alice, "before").on(&app).await.created();

    let snapshot = syncs(&bob, "").on(&app).await.ok();
    assert_eq!(snapshot["changes"].as_array().unwrap().len(), 1);
    let told = &snapshot["changes"][0];
    assert_eq!((&told["type"], &told["conversation_id"]), (&json!("conversation.snapshot"), &json!(chat.0)));
    assert_eq!(told["data"], chat.in_list_of(&app, &bob).await);

    let mut follower = following(&app, &bob, 50).await;
    let message = chat.sends(&alice, "after").on(&app).await.created();
    follower.until(&app.app, says("after")).await;
    let change = &follower.seen[0];
    assert_eq!((&change["type"], &change["change_seq"]), (&json!("message.created"), &message["change_seq"]));
    assert_eq!(change["data"]["id"], message["id"]);

    let (end, trips) = app.proxy.count(syncs(&bob, &format!("since={}", follower.token)).on(&app)).await;
    assert_eq!((&end.ok()["changes"], trips), (&json!([]), 1));
    syncs(&bob, "").on(&app).await.ok();
    assert_eq!(app.proxy.count(syncs(&bob, "").on(&app)).await.1, 1);
}

#[tokio::test]
async fn the_pages_of_a_snapshot_miss_nothing_that_happens_meanwhile() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let mut chats = Vec::new();
    for _ in 0..5 {
        chats.push(group(&app, &[&alice], 0).await);
    }
    let first = syncs(&alice, "limit=2").on(&app).await.ok();
    assert_eq!((ids(&first).len(), &first["limited"]), (2, &json!(true)));
    // In one that was shown already, and in one that is new and comes behind all.
    chats[0].sends(&alice, "meanwhile").on(&app).await.created();
    let late = group(&app, &[&alice], 0).await;
    let (mut shown, mut page) = (ids(&first), first);
    let mut follower = loop {
        let token = page["next"].as_str().unwrap().to_owned();
        page = syncs(&alice, &format!("limit=2&since={token}")).on(&app).await.ok();
        if page["changes"].as_array().unwrap().iter().any(|change| change["type"] != "conversation.snapshot")
        {
            break Follower { somebody: alice, token, limit: 2, seen: Vec::new() };
        }
        shown.extend(ids(&page));
        assert!(shown.len() <= 6);
    };
    let mut expected: Vec<_> = chats.iter().chain([&late]).map(|chat| chat.0.to_string()).collect();
    expected.sort();
    assert_eq!(shown, expected);
    follower.until(&app.app, says("meanwhile")).await;
    assert_eq!(follower.types(), ["message.created"]);
}

#[tokio::test]
async fn what_commits_late_is_not_skipped() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let (one, other) = (group(&app, &[&alice], 0).await, group(&app, &[&alice], 0).await);
    let mut follower = following(&app, &alice, 50).await;
    let mut connection = app.connect().await;
    let mut transaction = connection.begin().await.unwrap();
    logs(&mut transaction, one).await;
    other.sends(&alice, "early").on(&app).await.created();
    for _ in 0..3 {
        assert_eq!(follower.step(&app.app).await, (Vec::new(), false));
    }
    transaction.commit().await.unwrap();
    follower.until(&app.app, says("early")).await;
    assert_eq!(follower.types(), ["conversation.updated", "message.created"]);
}

/// An event of a conversation that is about no message.
async fn logs(connection: &mut PgConnection, chat: Group) {
    let sql = "INSERT INTO outbox (id, type, conversation_id, change_seq) VALUES ($1, 'conversation.updated', $2, 2)";
    sqlx::query(sql).bind(new_id()).bind(chat.0.0).execute(connection).await.unwrap();
}

#[tokio::test]
async fn who_is_no_member_any_more_is_told_so_and_nothing_else() {
    let app = TestApp::start().await;
    let (alice, bob, eve) =
        (app.somebody("alice").await, app.somebody("bob").await, app.somebody("eve").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let apart = direct(&app, &alice, &bob).await;
    let mut bobs = following(&app, &bob, 3).await;
    let mut eves = following(&app, &eve, 3).await;
    chat.sends(&alice, "before").on(&app).await.created();
    assert_eq!(chat.removes(&alice, &bob).on(&app).await.status, 204);
    chat.sends(&alice, "behind his back").on(&app).await.created();
    apart.sends(&alice, "end").on(&app).await.created();
    bobs.until(&app.app, says("end")).await;
    assert_eq!(bobs.types(), ["member.removed", "message.created"]);
    let ids = json!({"conversation_id": chat.0, "user_id": bob.id});
    assert_eq!(bobs.seen[0]["data"], ids);

    // Whoever comes back is told both, and what is said from then on.
    chat.adds(&alice, &[&bob]).on(&app).await.created();
    chat.sends(&alice, "again").on(&app).await.created();
    bobs.until(&app.app, says("again")).await;
    let mut back = bobs.types()[2..].to_vec();
    // What one change has done has no order in it.
    back.sort_unstable();
    assert_eq!(back, ["member.added", "message.created", "message.created"]);

    // The end of a group is told to those who were in it then.
    assert_eq!(chat.is_deleted(&alice).on(&app).await.status, 204);
    bobs.until(&app.app, is_type("conversation.deleted")).await;
    direct(&app, &alice, &eve).await.sends(&alice, "for eve").on(&app).await.created();
    eves.until(&app.app, says("for eve")).await;
    assert_eq!(eves.types(), ["conversation.created", "message.created"]);
}

#[tokio::test]
async fn of_what_one_may_not_see_nothing_comes() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let mut follower = following(&app, &bob, 50).await;
    chat.sends(&alice, "hidden").on(&app).await.created();
    behind(&app, "UPDATE members SET joined_seq = 1 WHERE role = 'member'").await;
    behind(&app, "UPDATE users SET send_read_receipts = false WHERE username = 'alice'").await;
    chat.receipts(&bob, &json!({"delivered_seq": 1})).on(&app).await.ok();
    chat.reads(&alice, 1).on(&app).await.ok();
    chat.sends(&alice, "end").on(&app).await.created();
    follower.until(&app.app, says("end")).await;
    let own: Vec<_> = follower
        .seen
        .iter()
        .map(|change| (&change["data"]["user_id"], &change["data"]["read_seq"]))
        .collect();
    assert_eq!(follower.types(), ["receipt.updated", "message.created"]);
    assert_eq!(own[0], (&json!(bob.id), &json!(0)));
}

#[tokio::test]
async fn an_event_of_an_account_is_for_its_user() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let chat = group(&app, &[&alice, &bob], 0).await;
    let (mut alices, mut bobs) = (following(&app, &alice, 50).await, following(&app, &bob, 50).await);
    let event = "INSERT INTO outbox (id, type, user_id) VALUES ($1, 'export.ready', $2)";
    sqlx::query(event).bind(new_id()).bind(alice.id.0).execute(&mut app.connect().await).await.unwrap();
    chat.sends(&alice, "end").on(&app).await.created();
    alices.until(&app.app, says("end")).await;
    bobs.until(&app.app, says("end")).await;
    assert_eq!(alices.types(), ["export.ready", "message.created"]);
    assert_eq!(alices.seen[0]["data"], json!({"conversation_id": null, "user_id": alice.id}));
    assert_eq!(alices.seen[0]["conversation_id"], Value::Null);
    assert_eq!(bobs.types(), ["message.created"]);
}

/// Few rows anywhere are looked at for whose conversations they are in; of many, the caller's conversations are asked.
#[tokio::test]
async fn pages_are_the_same_however_much_happens_elsewhere() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.somebody("alice").await, app.somebody("bob").await);
    let mut chats = Vec::new();
    for _ in 0..7 {
        chats.push(group(&app, &[&alice], 0).await);
    }
    let mut follower = following(&app, &alice, 4).await;
    let start = follower.token.clone();
    for round in 0..3 {
        for (place, chat) in chats.iter().enumerate().filter(|(place, _)| (place + round) % 3 != 0) {
            chat.sends(&alice, &format!("{round} {place}")).on(&app).await.created();
        }
    }
    chats[0].sends(&alice, "end").on(&app).await.created();
    follower.until(&app.app, says("end")).await;
    assert_eq!(follower.seen.len(), 15);

    let elsewhere = group(&app, &[&bob], 0).await;
    sqlx::query(
        "INSERT INTO outbox (id, type, conversation_id, change_seq)
         SELECT gen_random_uuid(), 'conversation.updated', $1, number FROM generate_series(2, 1000) AS number",
    )
    .bind(elsewhere.0.0)
    .execute(&mut app.connect().await)
    .await
    .unwrap();
    let mut again = Follower { somebody: alice, token: start, limit: 4, seen: Vec::new() };
    again.until(&app.app, says("end")).await;
    assert_eq!(again.seen, follower.seen);
}

#[tokio::test]
async fn a_token_that_leads_nowhere_begins_anew() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let chat = group(&app, &[&alice], 0).await;
    let follower = following(&app, &alice, 50).await;
    let since = format!("since={}", follower.token);
    chat.sends(&alice, "lost").on(&app).await.created();
    behind(&app, "DELETE FROM outbox").await;
    for alteration in [None, Some("UPDATE change_log SET id = gen_random_uuid(), removed_xid = '0'")] {
        if let Some(alteration) = alteration {
            behind(&app, alteration).await;
        }
        let page = syncs(&alice, &since).on(&app).await.ok();
        assert_eq!(
            (&page["reset"], &page["limited"], &page["changes"]),
            (&json!(true), &json!(true), &json!([]))
        );
        let page = syncs(&alice, &format!("since={}", page["next"].as_str().unwrap())).on(&app).await.ok();
        assert_eq!(
            (&page["changes"][0]["type"], &page["reset"]),
            (&json!("conversation.snapshot"), &json!(false))
        );
        assert_eq!(page["changes"][0]["data"]["last_message"]["text"], "lost");
    }
}

#[tokio::test]
async fn it_is_for_whoever_has_a_session_and_its_parameters_keep_their_rules() {
    let app = TestApp::start().await;
    let alice = app.somebody("alice").await;
    let refused = async |query: &str| -> Answer { syncs(&alice, query).on(&app).await };
    for (query, field, code) in [
        ("since=", "since", "invalid_value"),
        ("since=1", "since", "invalid_value"),
        ("since=AQ", "since", "invalid_value"),
        ("since=%00", "since", "invalid_value"),
        ("limit=101", "limit", "too_large"),
        ("limit=0", "limit", "invalid_value"),
    ] {
        refused(query).await.invalid(&[(field, code)]);
    }
    // Of another form, cut, or with more than there is: none of ours.
    let token = following(&app, &alice, 50).await.token;
    for bad in [format!("{token}AA"), token[..token.len() - 1].to_owned(), token.replacen('A', "B", 1)] {
        refused(&format!("since={bad}")).await.invalid(&[("since", "invalid_value")]);
    }
    behind(&app, "UPDATE sessions SET revoked_at = now()").await;
    refused("").await.problem(401, "unauthenticated");
    refused(&format!("since={token}")).await.problem(401, "unauthenticated");
}
