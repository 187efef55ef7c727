//! The statements: for each kind one that reads a batch and one that changes it.

use shared::App;
use shared::database::DatabaseFailure;
use shared::id::KeyringId;
use uuid::Uuid;

use super::{Item, Kind, Place};

/// The next rows that are sealed under a key, by their primary key.
#[expect(clippy::too_many_lines, reason = "a statement for each kind, and nothing else")]
pub(super) async fn read(
    app: &App,
    kind: Kind,
    key: KeyringId,
    after: &Place,
    most: i64,
) -> Result<Vec<Item>, DatabaseFailure> {
    let database = &app.database;
    match kind {
        Kind::EpochKey => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT conversation_id AS id, conversation_id AS owner, epoch AS number, ''::bytea AS "key!", sealed
                       FROM conversation_keys
                       WHERE keyring_id = $1 AND (conversation_id, epoch) > ($2, $3)
                       ORDER BY conversation_id, epoch LIMIT $4"#,
                    key.0,
                    after.id,
                    after.number,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::Email => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT id, id AS owner, 0 AS "number!", ''::bytea AS "key!", email_sealed AS "sealed!"
                       FROM users WHERE email_keyring_id = $1 AND id > $2 ORDER BY id LIMIT $3"#,
                    key.0,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::KeptAnswer => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT user_id AS id, user_id AS owner, 0 AS "number!", key, sealed
                       FROM idempotency WHERE keyring_id = $1 AND key > $2 ORDER BY key LIMIT $3"#,
                    key.0,
                    after.key,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::Media => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT id, owner_id AS owner, 0 AS "number!", ''::bytea AS "key!", details_sealed AS "sealed!"
                       FROM media WHERE details_keyring_id = $1 AND id > $2 ORDER BY id LIMIT $3"#,
                    key.0,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::Report => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT id, reporter_id AS owner, 0 AS "number!", ''::bytea AS "key!", comment_sealed AS "sealed!"
                       FROM reports WHERE comment_keyring_id = $1 AND id > $2 ORDER BY id LIMIT $3"#,
                    key.0,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::Device => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT id, user_id AS owner, 0 AS "number!", convert_to(platform, 'UTF8') AS "key!", sealed
                       FROM devices WHERE keyring_id = $1 AND (user_id, id) > ($2, $3) ORDER BY user_id, id LIMIT $4"#,
                    key.0,
                    after.owner,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::WebhookSecret => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT id, secret_id AS owner, 0 AS "number!", ''::bytea AS "key!", secret_sealed AS sealed
                       FROM webhooks WHERE secret_keyring_id = $1 AND id > $2 ORDER BY id LIMIT $3"#,
                    key.0,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::OldWebhookSecret => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT id, old_secret_id AS "owner!", 0 AS "number!", ''::bytea AS "key!", old_sealed AS "sealed!"
                       FROM webhooks WHERE old_keyring_id = $1 AND id > $2 ORDER BY id LIMIT $3"#,
                    key.0,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
        Kind::Password => {
            let statement = || {
                sqlx::query_as!(
                    Item,
                    r#"SELECT user_id AS id, user_id AS owner, version AS number, ''::bytea AS "key!", password_sealed AS sealed
                       FROM credentials WHERE keyring_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3"#,
                    key.0,
                    after.id,
                    most,
                )
            };
            database.fetch_all(statement).await
        }
    }
}

/// How many rows a statement has changed.
struct Changed {
    changed: i64,
}

/// A batch as the columns of a statement's arguments.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    owners: Vec<Uuid>,
    numbers: Vec<i32>,
    keys: Vec<Vec<u8>>,
    old: Vec<Vec<u8>>,
    new: Vec<Vec<u8>>,
}

/// Puts what was sealed again where the bytes are still those that were opened, and counts it for the rotation under way.
/// Answers how many rows were changed. Safe to repeat: a second run finds other bytes.
pub(super) async fn write(
    app: &App,
    kind: Kind,
    from: KeyringId,
    to: KeyringId,
    batch: Vec<(Item, Vec<u8>)>,
) -> Result<i64, DatabaseFailure> {
    let mut columns = Columns::default();
    for (item, sealed) in batch {
        columns.ids.push(item.id);
        columns.owners.push(item.owner);
        columns.numbers.push(item.number);
        columns.keys.push(item.key);
        columns.old.push(item.sealed);
        columns.new.push(sealed);
    }
    let Columns { ids, owners, numbers, keys, old, new } = &columns;
    let database = &app.database;
    let row = match kind {
        Kind::EpochKey => {
            let statement = || {
                sqlx::query_file_as!(
                    Changed,
                    "src/reseal/epoch_keys.sql",
                    from.0,
                    to.0,
                    ids,
                    numbers,
                    old,
                    new
                )
            };
            database.fetch_one(statement).await?
        }
        Kind::Email => {
            let statement =
                || sqlx::query_file_as!(Changed, "src/reseal/emails.sql", from.0, to.0, ids, old, new);
            database.fetch_one(statement).await?
        }
        Kind::KeptAnswer => {
            let statement =
                || sqlx::query_file_as!(Changed, "src/reseal/kept_answers.sql", from.0, to.0, keys, old, new);
            database.fetch_one(statement).await?
        }
        Kind::Media => {
            let statement =
                || sqlx::query_file_as!(Changed, "src/reseal/media.sql", from.0, to.0, ids, old, new);
            database.fetch_one(statement).await?
        }
        Kind::Report => {
            let statement =
                || sqlx::query_file_as!(Changed, "src/reseal/reports.sql", from.0, to.0, ids, old, new);
            database.fetch_one(statement).await?
        }
        Kind::Device => {
            let statement = || {
                sqlx::query_file_as!(Changed, "src/reseal/devices.sql", from.0, to.0, ids, owners, old, new)
            };
            database.fetch_one(statement).await?
        }
        Kind::WebhookSecret => {
            let statement = || {
                sqlx::query_file_as!(Changed, "src/reseal/webhook_secrets.sql", from.0, to.0, ids, old, new)
            };
            database.fetch_one(statement).await?
        }
        Kind::OldWebhookSecret => {
            let statement = || {
                sqlx::query_file_as!(
                    Changed,
                    "src/reseal/old_webhook_secrets.sql",
                    from.0,
                    to.0,
                    ids,
                    old,
                    new
                )
            };
            database.fetch_one(statement).await?
        }
        Kind::Password => {
            let statement = || {
                sqlx::query_file_as!(
                    Changed,
                    "src/reseal/passwords.sql",
                    from.0,
                    to.0,
                    ids,
                    numbers,
                    old,
                    new
                )
            };
            database.fetch_one(statement).await?
        }
    };
    Ok(row.changed)
}
