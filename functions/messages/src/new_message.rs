//! What a client sends to have a message stored: its type, and the content that goes with the type.

use serde::Serialize;
use serde_json::Value;
use shared::Problem;
use shared::http::{Fields, Invalid, Parse};
use shared::id::{ClientId, MediaId, MessageId};
use shared::limits::{EXPIRES_IN_S, MEDIA_PER_MESSAGE, MENTIONS_PER_MESSAGE};
use shared::message::{Content, Location, Mention};
use shared::text::MessageText;

/// The types that clients can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Pictures, with a caption or without; so are the next three.
    Image,
    Video,
    Audio,
    File,
    /// A place on Earth.
    Location,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Text, Self::Image, Self::Video, Self::Audio, Self::File, Self::Location];

    /// The name in SQL and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
            Self::Location => "location",
        }
    }

    fn has_media(self) -> bool {
        !matches!(self, Self::Text | Self::Location)
    }
}

impl Parse for Kind {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| {
            Invalid::new("invalid_value", "must be text, image, video, audio, file or location")
        })
    }
}

/// What the client sends.
#[derive(Debug)]
pub struct NewMessage {
    pub client_id: ClientId,
    pub kind: Kind,
    pub content: Content,
    pub media_ids: Vec<MediaId>,
    pub reply_to: Option<MessageId>,
    /// As they were sent: errors name them by their place.
    pub mentions: Vec<Mention>,
    pub expires_in_s: Option<i64>,
}

impl NewMessage {
    /// The request made of its fields.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] with everything that is wrong.
    pub fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let client_id = fields.required("client_id");
        let kind: Option<Kind> = fields.required("type");
        let text = match kind {
            // Without a type that is known, text is what most have.
            Some(Kind::Text) | None => fields.required::<MessageText>("text"),
            _ => fields.optional("text"),
        };
        let location = match kind {
            Some(Kind::Location) => fields.required::<Location>("location"),
            _ => fields.optional("location"),
        };
        let media_ids: Option<Vec<MediaId>> = match kind {
            Some(kind) if kind.has_media() => fields.required("media_ids"),
            _ => fields.optional("media_ids"),
        };
        if kind.is_some_and(Kind::has_media) && media_ids.as_ref().is_some_and(Vec::is_empty) {
            fields.wrong::<()>("media_ids", Invalid::new("too_short", "must name one file at least"));
        }
        let media_ids = media_ids.unwrap_or_default();
        if let Some(kind) = kind {
            let has_text = kind != Kind::Location;
            refuse(&mut fields, "text", kind, text.is_some() && !has_text);
            refuse(&mut fields, "location", kind, location.is_some() && kind != Kind::Location);
            refuse(&mut fields, "media_ids", kind, !media_ids.is_empty() && !kind.has_media());
        }
        check_media(&mut fields, &media_ids);
        let reply_to = fields.optional("reply_to");
        let mentions: Vec<Mention> = fields.optional("mentions").unwrap_or_default();
        if mentions.len() > MENTIONS_PER_MESSAGE {
            fields.wrong::<()>("mentions", Invalid::too_many("too_long", MENTIONS_PER_MESSAGE, "users"));
        }
        let expires_in_s = fields.optional::<ExpiresIn>("expires_in_s").map(|seconds| seconds.0);
        let content = Content { text: text.map(|text| text.0), location, ..Content::default() };
        fields.finish(|| {
            let (client_id, kind) = (client_id?, kind?);
            Some(Self { client_id, kind, content, media_ids, reply_to, mentions, expires_in_s })
        })
    }

    /// Everybody who is meant, once each, as the table has them.
    pub fn mentioned(&self) -> Vec<Mention> {
        let mut mentioned = self.mentions.clone();
        mentioned.sort_unstable();
        mentioned.dedup();
        mentioned
    }

    /// What the client asked for, always written the same way: what tells a repeat from a reuse of the `client_id`.
    /// What is not there is not written, so that requests of before it could be there stay the same.
    ///
    /// # Errors
    /// [`Problem::Internal`] when it cannot be written.
    pub fn canonical(&self) -> Result<Vec<u8>, Problem> {
        #[derive(Serialize)]
        struct Canonical<'a> {
            r#type: &'static str,
            #[serde(flatten)]
            content: &'a Content,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            media_ids: &'a [MediaId],
            #[serde(skip_serializing_if = "Option::is_none")]
            reply_to: Option<MessageId>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            mentions: Vec<Mention>,
            #[serde(skip_serializing_if = "Option::is_none")]
            expires_in_s: Option<i64>,
        }
        to_json(&Canonical {
            r#type: self.kind.name(),
            content: &self.content,
            media_ids: &self.media_ids,
            reply_to: self.reply_to,
            mentions: self.mentioned(),
            expires_in_s: self.expires_in_s,
        })
    }
}

/// Notes a field that a message of this type has no place for.
fn refuse(fields: &mut Fields, field: &str, kind: Kind, is_there: bool) {
    if is_there {
        let rule = format!("must be left out of a message of type {}", kind.name());
        fields.wrong::<()>(field, Invalid::new("not_for_type", rule));
    }
}

fn check_media(fields: &mut Fields, ids: &[MediaId]) {
    if ids.len() > MEDIA_PER_MESSAGE {
        fields.wrong::<()>("media_ids", Invalid::too_many("too_long", MEDIA_PER_MESSAGE, "files"));
    }
    for (index, id) in ids.iter().enumerate().take(MEDIA_PER_MESSAGE) {
        if ids[..index].contains(id) {
            let twice = Invalid::new("duplicate", "is attached already");
            fields.wrong::<()>("media_ids", twice.within(&format!("[{index}]")));
        }
    }
}

/// Seconds until a message disappears.
struct ExpiresIn(i64);

impl Parse for ExpiresIn {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        match i64::parse(value)? {
            ..1 => Err(Invalid::new("invalid_value", "must be at least 1")),
            seconds if seconds > EXPIRES_IN_S => {
                let max = usize::try_from(EXPIRES_IN_S).unwrap_or_default();
                Err(Invalid::too_many("too_large", max, "seconds"))
            }
            seconds => Ok(Self(seconds)),
        }
    }
}

/// A value as JSON.
///
/// # Errors
/// [`Problem::Internal`] when it cannot be written.
pub fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|failure| Problem::Internal(failure.to_string()))
}
