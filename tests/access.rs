//! Who may do what: every operation by every kind of caller, from the table in `access.json`. An operation without a row fails, a row without an
//! operation too. `null` stands where the kind of caller makes no difference: the operation is about no conversation, or about nothing inside one.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Deserialize;
use serde_json::{Value, json};
use testkit::contract::Operation;
use testkit::{Answer, Client, Contract, Conversation, Gateway, User, new_id, unique_username};
use uuid::Uuid;

#[derive(Deserialize)]
struct Table {
    columns: Vec<String>,
    operations: BTreeMap<String, Vec<Option<u16>>>,
}

/// What an operation is tried on.
#[derive(Clone, Copy)]
struct Object {
    conversation_id: Uuid,
    message_id: Uuid,
}

/// A conversation with a message, another one of the same members, and each kind of caller.
struct World {
    object: Object,
    elsewhere: Object,
    callers: BTreeMap<&'static str, Client>,
    member: User,
    /// The member in a session that may end.
    leaving: User,
    /// One with a single session.
    lone: User,
    /// One who may erase their account.
    departing: User,
    /// Somebody to look at, block and so on.
    somebody_else: Uuid,
    /// Each is good for one refresh.
    refresh_tokens: Mutex<Vec<String>>,
}

impl World {
    async fn new() -> Self {
        let app = Gateway::start().await;
        let (alice, bob, mallory) =
            (app.registers("alice").await, app.registers("bob").await, app.registers("mallory").await);
        let conversation: Conversation = alice.opens_direct_conversation_with(&bob).await;
        let message = bob.sends(&conversation, "for alice").await;
        let other = alice.creates_group("Elsewhere", &[&bob]).await;

        let mut database = app.database().await;
        let (expired, revoked) = (alice.logs_in_again().await, alice.logs_in_again().await);
        for (session, change) in [
            (&expired, "UPDATE sessions SET access_expires_at = now() - interval '1 second' WHERE id = $1"),
            (&revoked, "UPDATE sessions SET revoked_at = now() WHERE id = $1"),
        ] {
            // Known to the authorizer before, which remembers its answer for a minute.
            session.get("/v1/users/me").await.ok();
            let changed = sqlx::query(change).bind(session.session_id).execute(&mut database).await.unwrap();
            assert_eq!(changed.rows_affected(), 1);
        }
        let unknown = app.anonymous().with_token(&format!("tka_{}", "A".repeat(47)));
        let callers = BTreeMap::from([
            ("anonymous", app.anonymous()),
            ("unknown_token", unknown),
            ("expired", (*expired).clone()),
            ("revoked", (*revoked).clone()),
            ("non_member", (*mallory).clone()),
            ("member", (*alice).clone()),
            ("other_conversation", (*alice).clone()),
        ]);
        let object = Object { conversation_id: conversation.id, message_id: message.id };
        let elsewhere = Object { conversation_id: other.id, ..object };
        let mut refresh_tokens = Vec::new();
        for _ in 0..callers.len() {
            refresh_tokens.push(alice.logs_in_again().await.refresh_token);
        }
        let leaving = alice.logs_in_again().await;
        Self {
            object,
            elsewhere,
            callers,
            member: alice,
            leaving,
            lone: app.registers("lone").await,
            departing: app.registers("dora").await,
            somebody_else: bob.id,
            refresh_tokens: Mutex::new(refresh_tokens),
        }
    }

    fn body(&self, operation: &str) -> Value {
        match operation {
            "register_user" => json!({"username": unique_username("new"), "password": "seven green bottles"}),
            "create_session" => json!({"username": self.member.username, "password": self.member.password}),
            "refresh_session" => json!({"refresh_token": self.refresh_tokens.lock().unwrap().pop()}),
            "create_conversation" => json!({"type": "group", "title": "New", "member_ids": []}),
            "update_me" => json!({"bio": "new"}),
            "update_settings" => json!({"send_typing": true}),
            "set_status" => json!({"presence": "away"}),
            "change_password" => {
                json!({"current_password": self.lone.password, "new_password": "nine green bottles"})
            }
            "delete_me" => json!({"password": self.departing.password}),
            "send_message" => json!({"client_id": new_id(), "type": "text", "text": "new"}),
            _ => panic!("{operation} takes a body: say here what a good one is"),
        }
    }

    async fn calls(&self, caller: &Client, operation: Operation<'_>, object: Object) -> Answer {
        let path = match operation.path {
            "$default" => "/v1/nothing".to_owned(),
            path => path
                .replace("{conversation_id}", &object.conversation_id.to_string())
                .replace("{message_id}", &object.message_id.to_string())
                .replace("{user_id}", &self.somebody_else.to_string())
                .replace("{session_id}", &self.leaving.session_id.to_string()),
        };
        assert!(!path.contains('{'), "{path}: say here what the parameter stands for");
        match operation.method {
            "ANY" => caller.get(&path).await,
            method if operation.takes_body => {
                caller.with_body(method.parse().unwrap(), &path, &self.body(operation.id)).await
            }
            method => {
                let query = if operation.id == "search_users" { "?q=alice" } else { "" };
                caller.raw(method.parse().unwrap(), &format!("{path}{query}"), &[], "").await
            }
        }
    }
}

fn table() -> Table {
    serde_json::from_str(include_str!("access.json")).unwrap()
}

#[test]
fn every_operation_has_its_row() {
    let table = table();
    let mut operations: Vec<&str> =
        Contract::load().operations().iter().map(|operation| operation.id).collect();
    operations.sort_unstable();
    assert_eq!(
        table.operations.keys().collect::<Vec<_>>(),
        operations,
        "access.json and openapi.yaml differ"
    );
    for (operation, row) in &table.operations {
        assert_eq!(row.len(), table.columns.len(), "{operation}");
    }
    for operation in Contract::load().operations() {
        let statuses = |column: &str| {
            let index = table.columns.iter().position(|name| name == column);
            index.and_then(|index| table.operations[operation.id][index])
        };
        assert_eq!(statuses("anonymous") != Some(401), operation.public, "{}", operation.id);
        let has_object = operation.path.contains("{conversation_id}");
        assert_eq!(statuses("non_member").is_some(), has_object, "{}", operation.id);
        let has_inner_object = operation.path.contains("{message_id}");
        assert_eq!(statuses("other_conversation").is_some(), has_inner_object, "{}", operation.id);
    }
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let world = World::new().await;
    let table = table();
    let mut wrong = Vec::new();
    for operation in Contract::load().operations() {
        for (column, expected) in table.columns.iter().zip(&table.operations[operation.id]) {
            let Some(expected) = *expected else { continue };
            let caller = match operation.id {
                "delete_current_session" if column == "member" => &world.leaving,
                "delete_me" if column == "member" => &world.departing,
                // It ends every other session: that of one who has but this.
                "change_password" if column == "member" => &world.lone,
                _ => &world.callers[column.as_str()],
            };
            let object = if column == "other_conversation" { world.elsewhere } else { world.object };
            let answer = world.calls(caller, operation, object).await;
            if answer.status != expected {
                wrong.push(format!("{} by {column}: expected {expected}, {answer}", operation.id));
            }
            if expected == 404 && operation.path != "$default" {
                // Nothing may tell a thing that exists from one that does not.
                let random = Object { conversation_id: new_id(), message_id: new_id() };
                let nowhere = world.calls(caller, operation, random).await;
                if (nowhere.status, nowhere.masked()) != (answer.status, answer.masked()) {
                    wrong.push(format!("{} by {column}: {answer}, but {nowhere}", operation.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let world = World::new().await;
    let list = format!("/v1/conversations/{}/messages", world.object.conversation_id);
    let before = world.member.get(&list).await.ok();
    let operations = Contract::load().operations();
    let send = operations.iter().find(|operation| operation.id == "send_message").copied().unwrap();
    for caller in ["anonymous", "unknown_token", "expired", "revoked", "non_member"] {
        world.calls(&world.callers[caller], send, world.object).await;
    }
    assert_eq!(world.member.get(&list).await.ok(), before);
}
