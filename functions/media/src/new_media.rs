//! What a client sends to upload a file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use shared::Problem;
use shared::http::{Fields, Invalid, Parse, whole_number};
use shared::limits::UPLOAD_BYTES;
use shared::text::FileName;

use crate::preview::Kind;

/// The file to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedia {
    pub kind: Kind,
    pub content_type: &'static str,
    /// In bytes.
    pub size: i64,
    pub file_name: Option<String>,
    pub checksum_sha256: Option<Checksum>,
}

/// Bytes of an upload.
struct Size(i64);

impl Parse for Size {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        whole_number(value, 1, UPLOAD_BYTES).map(Self)
    }
}

/// The SHA-256 of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum(pub [u8; 32]);

impl Checksum {
    /// In Base64, as S3 takes it.
    pub fn text(self) -> String {
        STANDARD.encode(self.0)
    }
}

impl Parse for Checksum {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        let hash = STANDARD.decode(text).ok().and_then(|hash| hash.try_into().ok());
        // Written the one way in which S3 writes it too.
        hash.map(Self)
            .filter(|checksum| checksum.text() == text)
            .ok_or_else(|| Invalid::new("invalid_format", "must be a SHA-256 in Base64: 44 characters"))
    }
}

impl NewMedia {
    /// The request made of its fields.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] with everything that is wrong.
    pub fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let kind: Option<Kind> = fields.required("kind");
        let content_type: Option<String> = fields.required("content_type");
        let content_type = match (kind, content_type) {
            (Some(kind), Some(text)) => match kind.content_type(&text) {
                Ok(known) => Some(known),
                Err(invalid) => fields.wrong("content_type", invalid),
            },
            _ => None,
        };
        let size: Option<Size> = fields.required("size");
        let file_name = fields.optional::<FileName>("file_name").map(|name| name.0);
        let checksum_sha256 = fields.optional("checksum_sha256");
        fields.finish(|| {
            Some(Self { kind: kind?, content_type: content_type?, size: size?.0, file_name, checksum_sha256 })
        })
    }

    /// What was asked, for a request with an `Idempotency-Key`.
    pub fn asked(&self) -> impl Serialize + Sync {
        #[derive(Serialize)]
        struct Asked {
            kind: &'static str,
            content_type: &'static str,
            size: i64,
            file_name: Option<String>,
            checksum_sha256: Option<String>,
        }
        Asked {
            kind: self.kind.name(),
            content_type: self.content_type,
            size: self.size,
            file_name: self.file_name.clone(),
            checksum_sha256: self.checksum_sha256.map(Checksum::text),
        }
    }
}
