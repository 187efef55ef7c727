//! Who may do what: every operation by every kind of caller, from the rows in `access.json`. An operation without a row fails, a row without an
//! operation too. A row says what is answered when all is well, and to whom:
//!
//! - `{"anybody": 200}`: a public operation, the same for all.
//! - `{"user": 200}`: for whoever has a live session. A row may name `moderator`, `admin` and `auditor` beside it; else they are users like others.
//! - `{"member": 200}`: about a conversation, for its members. Everybody else gets the 404 of a conversation that does not exist, whatever their role. It is tried on a
//!   direct conversation, by one of its two, and by `blocked`, whom the other has blocked; and on a group by its `owner`, `group_admin` and `group_member`, for whom
//!   a row may say otherwise, and by those who have `left` or were `removed`, who are nobody any more.
//!
//! Without a live session (none, unknown, expired, revoked, of a suspended or deleted user) the answer is always 401. A row may also name one of the kinds
//! of caller in `KINDS` to say something else of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::contract::Operation;
use testkit::{Answer, Client, Contract, Conversation, Gateway, User, new_id, unique_username};
use uuid::Uuid;

/// Those without a live session.
const NOBODIES: [&str; 6] = ["anonymous", "unknown_token", "expired", "revoked", "suspended", "deleted"];
/// Those with one; `other_user` asks for what is somebody else's own, `other_conversation` is a member who asks for a thing under another
/// conversation's id.
const KINDS: [&str; 14] = [
    "user",
    "other_user",
    "member",
    "non_member",
    "other_conversation",
    "moderator",
    "admin",
    "auditor",
    "owner",
    "group_admin",
    "group_member",
    "blocked",
    "left",
    "removed",
];
/// Those who are members of a conversation.
const MEMBERS: [&str; 5] = ["member", "owner", "group_admin", "group_member", "blocked"];
/// Those who make sense only where there is a conversation.
const OF_CONVERSATIONS: [&str; 7] =
    ["other_conversation", "owner", "group_admin", "group_member", "blocked", "left", "removed"];

type Table = BTreeMap<String, BTreeMap<String, u16>>;

fn table() -> Table {
    serde_json::from_str(include_str!("access.json")).unwrap()
}

/// What this kind of caller is to be answered; `None` where it makes no sense to ask.
fn expected(row: &BTreeMap<String, u16>, operation: &Operation<'_>, kind: &str) -> Option<u16> {
    if let Some(status) = row.get(kind) {
        return Some(*status);
    }
    if kind == "other_user" {
        let own = ["{session_id}", "{media_id}"].iter().any(|name| operation.path.contains(name));
        return own.then_some(404);
    }
    if let Some(status) = row.get("anybody") {
        return (!OF_CONVERSATIONS.contains(&kind)).then_some(*status);
    }
    if NOBODIES.contains(&kind) {
        return Some(401);
    }
    if let Some(status) = row.get("member") {
        if MEMBERS.contains(&kind) {
            return Some(*status);
        }
        let inside = operation.path.matches('{').count() > 1;
        return (kind != "user" && (kind != "other_conversation" || inside)).then_some(404);
    }
    (!OF_CONVERSATIONS.contains(&kind)).then(|| row["user"])
}

/// What an operation is tried on.
#[derive(Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "the names of the parameters of a path")]
struct Object {
    conversation_id: Uuid,
    message_id: Uuid,
    /// Somebody to look at, block, give a role and so on.
    user_id: Uuid,
    /// A file; without one, an upload of the user's own whom it is about.
    media_id: Option<Uuid>,
}

/// A conversation with a message, another one of the same members, and each kind of caller.
struct World {
    app: Gateway,
    object: Object,
    elsewhere: Object,
    /// A direct conversation whose other member has blocked `member`.
    blocked: Object,
    /// The same with a message that may be deleted.
    blocked_spare: Object,
    nobodies: BTreeMap<&'static str, Client>,
    member: User,
    /// The other member of the direct conversation, who wrote its message.
    author: User,
    outsider: User,
    /// In groups of `member`: an admin, a member, and one to whom things are done.
    admin: User,
    other: User,
    target: User,
    /// What somebody has reported.
    report_id: Uuid,
}

impl World {
    async fn new() -> Self {
        let app = Gateway::start().await;
        let (alice, bob, mallory) =
            (app.registers("alice").await, app.registers("bob").await, app.registers("mallory").await);
        let conversation: Conversation = alice.opens_direct_conversation_with(&bob).await;
        let message = bob.sends(&conversation, "for alice").await;
        let report = format!("{}/{}/report", conversation.messages(), message.id);
        let report = alice.post(&report, &json!({"reason": "spam"})).await.created();
        let other = alice.creates_group("Elsewhere", &[&bob]).await;

        let mut database = app.database().await;
        let (expired, revoked) = (alice.logs_in_again().await, alice.logs_in_again().await);
        let (suspended, deleted) = (app.registers("sus").await, app.registers("del").await);
        for (user, change) in [
            (&expired, "UPDATE sessions SET access_expires_at = now() - interval '1 second' WHERE id = $1"),
            (&revoked, "UPDATE sessions SET revoked_at = now() WHERE id = $1"),
            (
                &suspended,
                "UPDATE users SET suspended_at = now() FROM sessions WHERE users.id = user_id AND sessions.id = $1",
            ),
            (
                &deleted,
                "UPDATE users SET deleted_at = now() FROM sessions WHERE users.id = user_id AND sessions.id = $1",
            ),
        ] {
            // Known to the authorizer before, which remembers its answer for a minute.
            user.get("/v1/users/me").await.ok();
            let changed = sqlx::query(change).bind(user.session_id).execute(&mut database).await.unwrap();
            assert_eq!(changed.rows_affected(), 1);
        }
        let unknown = app.anonymous().with_token(&format!("tka_{}", "A".repeat(47)));
        let nobodies = BTreeMap::from([
            ("anonymous", app.anonymous()),
            ("unknown_token", unknown),
            ("expired", (*expired).clone()),
            ("revoked", (*revoked).clone()),
            ("suspended", (*suspended).clone()),
            ("deleted", (*deleted).clone()),
        ]);
        let object = Object {
            conversation_id: conversation.id,
            message_id: message.id,
            user_id: bob.id,
            media_id: None,
        };
        let elsewhere = Object { conversation_id: other.id, user_id: mallory.id, ..object };
        let frank = app.registers("frank").await;
        let pair = alice.opens_direct_conversation_with(&frank).await;
        let spare = frank.sends(&pair, "the last but one").await;
        let message = frank.sends(&pair, "the last").await;
        frank.put(&format!("/v1/users/me/blocks/{}", alice.id), &json!({})).await;
        let blocked =
            Object { conversation_id: pair.id, message_id: message.id, user_id: frank.id, media_id: None };
        let blocked_spare = Object { message_id: spare.id, ..blocked };
        // What earlier runs against this stack have left, of which there can be so many only.
        sqlx::query("DELETE FROM webhooks WHERE url LIKE 'https://hooks.example.org/%'")
            .execute(&mut database)
            .await
            .unwrap();
        let (admin, other, target) =
            (app.registers("carol").await, app.registers("dave").await, app.registers("erin").await);
        Self {
            app,
            object,
            elsewhere,
            blocked,
            blocked_spare,
            nobodies,
            member: alice,
            author: bob,
            outsider: mallory,
            admin,
            other,
            target,
            report_id: report["id"].as_str().unwrap().parse().unwrap(),
        }
    }

    /// What to try an operation on that takes its object away.
    async fn fresh(&self) -> Object {
        let id = self.object.conversation_id;
        let sent = self.author.tries_to_send(id, new_id(), "for alice, once more").await.created();
        Object { message_id: sent["id"].as_str().unwrap().parse().unwrap(), ..self.object }
    }

    /// What somebody of this kind tries an operation on. A group of its own for each try, which may end it.
    async fn object(&self, kind: &str, operation: &Operation<'_>) -> Object {
        match kind {
            "other_conversation" => return self.elsewhere,
            "member" if ["delete_message", "report_message"].contains(&operation.id) => {
                return self.fresh().await;
            }
            "blocked" if operation.id == "delete_message" => return self.blocked_spare,
            "blocked" => return self.blocked,
            "owner" | "group_admin" | "group_member" | "left" | "removed"
                if operation.path.contains("{conversation_id}") => {}
            _ => return self.object,
        }
        let owner = &self.member;
        let group = owner.creates_group("Group", &[&self.admin, &self.other, &self.target]).await;
        owner.patch(&group.member(&self.admin), &json!({"role": "admin"})).await.ok();
        let message = owner.sends(&group, "hello").await;
        let remover = match kind {
            "left" => Some(&self.other),
            "removed" => Some(owner),
            _ => None,
        };
        if let Some(remover) = remover {
            assert_eq!(remover.delete(&group.member(&self.other)).await.status, 204);
        }
        Object { conversation_id: group.id, message_id: message.id, user_id: self.target.id, media_id: None }
    }

    /// Somebody of this kind with a live session. A user of their own where the operation may end the session or the account.
    async fn somebody(&self, kind: &str, operation: &Operation<'_>) -> User {
        match kind {
            "member" | "other_conversation" | "owner" | "blocked"
                if operation.path.contains("{conversation_id}") =>
            {
                self.member.clone()
            }
            "group_admin" => self.admin.clone(),
            "group_member" | "left" | "removed" => self.other.clone(),
            "non_member" if operation.path.contains("{conversation_id}") => self.outsider.clone(),
            "moderator" | "admin" | "auditor" => {
                let user = self.app.registers(kind).await;
                sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
                    .bind(user.id)
                    .bind(kind)
                    .execute(&mut self.app.database().await)
                    .await
                    .unwrap();
                user
            }
            _ => self.app.registers("user").await,
        }
    }

    /// A good body of this operation by this user.
    async fn body(&self, operation: &Operation<'_>, user: &User) -> Value {
        match operation.id {
            "register_user" => json!({"username": unique_username("new"), "password": "seven green bottles"}),
            "create_session" => json!({"username": user.username, "password": user.password}),
            "refresh_session" => json!({"refresh_token": user.logs_in_again().await.refresh_token}),
            "create_conversation" => json!({"type": "group", "title": "New", "member_ids": []}),
            "change_password" => {
                json!({"current_password": user.password, "new_password": "nine green bottles"})
            }
            "delete_me" => json!({"password": user.password}),
            "add_members" => json!({"user_ids": [self.outsider.id]}),
            "send_message" => json!({"client_id": new_id(), "type": "text", "text": "new"}),
            "update_admin_user" => json!({"suspended": false}),
            _ => operation
                .example()
                .cloned()
                .unwrap_or_else(|| panic!("{}: say here what a good body is", operation.id)),
        }
    }

    /// One call by `caller`, with what belongs to `user` where the operation takes something of one's own.
    async fn calls(&self, caller: &Client, user: &User, operation: &Operation<'_>, object: Object) -> Answer {
        let media_id = match object.media_id {
            Some(id) => id.to_string(),
            None if operation.path.contains("{media_id}") => {
                let upload = json!({"kind": "file", "content_type": "text/plain", "size": 1});
                let announced = user.post("/v1/media", &upload).await.created();
                announced["media"]["id"].as_str().unwrap().to_owned()
            }
            None => String::new(),
        };
        let path = match operation.path {
            "$default" => "/v1/nothing".to_owned(),
            path => path
                .replace("{conversation_id}", &object.conversation_id.to_string())
                .replace("{message_id}", &object.message_id.to_string())
                .replace("{file}", "index.html")
                .replace("{emoji}", "%F0%9F%91%8D")
                .replace("{queue}", "presence")
                .replace("{user_id}", &object.user_id.to_string())
                .replace("{media_id}", &media_id)
                .replace("{report_id}", &self.report_id.to_string())
                .replace("{session_id}", &user.session_id.to_string())
                .replace("{device_id}", &new_id().to_string())
                .replace("{webhook_id}", &new_id().to_string()),
        };
        assert!(!path.contains('{'), "{path}: say here what the parameter stands for");
        let path = path + &operation.required_query();
        if operation.method == "ANY" {
            return caller.get(&path).await;
        }
        let method = operation.method.parse().unwrap();
        if operation.takes_body {
            caller.with_body(method, &path, &self.body(operation, user).await).await
        } else {
            caller.raw(method, &path, &[], "").await
        }
    }
}

#[test]
fn every_operation_has_its_row() {
    let table = table();
    let mut operations: Vec<&str> =
        Contract::load().operations().iter().map(|operation| operation.id).collect();
    operations.sort_unstable();
    assert_eq!(table.keys().collect::<Vec<_>>(), operations, "access.json and openapi.yaml differ");
    for operation in Contract::load().operations() {
        let row = &table[operation.id];
        assert_eq!(row.contains_key("anybody"), operation.public, "{}", operation.id);
        assert_eq!(
            row.contains_key("member"),
            operation.path.contains("{conversation_id}"),
            "{}",
            operation.id
        );
        let for_some = ["moderator", "admin", "auditor"].iter().any(|role| row.contains_key(*role));
        assert_eq!(for_some, operation.path.starts_with("/v1/admin/"), "{}", operation.id);
        for kind in row.keys() {
            assert!(
                kind == "anybody" || NOBODIES.contains(&kind.as_str()) || KINDS.contains(&kind.as_str()),
                "{kind}"
            );
        }
    }
}

#[tokio::test]
async fn who_has_no_live_session_gets_nothing() {
    let world = World::new().await;
    let table = table();
    let mut wrong = Vec::new();
    for operation in Contract::load().operations() {
        for (kind, caller) in &world.nobodies {
            let expected = expected(&table[operation.id], &operation, kind);
            let answer = world.calls(caller, &world.outsider, &operation, world.object).await;
            if Some(answer.status) != expected {
                wrong.push(format!("{} by {kind}: expected {expected:?}, {answer}", operation.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let world = World::new().await;
    let table = table();
    let mut wrong = Vec::new();
    for operation in Contract::load().operations() {
        for kind in KINDS {
            let Some(expected) = expected(&table[operation.id], &operation, kind) else { continue };
            let user = world.somebody(kind, &operation).await;
            // Whose own the thing is.
            let owner = if kind == "other_user" { &world.member } else { &user };
            let object = world.object(kind, &operation).await;
            let answer = world.calls(&user, owner, &operation, object).await;
            if answer.status != expected {
                wrong.push(format!("{} by {kind}: expected {expected}, {answer}", operation.id));
            }
            if expected == 404 && operation.path != "$default" {
                // Nothing may tell a thing that exists from one that does not.
                let random = Object {
                    conversation_id: new_id(),
                    message_id: new_id(),
                    media_id: Some(new_id()),
                    ..object
                };
                let mut nobody = user.clone();
                nobody.session_id = new_id();
                let nowhere = world.calls(&user, &nobody, &operation, random).await;
                if (nowhere.status, nowhere.masked()) != (answer.status, answer.masked()) {
                    wrong.push(format!("{} by {kind}: {answer}, but {nowhere}", operation.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A header that names another user, in every spelling: with a token the contract's 403 where it is read as one's own claim, and never more than without it.
#[tokio::test]
async fn a_forged_user_id_opens_nothing_and_changes_nobody() {
    let world = World::new().await;
    let table = table();
    let (own, other) = (world.outsider.id.to_string(), world.member.id.to_string());
    let mut wrong = Vec::new();
    for operation in Contract::load().operations() {
        let row = &table[operation.id];
        let public = row.contains_key("anybody");
        for (name, value, claims) in [
            ("X-User-ID", other.clone(), true),
            ("x-user-id", format!("{own}, {other}"), true),
            ("X-USER-ID", String::new(), true),
            ("X-User-ID", "admin".to_owned(), true),
            ("X-User_ID", other.clone(), false),
            ("X-UserID", other.clone(), false),
        ] {
            let anonymous = world.app.anonymous().with_header(name, &value);
            let answer = world.calls(&anonymous, &world.outsider, &operation, world.object).await;
            if Some(answer.status) != expected(row, &operation, "anonymous") {
                wrong.push(format!("{} by nobody with {name}: {value}: {answer}", operation.id));
            }
            if public || !claims {
                continue;
            }
            let claiming = world.outsider.with_header(name, &value);
            let answer = world.calls(&claiming, &world.outsider, &operation, world.object).await;
            if answer.status != 403 || answer.json()["code"] != "user_id_mismatch" {
                wrong.push(format!("{} by a user with {name}: {value}: {answer}", operation.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    world.outsider.get("/v1/users/me").await.ok();
    let recorded: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE event = 'authz_fail' AND actor_id = $1 AND detail->>'reason' = 'user_id_mismatch'",
    )
    .bind(world.outsider.id)
    .fetch_one(&mut world.app.database().await)
    .await
    .unwrap();
    assert!(recorded >= 1, "{recorded}");
}

/// The same whoever claims it, with a right or without a session; also in two headers of the same name, one of them true.
#[tokio::test]
async fn a_forged_user_id_is_the_same_whoever_sends_it() {
    let world = World::new().await;
    let table = table();
    let operations = Contract::load().operations();
    let mut callers = Vec::new();
    for kind in ["moderator", "admin", "auditor"] {
        let user = world.somebody(kind, &operations[0]).await;
        callers.push((kind, user.id, (*user).clone(), true));
    }
    callers.push(("user", world.outsider.id, (*world.outsider).clone(), true));
    for kind in ["expired", "revoked", "suspended"] {
        callers.push((kind, world.member.id, world.nobodies[kind].clone(), false));
    }
    let other = world.author.id.to_string();
    let mut wrong = Vec::new();
    for operation in operations.iter().filter(|operation| !operation.public) {
        for (kind, id, caller, live) in &callers {
            let doubled = caller.with_header("X-User-ID", &id.to_string()).with_header("X-User-ID", &other);
            for (how, claiming) in [("one", caller.with_header("X-User-ID", &other)), ("two", doubled)] {
                let answer = world.calls(&claiming, &world.outsider, operation, world.object).await;
                let expected =
                    if *live { Some(403) } else { expected(&table[operation.id], operation, kind) };
                let mismatch = answer.status == 403 && answer.json()["code"] == "user_id_mismatch";
                if Some(answer.status) != expected || mismatch != *live {
                    wrong.push(format!("{} by {kind} with {how}: {answer}", operation.id));
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
    for caller in world.nobodies.values().chain([&*world.outsider]) {
        world.calls(caller, &world.outsider, &send, world.object).await;
    }
    assert_eq!(world.member.get(&list).await.ok(), before);
}
