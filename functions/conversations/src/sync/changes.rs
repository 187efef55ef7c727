//! What changed after a token.

use shared::change::{ChangeData, Unread};
use shared::http::{cut, fitting_bytes};
use shared::id::{ConversationId, MediaId, MessageId, UserId};
use shared::membership::Flags;
use shared::message::{MessageParts, MessageRow};
use shared::{App, Caller, Problem};
use time::OffsetDateTime;

use super::token::{Place, Token};
use super::{Data, Item, Log, Page};

/// What a change takes in the answer beside its message, in bytes.
const FRAME_BYTES: usize = 500;
/// What an account takes, were it of nothing but control characters.
const ACCOUNT_BYTES: usize = 6_000;

/// A change as the log has it.
struct Logged {
    place: Place,
    change_seq: Option<i64>,
    kind: String,
    at: OffsetDateTime,
    conversation_id: Option<ConversationId>,
    user_id: Option<UserId>,
    media_id: Option<MediaId>,
    about: About,
}

/// What it is about, as that is now.
enum About {
    Message(Box<MessageRow>),
    Receipt {
        delivered_seq: i64,
        read_seq: Option<i64>,
        /// Of the caller's own.
        unread: Option<Unread>,
    },
    Flags(Flags),
    Hidden {
        conversation_id: ConversationId,
        message_id: MessageId,
    },
    /// The caller's own, as the SQL function wrote it.
    Account(String),
    /// What the ids tell.
    Ids,
    /// What the caller may not see.
    Nothing,
}

impl Logged {
    fn answer_bytes(&self) -> usize {
        FRAME_BYTES
            + match &self.about {
                About::Message(row) => row.answer_bytes(),
                About::Account(_) => ACCOUNT_BYTES,
                _ => 0,
            }
    }

    /// Its change as the client sees it; `None` of what the caller may not see.
    async fn into_item(self, app: &App) -> Result<Option<Item>, Problem> {
        let (conversation_id, user_id) = (self.conversation_id, self.user_id);
        let data = match self.about {
            About::Nothing => return Ok(None),
            About::Message(row) => ChangeData::Message(Box::new(app.open_message(&row).await?)),
            About::Receipt { delivered_seq, read_seq, unread } => ChangeData::Receipt {
                conversation_id,
                user_id,
                delivered_seq: delivered_seq.into(),
                read_seq: read_seq.map(Into::into),
                unread,
            },
            About::Flags(flags) => ChangeData::Flags(flags),
            About::Hidden { conversation_id, message_id } => {
                ChangeData::Hidden { conversation_id, user_id, message_id }
            }
            About::Account(part) => ChangeData::Account(Box::new(app.open_account(&part).await?)),
            About::Ids => ChangeData::Ids { conversation_id, user_id, media_id: self.media_id },
        };
        let (change_seq, data) = (self.change_seq.map(Into::into), Data::Change(data));
        Ok(Some(Item { change_seq, r#type: self.kind, at: self.at.into(), conversation_id, data }))
    }
}

/// The page after a token.
pub async fn page(app: &App, caller: Caller, limit: i64, token: Token) -> Result<Page, Problem> {
    let (log, mut logged) = read(app, caller, limit, token).await?;
    if !log.valid {
        return Ok(log.reset());
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let shown = fitting_bytes(logged.iter().map(Logged::answer_bytes)).min(limit);
    let limited = cut(&mut logged, shown);
    let place = match logged.last() {
        Some(last) if limited => last.place,
        _ => log.end.max(token.place),
    };
    let mut changes = Vec::with_capacity(logged.len());
    for change in logged {
        changes.extend(change.into_item(app).await?);
    }
    let next = Token { place, ..token };
    Ok(Page { next: next.encode(), changes, limited, reset: false })
}

/// The log, and its rows after a token, one more than asked for at the most.
async fn read(app: &App, caller: Caller, limit: i64, token: Token) -> Result<(Log, Vec<Logged>), Problem> {
    let statement = || {
        sqlx::query_file!(
            "src/sync/changes.sql",
            caller.session_id.0,
            caller.user_id.0,
            token.log,
            token.place.xid,
            token.place.change_seq,
            token.place.id,
            // One more than asked for tells whether there are more.
            limit + 1,
        )
    };
    let rows = app.database.fetch_all(statement).await?;
    let first = rows.first().filter(|row| row.session_live).ok_or(Problem::Unauthenticated)?;
    let log = Log::of(first.log_id, first.log_valid, first.end_xid)?;
    let mut logged = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(xid), Some(id), Some(kind), Some(at)) = (row.at_xid, row.at_id, row.r#type, row.at) else {
            continue;
        };
        let parts = MessageParts::read(row.parts.as_deref())?;
        let message = || {
            Some(MessageRow {
                id: row.id?,
                conversation_id: row.conversation_id?,
                seq: row.seq?,
                change_seq: row.change_seq?,
                client_id: row.client_id?,
                sender_id: row.sender_id?,
                kind: row.kind?,
                epoch: row.epoch?,
                version: row.version?,
                sealed: row.sealed,
                created_at: row.created_at?,
                edited_at: row.edited_at,
                deleted_at: row.deleted_at,
                expires_at: row.expires_at,
                key_keyring_id: row.key_keyring_id,
                key_sealed: row.key_sealed,
                parts,
            })
        };
        let conversation_id = row.of_conversation_id.map(ConversationId);
        let flags = || {
            Some(Flags {
                conversation_id: conversation_id?,
                archived: row.archived?,
                muted_until: row.muted_until.map(Into::into),
                pinned: row.pinned?,
            })
        };
        let unread = || Some(Unread { unread_count: row.unread_count?, mention_count: row.mention_count? });
        let about =
            match kind.as_str() {
                "conversation.flags_updated" => flags().map_or(About::Nothing, About::Flags),
                "receipt.updated" => row.delivered_seq.map_or(About::Nothing, |delivered_seq| {
                    About::Receipt { delivered_seq, read_seq: row.read_seq, unread: unread() }
                }),
                // Flags are there of conversations that the caller is in.
                "conversation.message_hidden" => {
                    flags().zip(row.message_id).map_or(About::Nothing, |(flags, message)| About::Hidden {
                        conversation_id: flags.conversation_id,
                        message_id: message.into(),
                    })
                }
                "user.updated" => row.account.map_or(About::Nothing, About::Account),
                _ if row.message_id.is_some() => {
                    message().map_or(About::Nothing, |message| About::Message(Box::new(message)))
                }
                _ => About::Ids,
            };
        logged.push(Logged {
            place: Place { xid, change_seq: row.at_change_seq.unwrap_or(0), id },
            change_seq: row.at_change_seq,
            kind,
            at,
            conversation_id,
            user_id: row.user_id.map(UserId),
            media_id: row.media_id.map(MediaId),
            about,
        });
    }
    Ok((log, logged))
}
