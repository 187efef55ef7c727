//! What a client can ask for in a frame.

use serde_json::{Map, Value, json};
use shared::clock::Timestamp;
use shared::http::{Fields, Invalid, Parse};
use shared::id::{ConversationId, Seq};
use shared::{App, Caller, Problem};
use uuid::Uuid;

use super::Queues;
use crate::typing;

/// Everything that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Whether the socket is alive; also, that the user is there.
    Ping,
    /// As `POST …/typing`.
    Typing,
    /// As `PUT …/receipts`, but done soon rather than at once, and so without an answer to wait for.
    Receipts,
    /// As `POST …/messages`.
    SendMessage,
}

/// What came of it.
pub struct Done {
    /// As of HTTP.
    pub status: u16,
    /// What HTTP has as a body.
    pub data: Value,
}

impl Action {
    /// Their names.
    pub const NAMES: [&str; 4] = ["ping", "typing", "receipts", "send_message"];

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Ping, Self::Typing, Self::Receipts, Self::SendMessage];
        all.into_iter().find(|action| action.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Does it.
    ///
    /// # Errors
    /// What the endpoint of the same meaning answers.
    pub async fn run(
        self,
        app: &App,
        queues: Queues<'_>,
        caller: Caller,
        mut object: Map<String, Value>,
    ) -> Result<Done, Problem> {
        match self {
            Self::Ping => {
                Fields::new(object).finish(|| Some(()))?;
                Ok(Done { status: 200, data: json!({"at": Timestamp::from(app.clock.now())}) })
            }
            Self::Typing => {
                let (conversation, fields) = (conversation(&mut object)?, Fields::new(object));
                let active = typing::parse(fields)?;
                typing::tell(app, queues.events, caller, conversation, active).await?;
                Ok(Done { status: 204, data: Value::Null })
            }
            Self::Receipts => {
                let (conversation, fields) = (conversation(&mut object)?, Fields::new(object));
                let watermarks = Watermarks::parse(fields)?;
                watermarks.send(queues, caller, conversation).await?;
                Ok(Done { status: 202, data: Value::Null })
            }
            Self::SendMessage => {
                let (conversation, fields) = (conversation(&mut object)?, Fields::new(object));
                let reply = messages::send_message::send(app, caller, conversation, fields).await?;
                let data = serde_json::from_str(reply.body())
                    .map_err(|failure| Problem::Internal(failure.to_string()))?;
                Ok(Done { status: reply.status(), data })
            }
        }
    }
}

/// What a path has, of a request over HTTP.
fn conversation(object: &mut Map<String, Value>) -> Result<ConversationId, Problem> {
    const FIELD: &str = "conversation_id";
    let value = object.remove(FIELD).ok_or_else(|| Problem::invalid(FIELD, "required", "is required"))?;
    Uuid::parse(&value).map(ConversationId).map_err(|invalid| Problem::field(FIELD, invalid))
}

/// How far messages have got.
struct Watermarks {
    delivered_seq: Option<Seq>,
    read_seq: Option<Seq>,
}

impl Watermarks {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let nothing = fields.is_empty();
        let delivered_seq = fields.optional("delivered_seq");
        let read_seq = fields.optional("read_seq");
        if nothing {
            fields.wrong::<()>("", Invalid::new("required", "must name delivered_seq or read_seq"));
        }
        fields.finish(|| Some(Self { delivered_seq, read_seq }))
    }

    async fn send(
        self,
        queues: Queues<'_>,
        caller: Caller,
        conversation: ConversationId,
    ) -> Result<(), Problem> {
        let mut body = json!({"user_id": caller.user_id, "conversation_id": conversation});
        for (name, seq) in [("delivered_seq", self.delivered_seq), ("read_seq", self.read_seq)] {
            if let Some(seq) = seq {
                body[name] = seq.0.into();
            }
        }
        let sent = queues.receipts.send(body.to_string()).await;
        sent.map_err(|failure| Problem::unavailable(failure.to_string()))
    }
}
