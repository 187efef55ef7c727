//! The words that these tests are written in.

use conversations::{
    add_members, delete_conversation, get_conversation, list_conversations, list_members, list_receipts,
    mark_unread, remove_member, update_conversation, update_member, update_receipts,
};
use messages::{list_messages, send_message};
use serde_json::{Value, json};
use shared::App;
use shared::id::ConversationId;
use shared::serve::HttpHandler;
use testkit::{Answer, Request, Somebody, TestApp, new_id};

const CONVERSATION: &str = "/v1/conversations/{conversation_id}";
const MEMBERS: &str = "/v1/conversations/{conversation_id}/members";
const MEMBER: &str = "/v1/conversations/{conversation_id}/members/{user_id}";
const RECEIPTS: &str = "/v1/conversations/{conversation_id}/receipts";
const UNREAD: &str = "/v1/conversations/{conversation_id}/unread";
const MESSAGES: &str = "/v1/conversations/{conversation_id}/messages";

/// A request with the handler it goes to, to be sent by one environment or another.
pub struct Act {
    handler: HttpHandler,
    request: Request,
}

impl Act {
    pub async fn on(self, app: &TestApp) -> Answer {
        app.call(self.handler, self.request).await
    }

    pub async fn through(self, environment: &App) -> Answer {
        self.request.through(environment, self.handler).await
    }

    pub fn with_query(self, query: &str) -> Self {
        Self { request: self.request.with_query(query), ..self }
    }

    /// The same with this `Idempotency-Key`.
    pub fn with_key(self, key: &str) -> Self {
        Self { request: self.request.with_header("Idempotency-Key", key), ..self }
    }

    /// The same by nobody.
    pub fn of(handler: HttpHandler, request: Request) -> Self {
        Self { handler, request }
    }
}

/// A conversation, for what its members do to it.
#[derive(Clone, Copy)]
pub struct Group(pub ConversationId);

impl Group {
    fn request(self, request: Request, by: &Somebody) -> Request {
        request.at("conversation_id", self.0).by(by)
    }

    pub fn is_seen_by(self, by: &Somebody) -> Act {
        let request = self.request(Request::get(CONVERSATION), by);
        Act::of(|app, call| Box::pin(get_conversation::handle(app, call)), request)
    }

    pub fn is_updated(self, by: &Somebody, body: &Value) -> Act {
        let request = self.request(Request::patch(CONVERSATION, body), by);
        Act::of(|app, call| Box::pin(update_conversation::handle(app, call)), request)
    }

    pub fn is_deleted(self, by: &Somebody) -> Act {
        let request = self.request(Request::delete(CONVERSATION), by);
        Act::of(|app, call| Box::pin(delete_conversation::handle(app, call)), request)
    }

    pub fn lists_members(self, by: &Somebody) -> Act {
        let request = self.request(Request::get(MEMBERS), by);
        Act::of(|app, call| Box::pin(list_members::handle(app, call)), request)
    }

    pub fn adds(self, by: &Somebody, whom: &[&Somebody]) -> Act {
        let ids: Vec<_> = whom.iter().map(|one| one.id).collect();
        self.adds_ids(by, &json!({"user_ids": ids}))
    }

    pub fn adds_ids(self, by: &Somebody, body: &Value) -> Act {
        let request = self.request(Request::post(MEMBERS, body), by);
        Act::of(|app, call| Box::pin(add_members::handle(app, call)), request)
    }

    pub fn gives(self, by: &Somebody, whom: &Somebody, role: &str) -> Act {
        let request = self.request(Request::patch(MEMBER, &json!({"role": role})), by).at("user_id", whom.id);
        Act::of(|app, call| Box::pin(update_member::handle(app, call)), request)
    }

    pub fn removes(self, by: &Somebody, whom: &Somebody) -> Act {
        let request = self.request(Request::delete(MEMBER), by).at("user_id", whom.id);
        Act::of(|app, call| Box::pin(remove_member::handle(app, call)), request)
    }

    pub fn is_left(self, by: &Somebody) -> Act {
        self.removes(by, by)
    }

    pub fn receipts(self, by: &Somebody, body: &Value) -> Act {
        let request = self.request(Request::put(RECEIPTS, body), by);
        Act::of(|app, call| Box::pin(update_receipts::handle(app, call)), request)
    }

    pub fn reads(self, by: &Somebody, seq: i64) -> Act {
        self.receipts(by, &json!({"read_seq": seq}))
    }

    pub fn lists_receipts(self, by: &Somebody) -> Act {
        let request = self.request(Request::get(RECEIPTS), by);
        Act::of(|app, call| Box::pin(list_receipts::handle(app, call)), request)
    }

    pub fn marks_unread(self, by: &Somebody, body: &Value) -> Act {
        let request = self.request(Request::put(UNREAD, body), by);
        Act::of(|app, call| Box::pin(mark_unread::handle(app, call)), request)
    }

    pub fn sends(self, by: &Somebody, text: &str) -> Act {
        let body = json!({"client_id": new_id(), "type": "text", "text": text});
        let request = self.request(Request::post(MESSAGES, &body), by);
        Act::of(|app, call| Box::pin(send_message::handle(app, call)), request)
    }

    pub fn lists_messages(self, by: &Somebody) -> Act {
        let request = self.request(Request::get(MESSAGES), by);
        Act::of(|app, call| Box::pin(list_messages::handle(app, call)), request)
    }

    /// What the caller's own list of conversations says of it.
    pub async fn in_list_of(self, app: &TestApp, by: &Somebody) -> Value {
        let list: HttpHandler = |app, call| Box::pin(list_conversations::handle(app, call));
        let mut page = app.call(list, Request::get("/v1/conversations").by(by)).await.ok();
        let mut items = page["items"].as_array_mut().unwrap().drain(..);
        items.find(|item| item["id"] == json!(self.0)).unwrap_or_default()
    }

    pub async fn unread(self, app: &TestApp, by: &Somebody) -> i64 {
        self.in_list_of(app, by).await["unread_count"].as_i64().unwrap()
    }

    /// The last message as this member sees it.
    pub async fn last_message(self, app: &TestApp, by: &Somebody) -> Value {
        self.is_seen_by(by).on(app).await.ok()["last_message"].take()
    }

    /// Each live member's name and role, in the order of joining.
    pub async fn roles(self, app: &TestApp) -> Vec<(String, String)> {
        sqlx::query_as(
            "SELECT users.username, members.role FROM members JOIN users ON users.id = members.user_id
             WHERE members.conversation_id = $1 AND members.left_at IS NULL ORDER BY members.joined_at, users.username",
        )
        .bind(self.0.0)
        .fetch_all(&mut app.connect().await)
        .await
        .unwrap()
    }

    /// What must be true at all times of a group that has not ended.
    pub async fn is_sound(self, app: &TestApp) {
        let (owners, members, counted, last_seq, messages): (i64, i64, i32, i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE members.role = 'owner'), count(*), min(conversations.member_count),
                    min(conversations.last_seq), (SELECT count(*) FROM messages WHERE conversation_id = $1)
             FROM conversations JOIN members ON members.conversation_id = conversations.id
             WHERE conversations.id = $1 AND members.left_at IS NULL",
        )
        .bind(self.0.0)
        .fetch_one(&mut app.connect().await)
        .await
        .unwrap();
        assert_eq!((owners, i64::from(counted), last_seq), (1, members, messages));
    }
}

/// A group of these people, the first of them its owner, the next `admins` its admins.
pub async fn group(app: &TestApp, members: &[&Somebody], admins: usize) -> Group {
    let id = app.group(members).await;
    let ids: Vec<_> = members.iter().skip(1).take(admins).map(|admin| admin.id.0).collect();
    sqlx::query("UPDATE members SET role = 'admin' WHERE conversation_id = $1 AND user_id = ANY ($2)")
        .bind(id.0)
        .bind(ids)
        .execute(&mut app.connect().await)
        .await
        .unwrap();
    Group(id)
}

/// A direct conversation of two.
pub async fn direct(app: &TestApp, one: &Somebody, other: &Somebody) -> Group {
    let create: HttpHandler = |app, call| Box::pin(conversations::create_conversation::handle(app, call));
    let body = json!({"type": "direct", "member_ids": [other.id]});
    let made = app.call(create, Request::post("/v1/conversations", &body).by(one)).await.created();
    Group(ConversationId(made["id"].as_str().unwrap().parse().unwrap()))
}

pub fn role(name: &str, role: &str) -> (String, String) {
    (name.to_owned(), role.to_owned())
}

/// What a refused request must not change: the rows of conversations, members, messages and events.
pub async fn everything(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT conversations::text FROM conversations
         UNION ALL SELECT members::text FROM members
         UNION ALL SELECT messages::text FROM messages
         UNION ALL SELECT outbox::text FROM outbox
         UNION ALL SELECT conversation_keys::text FROM conversation_keys
         ORDER BY 1",
    )
    .fetch_all(&mut app.connect().await)
    .await
    .unwrap()
}
