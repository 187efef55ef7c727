//! An uploaded file: its row, what is sealed of it, and what clients see.

mod links;

use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use self::links::LINK_BYTES;
pub use self::links::{
    ITSELF, LINK_LIFETIME, MediaLinks, served_key, served_prefix, upload_key, uploaded_media,
};

use crate::app::App;
use crate::crypto::{Context, Purpose};
use crate::http::Problem;
use crate::id::{KeyringId, MediaId, UserId};
use crate::message::parts::base64_bytes;

/// What is sealed of a file: what its owner called it, and what shows something of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaDetails {
    /// As it was called where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// A blurred likeness of a picture, in Base64 (<https://evanw.github.io/thumbhash/>).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbhash: Option<String>,
    /// How loud a recording is over its length, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waveform: Option<Vec<u8>>,
}

/// [`MediaDetails`] sealed, with the K1 that seals them.
#[derive(Debug, Clone)]
pub struct SealedDetails {
    /// `media.details_keyring_id`
    pub keyring: KeyringId,
    /// `media.details_sealed`
    pub sealed: Vec<u8>,
}

/// A row of `media` as the SQL function `media_part` writes it.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the columns are documented in the migration")]
pub struct MediaRow {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub kind: String,
    pub status: String,
    pub failure: Option<String>,
    pub content_type: String,
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub keyring_id: Option<Uuid>,
    #[serde(default, deserialize_with = "base64_bytes")]
    pub sealed: Option<Vec<u8>>,
    #[serde(default)]
    pub run_id: Option<Uuid>,
    #[serde(default)]
    pub reencoded: bool,
    #[serde(default, deserialize_with = "nothing_is_empty")]
    pub variants: Vec<VariantRow>,
}

impl MediaRow {
    /// Reads what the SQL function wrote.
    ///
    /// # Errors
    /// [`Problem::Internal`] when the two differ in what they write and read.
    pub fn read(json: &str) -> Result<Self, Problem> {
        serde_json::from_str(json).map_err(|failure| Problem::Internal(format!("a file's row: {failure}")))
    }

    /// The run that made what is served, once anything is.
    fn served(&self) -> Option<Uuid> {
        self.run_id.filter(|_| self.status == "ready")
    }

    /// The most that it takes in Lambda's answer: bytes as they stand in a JSON string in another JSON.
    #[must_use]
    pub fn answer_bytes(&self) -> usize {
        let links = if self.served().is_some() { 1 + self.variants.len() } else { 0 };
        1_000 + 2 * self.sealed.as_ref().map_or(0, Vec::len) + links * (LINK_BYTES + 150)
    }
}

/// A row of `media_variants`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the columns are documented in the migration")]
pub struct VariantRow {
    pub name: String,
    pub width: i32,
    pub height: i32,
    pub content_type: String,
}

/// `null` where there are none: what `json_agg` makes of no rows.
fn nothing_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<VariantRow>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A file as clients see it.
#[derive(Debug, Serialize)]
pub struct Media {
    /// Which.
    pub id: MediaId,
    /// `image`, `video`, `audio` or `file`.
    pub kind: String,
    /// `pending`, `processing`, `ready` or `failed`.
    pub status: String,
    /// Why it failed, in a fixed word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// As it was declared and checked.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// In pixels, where it has any.
    pub width: Option<i32>,
    /// In pixels, where it has any.
    pub height: Option<i32>,
    /// In milliseconds, where it lasts.
    pub duration_ms: Option<i64>,
    /// [`MediaDetails::thumbhash`]
    pub thumbhash: Option<String>,
    /// [`MediaDetails::waveform`]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waveform: Option<Vec<u8>>,
    /// [`MediaDetails::file_name`]
    pub file_name: Option<String>,
    /// Where to get it, for some minutes; `null` as long as nothing is served.
    pub url: Option<String>,
    /// Smaller forms of it.
    pub variants: Vec<Variant>,
}

/// A smaller form of a file as clients see it.
#[derive(Debug, Serialize)]
pub struct Variant {
    /// Unique among those of one file.
    pub name: String,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// Such as `image/webp`.
    pub content_type: String,
    /// Where to get it, for some minutes; `null` where no links are given out.
    pub url: Option<String>,
}

impl Media {
    /// The file of this row with what was opened of it, and links where any are given out.
    #[must_use]
    pub fn of(
        row: &MediaRow,
        details: MediaDetails,
        links: Option<&MediaLinks>,
        now: OffsetDateTime,
    ) -> Self {
        let link =
            |name: &str, content_type: &str| Some(links?.to(row, row.served()?, name, content_type, now));
        let variant = |variant: &VariantRow| Variant {
            name: variant.name.clone(),
            width: variant.width,
            height: variant.height,
            content_type: variant.content_type.clone(),
            url: link(&variant.name, &variant.content_type),
        };
        Self {
            id: row.id.into(),
            kind: row.kind.clone(),
            // That the bytes have come, and nobody has looked at them yet, is not a client's affair.
            status: if row.status == "uploaded" { "processing" } else { &row.status }.to_owned(),
            failure: row.failure.clone(),
            content_type: row.content_type.clone(),
            size: row.size,
            width: row.width,
            height: row.height,
            duration_ms: row.duration_ms,
            thumbhash: details.thumbhash,
            waveform: details.waveform,
            file_name: details.file_name,
            url: link(ITSELF, &row.content_type),
            variants: row.variants.iter().map(variant).collect(),
        }
    }
}

impl App {
    /// Seals what is to be kept of a file, so that it opens in this file's row only.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when no keyring key is to be had now.
    pub async fn seal_media_details(
        &self,
        media: MediaId,
        owner: UserId,
        details: &MediaDetails,
    ) -> Result<SealedDetails, Problem> {
        let key = self.active_key(Purpose::Media).await?;
        let json = serde_json::to_vec(details).map_err(|failure| Problem::Internal(failure.to_string()))?;
        let sealed = self.seal_under(&key, &Context::Media { media, owner }, &json)?;
        Ok(SealedDetails { keyring: key.id, sealed })
    }
}
