//! The user's conversations with their members, and every message in them that the user may see.

use serde::Serialize;
use serde_json::json;
use shared::Problem;
use shared::audit::{Entry, Event};
use shared::clock::Timestamp;
use shared::crypto::{Context, OpenFailure, SealedEpochKey, open};
use shared::id::{ConversationId, Epoch, MediaId, Seq, UserId};
use shared::message::{MessageParts, MessageRow};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Run;
use super::file::ArchiveFile;

/// Messages of one statement: 13 MB if each is as long as it may be.
const MESSAGES: i64 = 200;
/// Members of one statement.
const MEMBERS: i64 = 500;

/// A conversation that is to be written, and where it ends.
struct Known {
    id: Uuid,
    last_seq: i64,
}

/// Writes the list of conversations, and then each one's messages.
pub async fn write(run: Run<'_>, archive: &mut ArchiveFile) -> Result<(), Problem> {
    let known = known(run).await?;
    let mut list = archive.list("conversations.json")?;
    for one in &known {
        if let Some(conversation) = conversation(run, one).await? {
            list.push(&conversation)?;
        }
    }
    list.end()?;
    for one in &known {
        messages(run, archive, one).await?;
    }
    Ok(())
}

/// All of them at once: 24 bytes each.
async fn known(run: Run<'_>) -> Result<Vec<Known>, Problem> {
    let statement = || {
        sqlx::query_as!(
            Known,
            r#"
            SELECT conversation.id, conversation.last_seq
            FROM running_exports AS run
            JOIN members AS member ON member.user_id = run.user_id AND member.left_at IS NULL
            JOIN conversations AS conversation ON conversation.id = member.conversation_id
            WHERE run.id = $1 AND run.run_id = $2
            ORDER BY conversation.id
            "#,
            run.export.0,
            run.id,
        )
    };
    Ok(run.app.database.fetch_all(statement).await?)
}

/// A conversation as its member knows it.
#[derive(Serialize)]
struct Conversation {
    id: ConversationId,
    r#type: String,
    /// `null` where there is none, or when it cannot be opened.
    title: Option<String>,
    /// Likewise.
    description: Option<String>,
    avatar_media_id: Option<MediaId>,
    /// The user's own role.
    role: String,
    joined_at: Timestamp,
    last_seq: Seq,
    read_seq: Seq,
    muted_until: Option<Timestamp>,
    pinned: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    members: Vec<Member>,
}

/// One who belongs to it.
#[derive(Serialize)]
struct Member {
    user_id: UserId,
    /// `null` once the account is deleted.
    username: Option<String>,
    display_name: String,
    role: String,
    joined_at: Timestamp,
}

struct ConversationRow {
    r#type: String,
    title_sealed: Option<Vec<u8>>,
    title_epoch: Option<i32>,
    title_key_keyring_id: Option<Uuid>,
    title_key_sealed: Option<Vec<u8>>,
    description_sealed: Option<Vec<u8>>,
    description_epoch: Option<i32>,
    description_key_keyring_id: Option<Uuid>,
    description_key_sealed: Option<Vec<u8>>,
    avatar_media_id: Option<Uuid>,
    role: String,
    joined_at: OffsetDateTime,
    read_seq: i64,
    muted_until: Option<OffsetDateTime>,
    pinned: bool,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
}

/// `None` when the user has left it meanwhile.
async fn conversation(run: Run<'_>, known: &Known) -> Result<Option<Conversation>, Problem> {
    let statement = || {
        sqlx::query_as!(
            ConversationRow,
            r#"
            SELECT conversation.type, conversation.title_sealed, conversation.title_epoch,
                   title_key.keyring_id AS "title_key_keyring_id?", title_key.sealed AS "title_key_sealed?",
                   conversation.description_sealed, conversation.description_epoch,
                   description_key.keyring_id AS "description_key_keyring_id?",
                   description_key.sealed AS "description_key_sealed?",
                   conversation.avatar_media_id, member.role, member.joined_at, member.read_seq, member.muted_until,
                   member.pinned_at IS NOT NULL AS "pinned!", conversation.created_at, conversation.updated_at
            FROM running_exports AS run
            JOIN members AS member ON member.user_id = run.user_id AND member.left_at IS NULL
            JOIN conversations AS conversation ON conversation.id = member.conversation_id
            LEFT JOIN conversation_keys AS title_key
                   ON title_key.conversation_id = conversation.id AND title_key.epoch = conversation.title_epoch
            LEFT JOIN conversation_keys AS description_key
                   ON description_key.conversation_id = conversation.id
                  AND description_key.epoch = conversation.description_epoch
            WHERE run.id = $1 AND run.run_id = $2 AND member.conversation_id = $3
            "#,
            run.export.0,
            run.id,
            known.id,
        )
    };
    let Some(row) = run.app.database.fetch_all(statement).await?.pop() else { return Ok(None) };
    Ok(Some(Conversation {
        id: known.id.into(),
        title: open_column(run, known.id, row.title()).await?,
        description: open_column(run, known.id, row.description()).await?,
        r#type: row.r#type,
        avatar_media_id: row.avatar_media_id.map(MediaId),
        role: row.role,
        joined_at: row.joined_at.into(),
        last_seq: known.last_seq.into(),
        read_seq: row.read_seq.into(),
        muted_until: row.muted_until.map(Timestamp::from),
        pinned: row.pinned,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
        members: members(run, known.id).await?,
    }))
}

/// Words about a conversation that are sealed under the key of their epoch.
struct Column<'a> {
    name: &'static str,
    sealed: Option<&'a [u8]>,
    key: Option<SealedEpochKey>,
    context: fn(ConversationId, Epoch) -> Context<'static>,
}

impl ConversationRow {
    fn title(&self) -> Column<'_> {
        Column {
            name: "title",
            sealed: self.title_sealed.as_deref(),
            key: key(self.title_epoch, self.title_key_keyring_id, self.title_key_sealed.as_deref()),
            context: |conversation, epoch| Context::ConversationTitle { conversation, epoch },
        }
    }

    fn description(&self) -> Column<'_> {
        let sealed_key = self.description_key_sealed.as_deref();
        Column {
            name: "description",
            sealed: self.description_sealed.as_deref(),
            key: key(self.description_epoch, self.description_key_keyring_id, sealed_key),
            context: |conversation, epoch| Context::ConversationDescription { conversation, epoch },
        }
    }
}

fn key(epoch: Option<i32>, keyring: Option<Uuid>, sealed: Option<&[u8]>) -> Option<SealedEpochKey> {
    Some(SealedEpochKey { epoch: epoch?.into(), keyring: keyring?.into(), sealed: sealed?.to_owned() })
}

async fn open_column(run: Run<'_>, id: Uuid, column: Column<'_>) -> Result<Option<String>, Problem> {
    let Some(sealed) = column.sealed else { return Ok(None) };
    let epoch = column.key.as_ref().map(|key| key.epoch);
    let key = match &column.key {
        Some(key) => run.app.open_epoch_key(id.into(), key).await?,
        None => Err(OpenFailure::KeyMissing),
    };
    let opened = key.and_then(|key| {
        let words = open(&key.key, &(column.context)(key.conversation, key.epoch), sealed)?;
        String::from_utf8(words.to_vec()).map_err(|_| OpenFailure::Format)
    });
    if let Err(reason) = &opened {
        let entry = Entry::about(Event::DecryptFail, "conversation", id);
        let detail = json!({"column": column.name, "epoch": epoch, "reason": reason.to_string()});
        run.app.record(vec![entry.with(detail)]).await;
    }
    Ok(opened.ok())
}

async fn members(run: Run<'_>, conversation: Uuid) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let statement = || {
            sqlx::query!(
                r#"
                SELECT users.id, users.username, users.display_name, users.deleted_at IS NOT NULL AS "deleted!",
                       other.role, other.joined_at
                FROM running_exports AS run
                JOIN members AS own ON own.user_id = run.user_id AND own.left_at IS NULL
                JOIN members AS other ON other.conversation_id = own.conversation_id AND other.left_at IS NULL
                JOIN users ON users.id = other.user_id
                WHERE run.id = $1 AND run.run_id = $2 AND own.conversation_id = $3 AND other.user_id > $4
                ORDER BY other.user_id
                LIMIT $5
                "#,
                run.export.0,
                run.id,
                conversation,
                after,
                MEMBERS,
            )
        };
        let rows = run.app.database.fetch_all(statement).await?;
        let Some(last) = rows.last() else { return Ok(members) };
        after = last.id;
        members.extend(rows.into_iter().map(|row| Member {
            user_id: row.id.into(),
            username: (!row.deleted).then_some(row.username),
            display_name: if row.deleted { "Deleted user".to_owned() } else { row.display_name },
            role: row.role,
            joined_at: row.joined_at.into(),
        }));
    }
}

/// One message a line, as the API shows it; one that cannot be opened says so.
async fn messages(run: Run<'_>, archive: &mut ArchiveFile, known: &Known) -> Result<(), Problem> {
    archive.begin(&format!("conversations/{}.jsonl", known.id))?;
    let mut after = 0;
    loop {
        let rows = messages_after(run, known, after).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.seq;
        for message in run.app.open_messages(&rows).await? {
            archive.line(&message)?;
        }
    }
}

async fn messages_after(run: Run<'_>, known: &Known, after: i64) -> Result<Vec<MessageRow>, Problem> {
    let statement = || {
        sqlx::query!(
            r#"
            SELECT message.id AS "id!", message.conversation_id AS "conversation_id!", message.seq AS "seq!",
                   message.change_seq AS "change_seq!", message.client_id AS "client_id!", message.sender_id AS "sender_id!",
                   message.type AS "kind!", message.epoch AS "epoch!", message.version AS "version!",
                   message.sealed AS "sealed?", message.created_at AS "created_at!", message.edited_at AS "edited_at?",
                   message.deleted_at AS "deleted_at?", message.expires_at AS "expires_at?",
                   epoch_key.keyring_id AS "key_keyring_id?", epoch_key.sealed AS "key_sealed?",
                   parts.parts
            FROM running_exports AS run
            JOIN message_readers AS reader ON reader.user_id = run.user_id
            JOIN messages AS message
              ON message.conversation_id = reader.conversation_id AND message.seq > reader.after_seq
            CROSS JOIN LATERAL message_parts(
                message.conversation_id, message.seq, message.type, message.reply_to_seq, message.reactions, reader.user_id
            ) AS parts
            LEFT JOIN conversation_keys AS epoch_key
                   ON epoch_key.conversation_id = message.conversation_id AND epoch_key.epoch = message.epoch
            WHERE run.id = $1 AND run.run_id = $2 AND reader.conversation_id = $3
              AND message.conversation_id = $3 AND message.seq > $4 AND message.seq <= $5
              AND NOT EXISTS (
                  SELECT FROM hidden_messages AS hidden
                  WHERE hidden.conversation_id = message.conversation_id AND hidden.seq = message.seq
                    AND hidden.user_id = reader.user_id
              )
            ORDER BY message.seq
            LIMIT $6
            "#,
            run.export.0,
            run.id,
            known.id,
            after,
            known.last_seq,
            MESSAGES,
        )
    };
    let rows = run.app.database.fetch_all(statement).await?;
    let messages = rows.into_iter().map(|row| {
        Ok(MessageRow {
            id: row.id,
            conversation_id: row.conversation_id,
            seq: row.seq,
            change_seq: row.change_seq,
            client_id: row.client_id,
            sender_id: row.sender_id,
            kind: row.kind,
            epoch: row.epoch,
            version: row.version,
            sealed: row.sealed,
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            expires_at: row.expires_at,
            key_keyring_id: row.key_keyring_id,
            key_sealed: row.key_sealed,
            parts: MessageParts::read(row.parts.as_deref())?,
        })
    });
    messages.collect()
}
