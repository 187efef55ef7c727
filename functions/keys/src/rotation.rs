//! A rotation as those who look after keys see it.

use serde::{Deserialize, Serialize};
use shared::Problem;
use shared::clock::Timestamp;
use shared::id::KeyringId;
use time::OffsetDateTime;
use uuid::Uuid;

/// Milliseconds since 1970, as statements write times into JSON.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct Milliseconds(i64);

impl Milliseconds {
    /// So many.
    pub fn of(milliseconds: i64) -> Self {
        Self(milliseconds)
    }
}

impl From<Milliseconds> for Timestamp {
    fn from(time: Milliseconds) -> Self {
        let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1_000_000);
        // Postgres has no time beyond the range of this type but the infinities, which no statement writes.
        time.unwrap_or(OffsetDateTime::UNIX_EPOCH).into()
    }
}

/// A row of `keys.rotations`, as statements write it into JSON.
#[derive(Debug, Deserialize)]
pub struct Row {
    id: Uuid,
    kind: String,
    purpose: String,
    requested_by: Option<Uuid>,
    requested_at_ms: Milliseconds,
    keyring_id: Option<KeyringId>,
    started_at_ms: Option<Milliseconds>,
    done: i64,
    failed: i64,
    finished_at_ms: Option<Milliseconds>,
}

/// What was asked for, and how far it is.
#[derive(Debug, Serialize)]
pub struct Rotation {
    id: Uuid,
    /// `keyring` or `kms_key`.
    kind: String,
    /// `content`, `credentials` or `media`.
    purpose: String,
    /// `waiting`, `running` or `finished`.
    state: &'static str,
    /// The admin who asked; `null`: the schedule.
    requested_by: Option<Uuid>,
    requested_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    /// The key that seals since.
    keyring_id: Option<KeyringId>,
    /// Things sealed again, or keys wrapped again.
    done: i64,
    /// Those that could not be.
    failed: i64,
}

impl From<Row> for Rotation {
    fn from(row: Row) -> Self {
        let state = match (row.started_at_ms, row.finished_at_ms) {
            (_, Some(_)) => "finished",
            (Some(_), None) => "running",
            (None, None) => "waiting",
        };
        Self {
            id: row.id,
            kind: row.kind,
            purpose: row.purpose,
            state,
            requested_by: row.requested_by,
            requested_at: row.requested_at_ms.into(),
            started_at: row.started_at_ms.map(Timestamp::from),
            finished_at: row.finished_at_ms.map(Timestamp::from),
            keyring_id: row.keyring_id,
            done: row.done,
            failed: row.failed,
        }
    }
}

/// Rotations from the JSON that a statement wrote.
///
/// # Errors
/// [`Problem::Internal`] when the two differ in what they write and read.
pub fn read(json: &str) -> Result<Vec<Rotation>, Problem> {
    let rows: Vec<Row> = serde_json::from_str(json)
        .map_err(|failure| Problem::Internal(format!("rotations of keys: {failure}")))?;
    Ok(rows.into_iter().map(Rotation::from).collect())
}
