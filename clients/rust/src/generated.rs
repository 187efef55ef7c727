// Generated from openapi.yaml by `cargo run --example generate-client`. Do not edit.

use crate::call::{Call, Method};
use crate::{Client, Error, NewMessage};
///`AccountChange`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AccountChange {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub at: ::std::string::String,
    ///The change of the conversation; null where the event is none.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub change_seq: ::std::option::Option<i64>,
    ///Null where it is about the caller's account.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub conversation_id: ::std::option::Option<::uuid::Uuid>,
    pub data: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///As the type of the socket event; `conversation.snapshot` of a snapshot.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
///`AccountChanges`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AccountChanges {
    pub changes: ::std::vec::Vec<AccountChange>,
    ///Whether there may be more after `next` already.
    pub limited: bool,
    ///The token to go on with.
    pub next: ::std::string::String,
    ///Whether everything is to be forgotten and read anew with `next`.
    pub reset: bool,
}
///`AdminUser`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AdminUser {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///One line, not only white space.
    pub display_name: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub last_seen_at: ::std::option::Option<::std::string::String>,
    ///What the user may do for the service as a whole.
    pub role: AdminUserRole,
    pub suspended: bool,
    pub username: ::std::string::String,
}
///What is left out stays.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct AdminUserChanges {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub role: ::std::option::Option<AdminUserChangesRole>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub suspended: ::std::option::Option<bool>,
}
///What the user may do for the service as a whole.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AdminUserChangesRole {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "moderator")]
    Moderator,
    #[serde(rename = "auditor")]
    Auditor,
}
impl ::std::fmt::Display for AdminUserChangesRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::User => f.write_str("user"),
            Self::Admin => f.write_str("admin"),
            Self::Moderator => f.write_str("moderator"),
            Self::Auditor => f.write_str("auditor"),
        }
    }
}
impl ::std::str::FromStr for AdminUserChangesRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            "moderator" => Ok(Self::Moderator),
            "auditor" => Ok(Self::Auditor),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AdminUserChangesRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AdminUserChangesRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What the user may do for the service as a whole.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AdminUserRole {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "moderator")]
    Moderator,
    #[serde(rename = "auditor")]
    Auditor,
}
impl ::std::fmt::Display for AdminUserRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::User => f.write_str("user"),
            Self::Admin => f.write_str("admin"),
            Self::Moderator => f.write_str("moderator"),
            Self::Auditor => f.write_str("auditor"),
        }
    }
}
impl ::std::str::FromStr for AdminUserRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            "moderator" => Ok(Self::Moderator),
            "auditor" => Ok(Self::Auditor),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AdminUserRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AdminUserRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`AnalyticsHour`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnalyticsHour {
    pub active_users: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub computed_at: ::std::string::String,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub deliveries: ::std::option::Option<AnalyticsHourDeliveries>,
    pub events: AnalyticsHourEvents,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub hour: ::std::string::String,
    pub media: AnalyticsHourMedia,
    pub messages: AnalyticsHourMessages,
    ///Of each type that there was.
    pub new_conversations: ::std::collections::HashMap<::std::string::String, i64>,
    pub new_users: i64,
    pub publish_ms: Percentiles,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub webhook_ms: ::std::option::Option<Percentiles>,
}
///What was told outside. Missing in hours that were final before this was counted.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnalyticsHourDeliveries {
    ///Devices, by what their provider made of it.
    pub push: ::std::collections::HashMap<::std::string::String, i64>,
    ///Deliveries that ended.
    pub webhooks: ::std::collections::HashMap<::std::string::String, i64>,
}
///What members, followers and webhooks were told, by type.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnalyticsHourEvents {
    pub by_type: ::std::collections::HashMap<::std::string::String, i64>,
    pub total: i64,
}
///Uploads that were asked for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnalyticsHourMedia {
    pub by_kind: ::std::collections::HashMap<::std::string::String, i64>,
    pub bytes: i64,
    pub failed: i64,
    pub total: i64,
}
///`AnalyticsHourMessages`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnalyticsHourMessages {
    ///Of each type that there was.
    pub by_type: ::std::collections::HashMap<::std::string::String, i64>,
    pub total: i64,
}
///`AnnouncedMedia`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnnouncedMedia {
    pub media: Media,
    pub upload: AnnouncedMediaUpload,
}
///`AnnouncedMediaUpload`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AnnouncedMediaUpload {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub expires_at: ::std::string::String,
    ///To be sent before the file, which comes in a field named `file`.
    pub fields: ::std::collections::HashMap<
        ::std::string::String,
        ::std::string::String,
    >,
    pub method: AnnouncedMediaUploadMethod,
    ///A link for whoever has it, to be followed without a token.
    pub url: ::std::string::String,
}
///`AnnouncedMediaUploadMethod`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AnnouncedMediaUploadMethod {
    #[serde(rename = "POST")]
    Post,
}
impl ::std::fmt::Display for AnnouncedMediaUploadMethod {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Post => f.write_str("POST"),
        }
    }
}
impl ::std::str::FromStr for AnnouncedMediaUploadMethod {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "POST" => Ok(Self::Post),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AnnouncedMediaUploadMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AnnouncedMediaUploadMethod {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`AuditEvent`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditEvent {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub actor_id: ::std::option::Option<::uuid::Uuid>,
    ///Where the request came from.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub address: ::std::option::Option<::std::string::String>,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub at: ::std::string::String,
    pub chain: AuditEventChain,
    ///More of it. Numbers, ids and fixed words.
    pub detail: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///A name of the OWASP Logging Vocabulary, or in its manner.
    pub event: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub request_id: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub session_id: ::std::option::Option<::uuid::Uuid>,
    pub subject: AuditEventSubject,
}
///Its place in the log. Null for about a minute.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditEventChain {
    ///What was chained, to the byte.
    pub entry: ::std::string::String,
    ///SHA-256 of the hash before, `seq` (8 bytes, big-endian), the time in `entry` (microseconds since 1970, 8 bytes, big-endian) and `entry`.
    pub hash: ::std::string::String,
    pub seq: i64,
}
///Whom or what it was done to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditEventSubject {
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
///`AuditVerification`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditVerification {
    pub chain_id: ::uuid::Uuid,
    pub checked_from: i64,
    ///One less than `checked_from` when there was nothing to check.
    pub checked_to: i64,
    pub checkpoint: AuditVerificationCheckpoint,
    ///Whether the check has come to the end of the log.
    pub complete: bool,
    ///Where the log ends by its own account.
    pub head_seq: i64,
    ///Where the next call goes on. Absent at the end.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_after_seq: ::std::option::Option<i64>,
    ///Logs of databases before this one, of which there are checkpoints.
    pub other_chains: ::std::vec::Vec<AuditVerificationOtherChainsItem>,
    pub problem_count: i64,
    ///The first hundred.
    pub problems: ::std::vec::Vec<AuditVerificationProblemsItem>,
    ///Whether nothing is wrong with what was checked.
    pub valid: bool,
}
///The newest checkpoint with a good signature.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditVerificationCheckpoint {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub at: ::std::string::String,
    pub seq: i64,
    pub verified: ::serde_json::Value,
}
///`AuditVerificationOtherChainsItem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditVerificationOtherChainsItem {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub at: ::std::string::String,
    pub id: ::uuid::Uuid,
    pub seq: i64,
}
///`AuditVerificationProblemsItem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct AuditVerificationProblemsItem {
    pub kind: AuditVerificationProblemsItemKind,
    pub seq: i64,
}
///`AuditVerificationProblemsItemKind`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AuditVerificationProblemsItemKind {
    #[serde(rename = "missing_entry")]
    MissingEntry,
    #[serde(rename = "wrong_hash")]
    WrongHash,
    #[serde(rename = "missing_event")]
    MissingEvent,
    #[serde(rename = "changed_event")]
    ChangedEvent,
    #[serde(rename = "other_than_signed")]
    OtherThanSigned,
    #[serde(rename = "wrong_head")]
    WrongHead,
    #[serde(rename = "cut_tail")]
    CutTail,
    #[serde(rename = "bad_checkpoint")]
    BadCheckpoint,
    #[serde(rename = "deleted_checkpoint")]
    DeletedCheckpoint,
    #[serde(rename = "late_checkpoint")]
    LateCheckpoint,
    #[serde(rename = "second_chain")]
    SecondChain,
}
impl ::std::fmt::Display for AuditVerificationProblemsItemKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::MissingEntry => f.write_str("missing_entry"),
            Self::WrongHash => f.write_str("wrong_hash"),
            Self::MissingEvent => f.write_str("missing_event"),
            Self::ChangedEvent => f.write_str("changed_event"),
            Self::OtherThanSigned => f.write_str("other_than_signed"),
            Self::WrongHead => f.write_str("wrong_head"),
            Self::CutTail => f.write_str("cut_tail"),
            Self::BadCheckpoint => f.write_str("bad_checkpoint"),
            Self::DeletedCheckpoint => f.write_str("deleted_checkpoint"),
            Self::LateCheckpoint => f.write_str("late_checkpoint"),
            Self::SecondChain => f.write_str("second_chain"),
        }
    }
}
impl ::std::str::FromStr for AuditVerificationProblemsItemKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "missing_entry" => Ok(Self::MissingEntry),
            "wrong_hash" => Ok(Self::WrongHash),
            "missing_event" => Ok(Self::MissingEvent),
            "changed_event" => Ok(Self::ChangedEvent),
            "other_than_signed" => Ok(Self::OtherThanSigned),
            "wrong_head" => Ok(Self::WrongHead),
            "cut_tail" => Ok(Self::CutTail),
            "bad_checkpoint" => Ok(Self::BadCheckpoint),
            "deleted_checkpoint" => Ok(Self::DeletedCheckpoint),
            "late_checkpoint" => Ok(Self::LateCheckpoint),
            "second_chain" => Ok(Self::SecondChain),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AuditVerificationProblemsItemKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String>
for AuditVerificationProblemsItemKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Block`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Block {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///One line, not only white space.
    pub display_name: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub user_id: ::uuid::Uuid,
    pub username: ::std::string::String,
}
///`Change`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Change {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub at: ::std::string::String,
    pub change_seq: i64,
    pub data: ChangeData,
    ///As the type of the socket event.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
///`ChangeData`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(untagged)]
pub enum ChangeData {
    Message(Message),
    Object {
        ///A UUID of version 7 (RFC 9562), in lower case.
        conversation_id: ::uuid::Uuid,
        ///Whom it happened to, if anybody.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        user_id: ::std::option::Option<::uuid::Uuid>,
    },
}
impl ::std::convert::From<Message> for ChangeData {
    fn from(value: Message) -> Self {
        Self::Message(value)
    }
}
///`Changes`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Changes {
    pub changes: ::std::vec::Vec<Change>,
    ///Whether there is more after `next` already.
    pub limited: bool,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub next: i64,
    ///Whether the log no longer goes back to `after`.
    pub reset: bool,
}
///`CheckHealthAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(transparent)]
pub struct CheckHealthAnswer(pub Health);
impl ::std::ops::Deref for CheckHealthAnswer {
    type Target = Health;
    fn deref(&self) -> &Health {
        &self.0
    }
}
impl ::std::convert::From<CheckHealthAnswer> for Health {
    fn from(value: CheckHealthAnswer) -> Self {
        value.0
    }
}
impl ::std::convert::From<Health> for CheckHealthAnswer {
    fn from(value: Health) -> Self {
        Self(value)
    }
}
///A conversation as one of its members sees it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Conversation {
    pub archived: bool,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub avatar_media_id: ::std::option::Option<::uuid::Uuid>,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub change_seq: i64,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub delivered_seq: i64,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub last_message: ::std::option::Option<Message>,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub last_seq: i64,
    pub member_count: i64,
    pub mention_count: i64,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub muted_until: ::std::option::Option<::std::string::String>,
    pub pinned: bool,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub read_seq: i64,
    ///The caller's role.
    pub role: ConversationRole,
    ///Null for a direct conversation, and where it cannot be decrypted.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(rename = "type")]
    pub type_: ConversationType,
    pub unread_count: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub updated_at: ::std::string::String,
}
///What is left out stays.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ConversationChanges {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub avatar_media_id: ::std::option::Option<::uuid::Uuid>,
    ///Null where there is none, and where it cannot be decrypted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Seconds after sending in which an author may edit. Null is always.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub edit_window_s: ::std::option::Option<i64>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub history_for_new_members: ::std::option::Option<bool>,
    ///Seconds that messages are kept. Null is for ever.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub retention_s: ::std::option::Option<i64>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub who_can_post: ::std::option::Option<Posters>,
}
///A conversation as one of its members sees it, with its settings.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ConversationDetails {
    pub archived: bool,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub avatar_media_id: ::std::option::Option<::uuid::Uuid>,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub change_seq: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub delivered_seq: i64,
    ///Null where there is none, and where it cannot be decrypted.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Seconds after sending in which an author may edit. Null is always.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub edit_window_s: ::std::option::Option<i64>,
    ///Whether those who join see what was said before.
    pub history_for_new_members: bool,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub last_message: ::std::option::Option<Message>,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub last_seq: i64,
    pub member_count: i64,
    pub mention_count: i64,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub muted_until: ::std::option::Option<::std::string::String>,
    pub pinned: bool,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub read_seq: i64,
    ///Seconds that messages are kept. Null is for ever.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub retention_s: ::std::option::Option<i64>,
    ///The caller's role.
    pub role: ConversationDetailsRole,
    ///Null for a direct conversation, and where it cannot be decrypted.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub title: ::std::option::Option<::std::string::String>,
    #[serde(rename = "type")]
    pub type_: ConversationDetailsType,
    pub unread_count: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub updated_at: ::std::string::String,
    pub who_can_post: Posters,
}
///The caller's role.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ConversationDetailsRole {
    #[serde(rename = "owner")]
    Owner,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "member")]
    Member,
}
impl ::std::fmt::Display for ConversationDetailsRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Owner => f.write_str("owner"),
            Self::Admin => f.write_str("admin"),
            Self::Member => f.write_str("member"),
        }
    }
}
impl ::std::str::FromStr for ConversationDetailsRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "owner" => Ok(Self::Owner),
            "admin" => Ok(Self::Admin),
            "member" => Ok(Self::Member),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ConversationDetailsRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ConversationDetailsRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ConversationDetailsType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ConversationDetailsType {
    #[serde(rename = "direct")]
    Direct,
    #[serde(rename = "group")]
    Group,
}
impl ::std::fmt::Display for ConversationDetailsType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Direct => f.write_str("direct"),
            Self::Group => f.write_str("group"),
        }
    }
}
impl ::std::str::FromStr for ConversationDetailsType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "direct" => Ok(Self::Direct),
            "group" => Ok(Self::Group),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ConversationDetailsType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ConversationDetailsType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What a member has done with a conversation for themselves.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ConversationFlags {
    pub archived: bool,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub conversation_id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub muted_until: ::std::option::Option<::std::string::String>,
    pub pinned: bool,
}
///The caller's role.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ConversationRole {
    #[serde(rename = "owner")]
    Owner,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "member")]
    Member,
}
impl ::std::fmt::Display for ConversationRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Owner => f.write_str("owner"),
            Self::Admin => f.write_str("admin"),
            Self::Member => f.write_str("member"),
        }
    }
}
impl ::std::str::FromStr for ConversationRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "owner" => Ok(Self::Owner),
            "admin" => Ok(Self::Admin),
            "member" => Ok(Self::Member),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ConversationRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ConversationRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ConversationType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ConversationType {
    #[serde(rename = "direct")]
    Direct,
    #[serde(rename = "group")]
    Group,
}
impl ::std::fmt::Display for ConversationType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Direct => f.write_str("direct"),
            Self::Group => f.write_str("group"),
        }
    }
}
impl ::std::str::FromStr for ConversationType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "direct" => Ok(Self::Direct),
            "group" => Ok(Self::Group),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ConversationType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ConversationType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Credentials`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Credentials {
    ///What the owner will know this session by. One line, not only white space.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub device_name: ::std::option::Option<::std::string::String>,
    pub password: crate::Secret,
    ///Letters of the English alphabet, digits, `_` and `.`. Capitals mean the same as small letters.
    pub username: ::std::string::String,
}
///The query of `delete_message`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct DeleteMessageQuery {
    ///For whom.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub scope: ::std::option::Option<DeleteMessageQueryScope>,
}
///For whom.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum DeleteMessageQueryScope {
    #[serde(rename = "me")]
    Me,
    #[serde(rename = "all")]
    All,
}
impl ::std::fmt::Display for DeleteMessageQueryScope {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Me => f.write_str("me"),
            Self::All => f.write_str("all"),
        }
    }
}
impl ::std::str::FromStr for DeleteMessageQueryScope {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "me" => Ok(Self::Me),
            "all" => Ok(Self::All),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for DeleteMessageQueryScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for DeleteMessageQueryScope {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Delivery`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Delivery {
    pub attempts: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub due_at: ::std::option::Option<::std::string::String>,
    ///Milliseconds of the last attempt.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub duration_ms: ::std::option::Option<i64>,
    ///The `webhook-id` of the delivery.
    pub event_id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub failure: ::std::option::Option<DeliveryFailure>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub finished_at: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    pub state: DeliveryState,
    ///The status of the last answer.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub status: ::std::option::Option<i64>,
    #[serde(rename = "type")]
    pub type_: DeliveryType,
}
///`DeliveryFailure`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum DeliveryFailure {
    #[serde(rename = "address_not_public")]
    AddressNotPublic,
    #[serde(rename = "unreachable")]
    Unreachable,
    #[serde(rename = "timed_out")]
    TimedOut,
    #[serde(rename = "undecryptable")]
    Undecryptable,
    #[serde(rename = "disabled")]
    Disabled,
}
impl ::std::fmt::Display for DeliveryFailure {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::AddressNotPublic => f.write_str("address_not_public"),
            Self::Unreachable => f.write_str("unreachable"),
            Self::TimedOut => f.write_str("timed_out"),
            Self::Undecryptable => f.write_str("undecryptable"),
            Self::Disabled => f.write_str("disabled"),
        }
    }
}
impl ::std::str::FromStr for DeliveryFailure {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "address_not_public" => Ok(Self::AddressNotPublic),
            "unreachable" => Ok(Self::Unreachable),
            "timed_out" => Ok(Self::TimedOut),
            "undecryptable" => Ok(Self::Undecryptable),
            "disabled" => Ok(Self::Disabled),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for DeliveryFailure {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for DeliveryFailure {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`DeliveryState`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum DeliveryState {
    #[serde(rename = "pending")]
    Pending,
    #[serde(rename = "delivered")]
    Delivered,
    #[serde(rename = "failed")]
    Failed,
}
impl ::std::fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Pending => f.write_str("pending"),
            Self::Delivered => f.write_str("delivered"),
            Self::Failed => f.write_str("failed"),
        }
    }
}
impl ::std::str::FromStr for DeliveryState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "pending" => Ok(Self::Pending),
            "delivered" => Ok(Self::Delivered),
            "failed" => Ok(Self::Failed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for DeliveryState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for DeliveryState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`DeliveryType`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct DeliveryType {
    #[serde(flatten, skip_serializing_if = "::std::option::Option::is_none")]
    pub subtype_0: ::std::option::Option<EventType>,
    #[serde(flatten, skip_serializing_if = "::std::option::Option::is_none")]
    pub subtype_1: ::std::option::Option<DeliveryTypeSubtype1>,
}
///`DeliveryTypeSubtype1`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum DeliveryTypeSubtype1 {
    #[serde(rename = "webhook.test")]
    WebhookTest,
}
impl ::std::fmt::Display for DeliveryTypeSubtype1 {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::WebhookTest => f.write_str("webhook.test"),
        }
    }
}
impl ::std::str::FromStr for DeliveryTypeSubtype1 {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "webhook.test" => Ok(Self::WebhookTest),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for DeliveryTypeSubtype1 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for DeliveryTypeSubtype1 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Device`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Device {
    ///The app that the token is of, where the deployment has several; for `apns` its topic.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub app_id: ::std::option::Option<::std::string::String>,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///Whether it belongs to the session that asks.
    pub current: bool,
    pub id: ::uuid::Uuid,
    ///A language tag (BCP 47), which is handed back with what the device is told.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub locale: ::std::option::Option<::std::string::String>,
    pub platform: PushPlatform,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub updated_at: ::std::string::String,
}
///`Devices`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Devices {
    pub items: ::std::vec::Vec<Device>,
    ///What the deployment is set up for. Devices of other platforms are kept and told of nothing.
    pub platforms: ::std::vec::Vec<PushPlatform>,
    ///The deployment's public key (RFC 8292), base64url. Null where browsers are not told.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub web_push_key: ::std::option::Option<::std::string::String>,
}
///`ErasureReceipt`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ErasureReceipt {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub erased_at: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub receipt_id: ::uuid::Uuid,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub user_id: ::uuid::Uuid,
}
///`EventType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum EventType {
    #[serde(rename = "conversation.created")]
    ConversationCreated,
    #[serde(rename = "conversation.deleted")]
    ConversationDeleted,
    #[serde(rename = "conversation.updated")]
    ConversationUpdated,
    #[serde(rename = "media.ready")]
    MediaReady,
    #[serde(rename = "member.added")]
    MemberAdded,
    #[serde(rename = "member.removed")]
    MemberRemoved,
    #[serde(rename = "member.updated")]
    MemberUpdated,
    #[serde(rename = "message.created")]
    MessageCreated,
    #[serde(rename = "message.deleted")]
    MessageDeleted,
    #[serde(rename = "message.updated")]
    MessageUpdated,
    #[serde(rename = "reaction.updated")]
    ReactionUpdated,
}
impl ::std::fmt::Display for EventType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::ConversationCreated => f.write_str("conversation.created"),
            Self::ConversationDeleted => f.write_str("conversation.deleted"),
            Self::ConversationUpdated => f.write_str("conversation.updated"),
            Self::MediaReady => f.write_str("media.ready"),
            Self::MemberAdded => f.write_str("member.added"),
            Self::MemberRemoved => f.write_str("member.removed"),
            Self::MemberUpdated => f.write_str("member.updated"),
            Self::MessageCreated => f.write_str("message.created"),
            Self::MessageDeleted => f.write_str("message.deleted"),
            Self::MessageUpdated => f.write_str("message.updated"),
            Self::ReactionUpdated => f.write_str("reaction.updated"),
        }
    }
}
impl ::std::str::FromStr for EventType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "conversation.created" => Ok(Self::ConversationCreated),
            "conversation.deleted" => Ok(Self::ConversationDeleted),
            "conversation.updated" => Ok(Self::ConversationUpdated),
            "media.ready" => Ok(Self::MediaReady),
            "member.added" => Ok(Self::MemberAdded),
            "member.removed" => Ok(Self::MemberRemoved),
            "member.updated" => Ok(Self::MemberUpdated),
            "message.created" => Ok(Self::MessageCreated),
            "message.deleted" => Ok(Self::MessageDeleted),
            "message.updated" => Ok(Self::MessageUpdated),
            "reaction.updated" => Ok(Self::ReactionUpdated),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for EventType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for EventType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`EventTypes`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(transparent)]
pub struct EventTypes(pub ::std::vec::Vec<EventType>);
impl ::std::ops::Deref for EventTypes {
    type Target = ::std::vec::Vec<EventType>;
    fn deref(&self) -> &::std::vec::Vec<EventType> {
        &self.0
    }
}
impl ::std::convert::From<EventTypes> for ::std::vec::Vec<EventType> {
    fn from(value: EventTypes) -> Self {
        value.0
    }
}
impl ::std::convert::From<::std::vec::Vec<EventType>> for EventTypes {
    fn from(value: ::std::vec::Vec<EventType>) -> Self {
        Self(value)
    }
}
///`Export`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Export {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub expires_at: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub finished_at: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub requested_at: ::std::string::String,
    ///Bytes of the archive.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub size: ::std::option::Option<i64>,
    ///It waits, is being made, can be fetched until `expires_at`, or could not be made.
    pub state: ExportState,
}
///It waits, is being made, can be fetched until `expires_at`, or could not be made.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ExportState {
    #[serde(rename = "pending")]
    Pending,
    #[serde(rename = "running")]
    Running,
    #[serde(rename = "ready")]
    Ready,
    #[serde(rename = "failed")]
    Failed,
}
impl ::std::fmt::Display for ExportState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Pending => f.write_str("pending"),
            Self::Running => f.write_str("running"),
            Self::Ready => f.write_str("ready"),
            Self::Failed => f.write_str("failed"),
        }
    }
}
impl ::std::str::FromStr for ExportState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "pending" => Ok(Self::Pending),
            "running" => Ok(Self::Running),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ExportState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ExportState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ExportWithLink`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ExportWithLink {
    ///Null unless there is something to fetch.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub download: ::std::option::Option<ExportWithLinkDownload>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub expires_at: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub finished_at: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub requested_at: ::std::string::String,
    ///Bytes of the archive.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub size: ::std::option::Option<i64>,
    ///It waits, is being made, can be fetched until `expires_at`, or could not be made.
    pub state: ExportWithLinkState,
}
///`ExportWithLinkDownload`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ExportWithLinkDownload {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub expires_at: ::std::string::String,
    ///For whoever holds it, without a token.
    pub url: ::std::string::String,
}
///It waits, is being made, can be fetched until `expires_at`, or could not be made.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ExportWithLinkState {
    #[serde(rename = "pending")]
    Pending,
    #[serde(rename = "running")]
    Running,
    #[serde(rename = "ready")]
    Ready,
    #[serde(rename = "failed")]
    Failed,
}
impl ::std::fmt::Display for ExportWithLinkState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Pending => f.write_str("pending"),
            Self::Running => f.write_str("running"),
            Self::Ready => f.write_str("ready"),
            Self::Failed => f.write_str("failed"),
        }
    }
}
impl ::std::str::FromStr for ExportWithLinkState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "pending" => Ok(Self::Pending),
            "running" => Ok(Self::Running),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ExportWithLinkState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ExportWithLinkState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`FieldError`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct FieldError {
    pub code: FieldErrorCode,
    ///The field, as in `member_ids[3]`, or the path or query parameter; empty for the body as a whole.
    pub field: ::std::string::String,
    ///The limit that was passed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub max: ::std::option::Option<i64>,
    pub message: ::std::string::String,
}
///`FieldErrorCode`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum FieldErrorCode {
    #[serde(rename = "required")]
    Required,
    #[serde(rename = "unknown_field")]
    UnknownField,
    #[serde(rename = "wrong_type")]
    WrongType,
    #[serde(rename = "too_short")]
    TooShort,
    #[serde(rename = "too_long")]
    TooLong,
    #[serde(rename = "too_large")]
    TooLarge,
    #[serde(rename = "invalid_format")]
    InvalidFormat,
    #[serde(rename = "invalid_value")]
    InvalidValue,
    #[serde(rename = "common_password")]
    CommonPassword,
    #[serde(rename = "unknown_user")]
    UnknownUser,
    #[serde(rename = "unknown_media")]
    UnknownMedia,
    #[serde(rename = "wrong_kind")]
    WrongKind,
    #[serde(rename = "not_ready")]
    NotReady,
    #[serde(rename = "not_found")]
    NotFound,
    #[serde(rename = "not_a_member")]
    NotAMember,
    #[serde(rename = "not_for_type")]
    NotForType,
    #[serde(rename = "not_for_target")]
    NotForTarget,
    #[serde(rename = "duplicate")]
    Duplicate,
    #[serde(rename = "not_allowed")]
    NotAllowed,
    #[serde(rename = "too_predictable")]
    TooPredictable,
    #[serde(rename = "no_words")]
    NoWords,
    #[serde(rename = "prefix_too_short")]
    PrefixTooShort,
    #[serde(rename = "too_many_words")]
    TooManyWords,
    #[serde(rename = "unknown_action")]
    UnknownAction,
    #[serde(rename = "unsupported_type")]
    UnsupportedType,
}
impl ::std::fmt::Display for FieldErrorCode {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Required => f.write_str("required"),
            Self::UnknownField => f.write_str("unknown_field"),
            Self::WrongType => f.write_str("wrong_type"),
            Self::TooShort => f.write_str("too_short"),
            Self::TooLong => f.write_str("too_long"),
            Self::TooLarge => f.write_str("too_large"),
            Self::InvalidFormat => f.write_str("invalid_format"),
            Self::InvalidValue => f.write_str("invalid_value"),
            Self::CommonPassword => f.write_str("common_password"),
            Self::UnknownUser => f.write_str("unknown_user"),
            Self::UnknownMedia => f.write_str("unknown_media"),
            Self::WrongKind => f.write_str("wrong_kind"),
            Self::NotReady => f.write_str("not_ready"),
            Self::NotFound => f.write_str("not_found"),
            Self::NotAMember => f.write_str("not_a_member"),
            Self::NotForType => f.write_str("not_for_type"),
            Self::NotForTarget => f.write_str("not_for_target"),
            Self::Duplicate => f.write_str("duplicate"),
            Self::NotAllowed => f.write_str("not_allowed"),
            Self::TooPredictable => f.write_str("too_predictable"),
            Self::NoWords => f.write_str("no_words"),
            Self::PrefixTooShort => f.write_str("prefix_too_short"),
            Self::TooManyWords => f.write_str("too_many_words"),
            Self::UnknownAction => f.write_str("unknown_action"),
            Self::UnsupportedType => f.write_str("unsupported_type"),
        }
    }
}
impl ::std::str::FromStr for FieldErrorCode {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "required" => Ok(Self::Required),
            "unknown_field" => Ok(Self::UnknownField),
            "wrong_type" => Ok(Self::WrongType),
            "too_short" => Ok(Self::TooShort),
            "too_long" => Ok(Self::TooLong),
            "too_large" => Ok(Self::TooLarge),
            "invalid_format" => Ok(Self::InvalidFormat),
            "invalid_value" => Ok(Self::InvalidValue),
            "common_password" => Ok(Self::CommonPassword),
            "unknown_user" => Ok(Self::UnknownUser),
            "unknown_media" => Ok(Self::UnknownMedia),
            "wrong_kind" => Ok(Self::WrongKind),
            "not_ready" => Ok(Self::NotReady),
            "not_found" => Ok(Self::NotFound),
            "not_a_member" => Ok(Self::NotAMember),
            "not_for_type" => Ok(Self::NotForType),
            "not_for_target" => Ok(Self::NotForTarget),
            "duplicate" => Ok(Self::Duplicate),
            "not_allowed" => Ok(Self::NotAllowed),
            "too_predictable" => Ok(Self::TooPredictable),
            "no_words" => Ok(Self::NoWords),
            "prefix_too_short" => Ok(Self::PrefixTooShort),
            "too_many_words" => Ok(Self::TooManyWords),
            "unknown_action" => Ok(Self::UnknownAction),
            "unsupported_type" => Ok(Self::UnsupportedType),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for FieldErrorCode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for FieldErrorCode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What the gateway says where it answers before any function runs.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct GatewayMessage {
    pub message: ::std::string::String,
}
///`GetAnalyticsAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct GetAnalyticsAnswer {
    pub items: ::std::vec::Vec<AnalyticsHour>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `get_analytics`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct GetAnalyticsQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///Hours that begin at this time or later; a day before `to` unless given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub from: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///Hours that begin before this time, at most 366 days after `from`; now unless given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub to: ::std::option::Option<::std::string::String>,
}
///`GetMessageHistoryAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct GetMessageHistoryAnswer {
    pub items: ::std::vec::Vec<MessageVersion>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `get_message_history`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct GetMessageHistoryQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///A report as moderators see it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct HandledReport {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub comment: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub conversation_id: ::uuid::Uuid,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub handled_at: ::std::option::Option<::std::string::String>,
    ///Who set the status last; `null` while it is open.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub handled_by: ::std::option::Option<::uuid::Uuid>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///The message as it is now; `null` once its conversation is gone.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub message: ::std::option::Option<Message>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub message_id: ::uuid::Uuid,
    pub reason: ReportReason,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub reporter_id: ::uuid::Uuid,
    pub status: HandledReportStatus,
}
///`HandledReportStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum HandledReportStatus {
    #[serde(rename = "open")]
    Open,
    #[serde(rename = "resolved")]
    Resolved,
    #[serde(rename = "dismissed")]
    Dismissed,
}
impl ::std::fmt::Display for HandledReportStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Open => f.write_str("open"),
            Self::Resolved => f.write_str("resolved"),
            Self::Dismissed => f.write_str("dismissed"),
        }
    }
}
impl ::std::str::FromStr for HandledReportStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "open" => Ok(Self::Open),
            "resolved" => Ok(Self::Resolved),
            "dismissed" => Ok(Self::Dismissed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for HandledReportStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for HandledReportStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Health`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Health {
    pub checks: HealthChecks,
    ///The platforms that devices are told through. Those that are missing are not set up.
    pub push: ::std::vec::Vec<PushPlatform>,
    pub status: HealthStatus,
}
///`HealthCheck`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct HealthCheck {
    ///Milliseconds until the dependency answered or was given up.
    pub latency_ms: f64,
    pub status: HealthCheckStatus,
}
///`HealthCheckStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum HealthCheckStatus {
    #[serde(rename = "ok")]
    Ok,
    #[serde(rename = "unavailable")]
    Unavailable,
}
impl ::std::fmt::Display for HealthCheckStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Ok => f.write_str("ok"),
            Self::Unavailable => f.write_str("unavailable"),
        }
    }
}
impl ::std::str::FromStr for HealthCheckStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ok" => Ok(Self::Ok),
            "unavailable" => Ok(Self::Unavailable),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for HealthCheckStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for HealthCheckStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`HealthChecks`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct HealthChecks {
    pub database: HealthCheck,
    pub keys: HealthCheck,
}
///`HealthStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum HealthStatus {
    #[serde(rename = "ok")]
    Ok,
    #[serde(rename = "degraded")]
    Degraded,
}
impl ::std::fmt::Display for HealthStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Ok => f.write_str("ok"),
            Self::Degraded => f.write_str("degraded"),
        }
    }
}
impl ::std::str::FromStr for HealthStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ok" => Ok(Self::Ok),
            "degraded" => Ok(Self::Degraded),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for HealthStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for HealthStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A file, and the message that holds it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct HeldMedia {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    pub media: Media,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub message_id: ::uuid::Uuid,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub sender_id: ::uuid::Uuid,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub seq: i64,
}
///`InvalidRequestProblem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(transparent)]
pub struct InvalidRequestProblem(pub Problem);
impl ::std::ops::Deref for InvalidRequestProblem {
    type Target = Problem;
    fn deref(&self) -> &Problem {
        &self.0
    }
}
impl ::std::convert::From<InvalidRequestProblem> for Problem {
    fn from(value: InvalidRequestProblem) -> Self {
        value.0
    }
}
impl ::std::convert::From<Problem> for InvalidRequestProblem {
    fn from(value: Problem) -> Self {
        Self(value)
    }
}
///`KeyBackup`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyBackup {
    pub deployment_id: ::uuid::Uuid,
    ///SHA-256 of what is copied, in hexadecimal.
    pub digest: ::std::string::String,
    ///The object itself.
    pub document: ::std::string::String,
    pub keys: ::std::vec::Vec<KeyBackupKeysItem>,
    pub made_at: ::std::string::String,
    ///The object's name in the locked bucket.
    pub name: ::std::string::String,
}
///`KeyBackupKeysItem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyBackupKeysItem {
    ///Whether it seals new things.
    pub active: bool,
    pub id: ::uuid::Uuid,
    pub purpose: KeyBackupKeysItemPurpose,
    ///Whether the recovery key opens it too.
    pub recoverable: bool,
}
///`KeyBackupKeysItemPurpose`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum KeyBackupKeysItemPurpose {
    #[serde(rename = "content")]
    Content,
    #[serde(rename = "credentials")]
    Credentials,
    #[serde(rename = "media")]
    Media,
}
impl ::std::fmt::Display for KeyBackupKeysItemPurpose {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Content => f.write_str("content"),
            Self::Credentials => f.write_str("credentials"),
            Self::Media => f.write_str("media"),
        }
    }
}
impl ::std::str::FromStr for KeyBackupKeysItemPurpose {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "content" => Ok(Self::Content),
            "credentials" => Ok(Self::Credentials),
            "media" => Ok(Self::Media),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for KeyBackupKeysItemPurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for KeyBackupKeysItemPurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`KeyInventory`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyInventory {
    ///Epochs of any conversation that began before this seal nothing any more; `null` if that was never asked for.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub epochs_due_at: ::std::option::Option<::std::string::String>,
    ///The newest first.
    pub items: ::std::vec::Vec<KeyringKey>,
    ///The latest, the newest first.
    pub rotations: ::std::vec::Vec<KeyRotation>,
}
///`KeyPurpose`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum KeyPurpose {
    #[serde(rename = "content")]
    Content,
    #[serde(rename = "credentials")]
    Credentials,
    #[serde(rename = "media")]
    Media,
}
impl ::std::fmt::Display for KeyPurpose {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Content => f.write_str("content"),
            Self::Credentials => f.write_str("credentials"),
            Self::Media => f.write_str("media"),
        }
    }
}
impl ::std::str::FromStr for KeyPurpose {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "content" => Ok(Self::Content),
            "credentials" => Ok(Self::Credentials),
            "media" => Ok(Self::Media),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for KeyPurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for KeyPurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`KeyRotation`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyRotation {
    ///Things sealed again, or keys wrapped again, so far.
    pub done: i64,
    ///Those that could not be.
    pub failed: i64,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub finished_at: ::std::option::Option<::std::string::String>,
    ///A UUID.
    pub id: ::uuid::Uuid,
    ///The key that seals since.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub keyring_id: ::std::option::Option<::uuid::Uuid>,
    pub kind: KeyRotationKind,
    pub purpose: KeyPurpose,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub requested_at: ::std::string::String,
    ///The admin who asked; `null` for the schedule.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub requested_by: ::std::option::Option<::uuid::Uuid>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub started_at: ::std::option::Option<::std::string::String>,
    pub state: KeyRotationState,
}
///`KeyRotationKind`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum KeyRotationKind {
    #[serde(rename = "keyring")]
    Keyring,
    #[serde(rename = "kms_key")]
    KmsKey,
}
impl ::std::fmt::Display for KeyRotationKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Keyring => f.write_str("keyring"),
            Self::KmsKey => f.write_str("kms_key"),
        }
    }
}
impl ::std::str::FromStr for KeyRotationKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "keyring" => Ok(Self::Keyring),
            "kms_key" => Ok(Self::KmsKey),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for KeyRotationKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for KeyRotationKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`KeyRotationState`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum KeyRotationState {
    #[serde(rename = "waiting")]
    Waiting,
    #[serde(rename = "running")]
    Running,
    #[serde(rename = "finished")]
    Finished,
}
impl ::std::fmt::Display for KeyRotationState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Waiting => f.write_str("waiting"),
            Self::Running => f.write_str("running"),
            Self::Finished => f.write_str("finished"),
        }
    }
}
impl ::std::str::FromStr for KeyRotationState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "waiting" => Ok(Self::Waiting),
            "running" => Ok(Self::Running),
            "finished" => Ok(Self::Finished),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for KeyRotationState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for KeyRotationState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`KeyringKey`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyringKey {
    pub age_days: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    pub holds: KeyringKeyHolds,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///The ARN of the KMS key that wraps it.
    pub kms_key: ::std::string::String,
    pub purpose: KeyPurpose,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub replaced_at: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub retired_at: ::std::option::Option<::std::string::String>,
    ///`active` seals and opens; `opening` opens until nothing is sealed under it; `retired` is kept for the record.
    pub state: KeyringKeyState,
    ///By day, the latest first.
    pub usage: ::std::vec::Vec<KeyringKeyUsageItem>,
}
///How many things are sealed under it; 10,000 stands for that many or more.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyringKeyHolds {
    pub devices: i64,
    pub emails: i64,
    pub epoch_keys: i64,
    pub kept_answers: i64,
    pub media: i64,
    pub passwords: i64,
    pub reports: i64,
    pub webhooks: i64,
}
///`active` seals and opens; `opening` opens until nothing is sealed under it; `retired` is kept for the record.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum KeyringKeyState {
    #[serde(rename = "active")]
    Active,
    #[serde(rename = "opening")]
    Opening,
    #[serde(rename = "retired")]
    Retired,
}
impl ::std::fmt::Display for KeyringKeyState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Active => f.write_str("active"),
            Self::Opening => f.write_str("opening"),
            Self::Retired => f.write_str("retired"),
        }
    }
}
impl ::std::str::FromStr for KeyringKeyState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "active" => Ok(Self::Active),
            "opening" => Ok(Self::Opening),
            "retired" => Ok(Self::Retired),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for KeyringKeyState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for KeyringKeyState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`KeyringKeyUsageItem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct KeyringKeyUsageItem {
    ///UTC.
    pub day: ::std::string::String,
    ///What did not open
    pub failures: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub first_used_at: ::std::string::String,
    pub kms_calls: i64,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub last_used_at: ::std::string::String,
    ///Things opened that were
    pub opens: i64,
    ///Things sealed directly under it.
    pub seals: i64,
    ///Epoch keys opened.
    pub unwraps: i64,
}
///`Limits`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Limits {
    ///Characters of a user's words about themselves.
    pub bio_chars: i64,
    ///Bytes of a request's body.
    pub body_bytes: i64,
    ///Characters of a group's description.
    pub description_chars: i64,
    ///Characters of a device's name.
    pub device_name_chars: i64,
    ///Devices of a user that are told of messages.
    pub devices: i64,
    ///Characters of a display name.
    pub display_name_chars: i64,
    ///Characters of an e-mail address.
    pub email_chars: i64,
    ///Seconds after which a message disappears.
    pub expires_in_s: i64,
    ///Characters of the name of a file.
    pub file_name_chars: i64,
    ///Bytes of a frame that a client sends over a WebSocket.
    pub frame_bytes: i64,
    ///Characters of an `Idempotency-Key`, at most.
    pub idempotency_key_chars: i64,
    ///Media attached to a message.
    pub media_per_message: i64,
    ///Members of a group.
    pub members: i64,
    ///Members that one call can name.
    pub members_per_call: i64,
    ///Mentions of a message.
    pub mentions_per_message: i64,
    ///Items of a page unless the client says how many.
    pub page_default: i64,
    ///Items of a page.
    pub page_max: i64,
    ///Characters of a password, at most.
    pub password_max_chars: i64,
    ///Characters of a password, at least.
    pub password_min_chars: i64,
    ///Pinned messages of a conversation.
    pub pins: i64,
    ///Characters of a place's address.
    pub place_address_chars: i64,
    ///Characters of a place's name.
    pub place_name_chars: i64,
    ///How often what may be asked; `login_account` is one account from one address, `upload_bytes` counts bytes.
    pub rates: ::std::collections::HashMap<::std::string::String, Rate>,
    ///Kinds of reaction to a message.
    pub reaction_kinds: i64,
    ///Characters that a reply shows of the message it answers.
    pub reply_preview_chars: i64,
    ///Characters of a report's comment.
    pub report_comment_chars: i64,
    ///Characters of what is searched for.
    pub search_chars: i64,
    ///Letters of the beginning of a word that finds the word, at least.
    pub search_prefix_chars: i64,
    ///Words that are searched for at once.
    pub search_words: i64,
    ///Live sessions of a user.
    pub sessions: i64,
    ///WebSockets of a session at the same time.
    pub sockets: i64,
    ///Characters of a status.
    pub status_text_chars: i64,
    ///Unicode scalar values of a message's text.
    pub text_chars: i64,
    ///Characters of a group's title.
    pub title_chars: i64,
    ///Bytes of an upload.
    pub upload_bytes: i64,
    ///Characters of a URL that is given to be called.
    pub url_chars: i64,
    ///Characters of a user name, at most.
    pub username_max_chars: i64,
    ///Characters of a user name, at least.
    pub username_min_chars: i64,
    ///Characters of what a webhook is for.
    pub webhook_description_chars: i64,
    ///Webhooks of the deployment.
    pub webhooks: i64,
    ///Members of a conversation up to which each is told every event whole.
    pub whole_event_members: i64,
}
///`ListAdminUsersAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListAdminUsersAnswer {
    pub items: ::std::vec::Vec<AdminUser>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_admin_users`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListAdminUsersQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///The beginning of a user name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub q: ::std::option::Option<::std::string::String>,
    ///Only users of this role.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub role: ::std::option::Option<ListAdminUsersQueryRole>,
    ///Only those who are suspended.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub suspended: ::std::option::Option<::serde_json::Value>,
}
///Only users of this role.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ListAdminUsersQueryRole {
    #[serde(rename = "moderator")]
    Moderator,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "auditor")]
    Auditor,
}
impl ::std::fmt::Display for ListAdminUsersQueryRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Moderator => f.write_str("moderator"),
            Self::Admin => f.write_str("admin"),
            Self::Auditor => f.write_str("auditor"),
        }
    }
}
impl ::std::str::FromStr for ListAdminUsersQueryRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "moderator" => Ok(Self::Moderator),
            "admin" => Ok(Self::Admin),
            "auditor" => Ok(Self::Auditor),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ListAdminUsersQueryRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ListAdminUsersQueryRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ListAuditEventsAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListAuditEventsAnswer {
    pub items: ::std::vec::Vec<AuditEvent>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_audit_events`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListAuditEventsQuery {
    ///Who did it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub actor_id: ::std::option::Option<::uuid::Uuid>,
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///The name of an event.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub event: ::std::option::Option<::std::string::String>,
    ///What happened at this time or later.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub from: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///Whom or what it was done to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub subject_id: ::std::option::Option<::uuid::Uuid>,
    ///What happened before this time.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub to: ::std::option::Option<::std::string::String>,
}
///`ListBlocksAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListBlocksAnswer {
    pub items: ::std::vec::Vec<Block>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_blocks`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListBlocksQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///The query of `list_changes`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListChangesQuery {
    ///The latest change that the client knows; 0 for none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub after: ::std::option::Option<i64>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListConversationsAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListConversationsAnswer {
    pub items: ::std::vec::Vec<Conversation>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_conversations`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListConversationsQuery {
    ///Only those that one has archived, or only the others. Both, unless given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub archived: ::std::option::Option<bool>,
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///Only those that are muted for oneself now, or only the others. Both, unless given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub muted: ::std::option::Option<bool>,
    ///Only those that one has pinned, or only the others. Both, unless given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub pinned: ::std::option::Option<bool>,
}
///`ListMediaAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListMediaAnswer {
    pub items: ::std::vec::Vec<HeldMedia>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_media`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListMediaQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///Of this kind only.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub kind: ::std::option::Option<ListMediaQueryKind>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///Of this kind only.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ListMediaQueryKind {
    #[serde(rename = "image")]
    Image,
    #[serde(rename = "video")]
    Video,
    #[serde(rename = "audio")]
    Audio,
    #[serde(rename = "file")]
    File,
}
impl ::std::fmt::Display for ListMediaQueryKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Image => f.write_str("image"),
            Self::Video => f.write_str("video"),
            Self::Audio => f.write_str("audio"),
            Self::File => f.write_str("file"),
        }
    }
}
impl ::std::str::FromStr for ListMediaQueryKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "image" => Ok(Self::Image),
            "video" => Ok(Self::Video),
            "audio" => Ok(Self::Audio),
            "file" => Ok(Self::File),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ListMediaQueryKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ListMediaQueryKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ListMembersAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListMembersAnswer {
    pub items: ::std::vec::Vec<Member>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_members`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListMembersQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListMessagesAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListMessagesAnswer {
    ///Whether newer messages than these exist.
    pub has_more_after: bool,
    ///Whether older messages than these exist.
    pub has_more_before: bool,
    pub items: ::std::vec::Vec<Message>,
}
///The query of `list_messages`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListMessagesQuery {
    ///Messages after this one, the nearest first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub after_seq: ::std::option::Option<i64>,
    ///Messages on both sides of this one, and itself, oldest first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub around_seq: ::std::option::Option<i64>,
    ///Messages before this one, the nearest first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub before_seq: ::std::option::Option<i64>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListReceiptsAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListReceiptsAnswer {
    pub items: ::std::vec::Vec<Receipt>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_receipts`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListReceiptsQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListReportsAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListReportsAnswer {
    pub items: ::std::vec::Vec<HandledReport>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_reports`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListReportsQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///Only reports in this state.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<ListReportsQueryStatus>,
}
///Only reports in this state.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ListReportsQueryStatus {
    #[serde(rename = "open")]
    Open,
    #[serde(rename = "resolved")]
    Resolved,
    #[serde(rename = "dismissed")]
    Dismissed,
}
impl ::std::fmt::Display for ListReportsQueryStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Open => f.write_str("open"),
            Self::Resolved => f.write_str("resolved"),
            Self::Dismissed => f.write_str("dismissed"),
        }
    }
}
impl ::std::str::FromStr for ListReportsQueryStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "open" => Ok(Self::Open),
            "resolved" => Ok(Self::Resolved),
            "dismissed" => Ok(Self::Dismissed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ListReportsQueryStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ListReportsQueryStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ListSessionsAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListSessionsAnswer {
    pub items: ::std::vec::Vec<Login>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_sessions`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListSessionsQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListWebhookDeliveriesAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListWebhookDeliveriesAnswer {
    pub items: ::std::vec::Vec<Delivery>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_webhook_deliveries`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListWebhookDeliveriesQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListWebhooksAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListWebhooksAnswer {
    pub items: ::std::vec::Vec<Webhook>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `list_webhooks`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ListWebhooksQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///`ListWorkersAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ListWorkersAnswer {
    pub items: ::std::vec::Vec<Worker>,
}
///`Location`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Location {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub accuracy_m: ::std::option::Option<f64>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub address: ::std::option::Option<::std::string::String>,
    pub latitude: f64,
    pub longitude: f64,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub name: ::std::option::Option<::std::string::String>,
}
///`Login`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Login {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///Whether it is the session that asks.
    pub current: bool,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub device_name: ::std::option::Option<::std::string::String>,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub expires_at: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
}
///An uploaded file.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Media {
    pub content_type: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub duration_ms: ::std::option::Option<i64>,
    ///Present where it failed: why, for ever. `type_mismatch`: it is not what was declared; `unsupported_format`: nothing opens it (HEIC, TIFF, SVG, a video that its container cannot hold); `damaged`; `empty`; `no_pixels`; `too_many_pixels`: over 40 megapixels or 16,384 a side, or an animation over 250 megapixels in all; `too_many_frames`: an animation over 1,000; `too_long`: over six hours, or an animation over ten minutes; `too_complex`: more passes or parts than a real file has; `took_too_long` and `too_much_memory`: to open; `upload_missing`; `size_mismatch` and `checksum_mismatch`: it is not what was announced; `processing_failed`: again and again.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub failure: ::std::option::Option<MediaFailure>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub file_name: ::std::option::Option<::std::string::String>,
    ///In pixels.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub height: ::std::option::Option<i64>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    pub kind: MediaKind,
    ///In bytes.
    pub size: i64,
    pub status: MediaStatus,
    ///A blurred likeness
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub thumbhash: ::std::option::Option<::std::string::String>,
    ///Where to get it, for five minutes at the most; null unless it is ready.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub url: ::std::option::Option<::std::string::String>,
    ///Smaller forms of it.
    pub variants: ::std::vec::Vec<MediaVariant>,
    ///How loud it is over its length. Present where it is known.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub waveform: ::std::vec::Vec<i64>,
    ///In pixels.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub width: ::std::option::Option<i64>,
}
///Present where it failed: why, for ever. `type_mismatch`: it is not what was declared; `unsupported_format`: nothing opens it (HEIC, TIFF, SVG, a video that its container cannot hold); `damaged`; `empty`; `no_pixels`; `too_many_pixels`: over 40 megapixels or 16,384 a side, or an animation over 250 megapixels in all; `too_many_frames`: an animation over 1,000; `too_long`: over six hours, or an animation over ten minutes; `too_complex`: more passes or parts than a real file has; `took_too_long` and `too_much_memory`: to open; `upload_missing`; `size_mismatch` and `checksum_mismatch`: it is not what was announced; `processing_failed`: again and again.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MediaFailure {
    #[serde(rename = "checksum_mismatch")]
    ChecksumMismatch,
    #[serde(rename = "damaged")]
    Damaged,
    #[serde(rename = "empty")]
    Empty,
    #[serde(rename = "no_pixels")]
    NoPixels,
    #[serde(rename = "processing_failed")]
    ProcessingFailed,
    #[serde(rename = "size_mismatch")]
    SizeMismatch,
    #[serde(rename = "too_complex")]
    TooComplex,
    #[serde(rename = "too_long")]
    TooLong,
    #[serde(rename = "too_many_frames")]
    TooManyFrames,
    #[serde(rename = "too_many_pixels")]
    TooManyPixels,
    #[serde(rename = "too_much_memory")]
    TooMuchMemory,
    #[serde(rename = "took_too_long")]
    TookTooLong,
    #[serde(rename = "type_mismatch")]
    TypeMismatch,
    #[serde(rename = "unsupported_format")]
    UnsupportedFormat,
    #[serde(rename = "upload_missing")]
    UploadMissing,
}
impl ::std::fmt::Display for MediaFailure {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::ChecksumMismatch => f.write_str("checksum_mismatch"),
            Self::Damaged => f.write_str("damaged"),
            Self::Empty => f.write_str("empty"),
            Self::NoPixels => f.write_str("no_pixels"),
            Self::ProcessingFailed => f.write_str("processing_failed"),
            Self::SizeMismatch => f.write_str("size_mismatch"),
            Self::TooComplex => f.write_str("too_complex"),
            Self::TooLong => f.write_str("too_long"),
            Self::TooManyFrames => f.write_str("too_many_frames"),
            Self::TooManyPixels => f.write_str("too_many_pixels"),
            Self::TooMuchMemory => f.write_str("too_much_memory"),
            Self::TookTooLong => f.write_str("took_too_long"),
            Self::TypeMismatch => f.write_str("type_mismatch"),
            Self::UnsupportedFormat => f.write_str("unsupported_format"),
            Self::UploadMissing => f.write_str("upload_missing"),
        }
    }
}
impl ::std::str::FromStr for MediaFailure {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "checksum_mismatch" => Ok(Self::ChecksumMismatch),
            "damaged" => Ok(Self::Damaged),
            "empty" => Ok(Self::Empty),
            "no_pixels" => Ok(Self::NoPixels),
            "processing_failed" => Ok(Self::ProcessingFailed),
            "size_mismatch" => Ok(Self::SizeMismatch),
            "too_complex" => Ok(Self::TooComplex),
            "too_long" => Ok(Self::TooLong),
            "too_many_frames" => Ok(Self::TooManyFrames),
            "too_many_pixels" => Ok(Self::TooManyPixels),
            "too_much_memory" => Ok(Self::TooMuchMemory),
            "took_too_long" => Ok(Self::TookTooLong),
            "type_mismatch" => Ok(Self::TypeMismatch),
            "unsupported_format" => Ok(Self::UnsupportedFormat),
            "upload_missing" => Ok(Self::UploadMissing),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MediaFailure {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MediaFailure {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`MediaKind`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MediaKind {
    #[serde(rename = "image")]
    Image,
    #[serde(rename = "video")]
    Video,
    #[serde(rename = "audio")]
    Audio,
    #[serde(rename = "file")]
    File,
}
impl ::std::fmt::Display for MediaKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Image => f.write_str("image"),
            Self::Video => f.write_str("video"),
            Self::Audio => f.write_str("audio"),
            Self::File => f.write_str("file"),
        }
    }
}
impl ::std::str::FromStr for MediaKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "image" => Ok(Self::Image),
            "video" => Ok(Self::Video),
            "audio" => Ok(Self::Audio),
            "file" => Ok(Self::File),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MediaKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MediaKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`MediaStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MediaStatus {
    #[serde(rename = "pending")]
    Pending,
    #[serde(rename = "processing")]
    Processing,
    #[serde(rename = "ready")]
    Ready,
    #[serde(rename = "failed")]
    Failed,
}
impl ::std::fmt::Display for MediaStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Pending => f.write_str("pending"),
            Self::Processing => f.write_str("processing"),
            Self::Ready => f.write_str("ready"),
            Self::Failed => f.write_str("failed"),
        }
    }
}
impl ::std::str::FromStr for MediaStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "pending" => Ok(Self::Pending),
            "processing" => Ok(Self::Processing),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MediaStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MediaStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`MediaVariant`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct MediaVariant {
    pub content_type: ::std::string::String,
    ///In pixels.
    pub height: i64,
    ///Unique among those of one file.
    pub name: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub url: ::std::option::Option<::std::string::String>,
    ///In pixels.
    pub width: i64,
}
///A member of a conversation.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Member {
    ///One line, not only white space.
    pub display_name: ::std::string::String,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub joined_at: ::std::string::String,
    pub role: MemberRole,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub user_id: ::uuid::Uuid,
    ///Null once the account is deleted.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub username: ::std::option::Option<::std::string::String>,
}
///`MemberRole`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MemberRole {
    #[serde(rename = "owner")]
    Owner,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "member")]
    Member,
}
impl ::std::fmt::Display for MemberRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Owner => f.write_str("owner"),
            Self::Admin => f.write_str("admin"),
            Self::Member => f.write_str("member"),
        }
    }
}
impl ::std::str::FromStr for MemberRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "owner" => Ok(Self::Owner),
            "admin" => Ok(Self::Admin),
            "member" => Ok(Self::Member),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MemberRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MemberRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Message`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Message {
    ///The latest visible change of this message.
    pub change_seq: i64,
    pub client_id: ::uuid::Uuid,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub conversation_id: ::uuid::Uuid,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub deleted_at: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub edited_at: ::std::option::Option<::std::string::String>,
    ///Present where the stored message cannot be decrypted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub error: ::std::option::Option<MessageError>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub expires_at: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub location: ::std::option::Option<Location>,
    pub media: ::std::vec::Vec<Media>,
    pub mentions: ::std::vec::Vec<::std::string::String>,
    pub pinned: bool,
    ///By kind, in the order in which each was first given.
    pub reactions: ::std::vec::Vec<Reaction>,
    ///The message that this one answers, where the caller may see it.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub reply_to: ::std::option::Option<RepliedMessage>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub sender_id: ::uuid::Uuid,
    ///The message's place in its conversation, without a gap.
    pub seq: i64,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub system: ::std::option::Option<SystemAction>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub text: ::std::option::Option<::std::string::String>,
    #[serde(rename = "type")]
    pub type_: MessageType,
    ///Counts the edits, from 1.
    pub version: i64,
}
///`MessageEdit`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct MessageEdit {
    ///Not only white space; no U+0000.
    pub text: ::std::string::String,
    ///The version that is to be changed.
    pub version: i64,
}
///Present where the stored message cannot be decrypted.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MessageError {
    #[serde(rename = "undecryptable")]
    Undecryptable,
}
impl ::std::fmt::Display for MessageError {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Undecryptable => f.write_str("undecryptable"),
        }
    }
}
impl ::std::str::FromStr for MessageError {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "undecryptable" => Ok(Self::Undecryptable),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MessageError {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MessageError {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`MessageStatus`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct MessageStatus {
    pub delivered_count: i64,
    pub member_count: i64,
    pub members: ::std::vec::Vec<MessageStatusMembersItem>,
    pub read_count: i64,
    ///`read` and `delivered` mean all those it was sent to; the counts say the rest.
    pub status: MessageStatusStatus,
}
///`MessageStatusMembersItem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct MessageStatusMembersItem {
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub delivered_at_seq: i64,
    ///The latest message that the member has read; null for one who does not send read receipts.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub read_at_seq: ::std::option::Option<i64>,
    pub status: MessageStatusMembersItemStatus,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub user_id: ::uuid::Uuid,
}
///`MessageStatusMembersItemStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MessageStatusMembersItemStatus {
    #[serde(rename = "sent")]
    Sent,
    #[serde(rename = "delivered")]
    Delivered,
    #[serde(rename = "read")]
    Read,
}
impl ::std::fmt::Display for MessageStatusMembersItemStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Sent => f.write_str("sent"),
            Self::Delivered => f.write_str("delivered"),
            Self::Read => f.write_str("read"),
        }
    }
}
impl ::std::str::FromStr for MessageStatusMembersItemStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "sent" => Ok(Self::Sent),
            "delivered" => Ok(Self::Delivered),
            "read" => Ok(Self::Read),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MessageStatusMembersItemStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MessageStatusMembersItemStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`read` and `delivered` mean all those it was sent to; the counts say the rest.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MessageStatusStatus {
    #[serde(rename = "sent")]
    Sent,
    #[serde(rename = "delivered")]
    Delivered,
    #[serde(rename = "read")]
    Read,
}
impl ::std::fmt::Display for MessageStatusStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Sent => f.write_str("sent"),
            Self::Delivered => f.write_str("delivered"),
            Self::Read => f.write_str("read"),
        }
    }
}
impl ::std::str::FromStr for MessageStatusStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "sent" => Ok(Self::Sent),
            "delivered" => Ok(Self::Delivered),
            "read" => Ok(Self::Read),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MessageStatusStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MessageStatusStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`MessageType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MessageType {
    #[serde(rename = "text")]
    Text,
    #[serde(rename = "image")]
    Image,
    #[serde(rename = "video")]
    Video,
    #[serde(rename = "audio")]
    Audio,
    #[serde(rename = "file")]
    File,
    #[serde(rename = "location")]
    Location,
    #[serde(rename = "system")]
    System,
}
impl ::std::fmt::Display for MessageType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Text => f.write_str("text"),
            Self::Image => f.write_str("image"),
            Self::Video => f.write_str("video"),
            Self::Audio => f.write_str("audio"),
            Self::File => f.write_str("file"),
            Self::Location => f.write_str("location"),
            Self::System => f.write_str("system"),
        }
    }
}
impl ::std::str::FromStr for MessageType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "text" => Ok(Self::Text),
            "image" => Ok(Self::Image),
            "video" => Ok(Self::Video),
            "audio" => Ok(Self::Audio),
            "file" => Ok(Self::File),
            "location" => Ok(Self::Location),
            "system" => Ok(Self::System),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MessageType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MessageType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///What a message said before an edit.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct MessageVersion {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///Present where it cannot be decrypted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub error: ::std::option::Option<MessageVersionError>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub text: ::std::option::Option<::std::string::String>,
    pub version: i64,
}
///Present where it cannot be decrypted.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum MessageVersionError {
    #[serde(rename = "undecryptable")]
    Undecryptable,
}
impl ::std::fmt::Display for MessageVersionError {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Undecryptable => f.write_str("undecryptable"),
        }
    }
}
impl ::std::str::FromStr for MessageVersionError {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "undecryptable" => Ok(Self::Undecryptable),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for MessageVersionError {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for MessageVersionError {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`NamedMembers`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NamedMembers {
    pub items: ::std::vec::Vec<Member>,
}
///`NewConversation`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(untagged)]
pub enum NewConversation {
    DirectConversation(NewDirectConversation),
    Group(NewGroup),
}
impl ::std::convert::From<NewDirectConversation> for NewConversation {
    fn from(value: NewDirectConversation) -> Self {
        Self::DirectConversation(value)
    }
}
impl ::std::convert::From<NewGroup> for NewConversation {
    fn from(value: NewGroup) -> Self {
        Self::Group(value)
    }
}
///`token` for `apns` and `fcm`, `subscription` for `web`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(tag = "platform")]
pub enum NewDevice {
    #[serde(rename = "apns")]
    Apns {
        ///The app that the token is of, where the deployment has several; for `apns` its topic.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        app_id: ::std::option::Option<::std::string::String>,
        ///A language tag (BCP 47), which is handed back with what the device is told.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        locale: ::std::option::Option<::std::string::String>,
        ///The device token in hexadecimal digits.
        token: ::std::string::String,
    },
    #[serde(rename = "fcm")]
    Fcm {
        ///The app that the token is of, where the deployment has several; for `apns` its topic.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        app_id: ::std::option::Option<::std::string::String>,
        ///A language tag (BCP 47), which is handed back with what the device is told.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        locale: ::std::option::Option<::std::string::String>,
        ///The registration token.
        token: ::std::string::String,
    },
    #[serde(rename = "web")]
    Web {
        ///The app that the token is of, where the deployment has several; for `apns` its topic.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        app_id: ::std::option::Option<::std::string::String>,
        ///A language tag (BCP 47), which is handed back with what the device is told.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        locale: ::std::option::Option<::std::string::String>,
        subscription: WebSubscription,
    },
}
///`NewDirectConversation`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewDirectConversation {
    ///The other one; not oneself.
    pub member_ids: ::std::vec::Vec<::uuid::Uuid>,
    #[serde(rename = "type")]
    pub type_: NewDirectConversationType,
}
///`NewDirectConversationType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum NewDirectConversationType {
    #[serde(rename = "direct")]
    Direct,
}
impl ::std::fmt::Display for NewDirectConversationType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Direct => f.write_str("direct"),
        }
    }
}
impl ::std::str::FromStr for NewDirectConversationType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "direct" => Ok(Self::Direct),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for NewDirectConversationType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NewDirectConversationType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`NewGroup`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewGroup {
    ///The first members besides the creator.
    pub member_ids: ::std::vec::Vec<::uuid::Uuid>,
    ///One line, not only white space.
    pub title: ::std::string::String,
    #[serde(rename = "type")]
    pub type_: NewGroupType,
}
///`NewGroupType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum NewGroupType {
    #[serde(rename = "group")]
    Group,
}
impl ::std::fmt::Display for NewGroupType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Group => f.write_str("group"),
        }
    }
}
impl ::std::str::FromStr for NewGroupType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "group" => Ok(Self::Group),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for NewGroupType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NewGroupType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`NewLocation`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewLocation {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub accuracy_m: ::std::option::Option<f64>,
    ///One line, not only white space.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub address: ::std::option::Option<::std::string::String>,
    pub latitude: f64,
    pub longitude: f64,
    ///One line, not only white space.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
}
///`NewMedia`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewMedia {
    ///The SHA-256 of the file in Base64. What comes is compared with it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub checksum_sha256: ::std::option::Option<::std::string::String>,
    /**`image`: `image/jpeg`, `image/png`, `image/gif`, `image/webp`, `image/avif`. `video`: `video/mp4`, `video/quicktime`, `video/webm`.
`audio`: `audio/mpeg`, `audio/mp4`, `audio/ogg`, `audio/wav`, `audio/flac`. `file`: documents of the list that a refusal names; `application/octet-stream` for all others.*/
    pub content_type: ::std::string::String,
    ///One line, not only white space, without `/`, `\` and marks of direction.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_name: ::std::option::Option<::std::string::String>,
    pub kind: NewMediaKind,
    ///In bytes.
    pub size: i64,
}
///`NewMediaKind`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum NewMediaKind {
    #[serde(rename = "image")]
    Image,
    #[serde(rename = "video")]
    Video,
    #[serde(rename = "audio")]
    Audio,
    #[serde(rename = "file")]
    File,
}
impl ::std::fmt::Display for NewMediaKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Image => f.write_str("image"),
            Self::Video => f.write_str("video"),
            Self::Audio => f.write_str("audio"),
            Self::File => f.write_str("file"),
        }
    }
}
impl ::std::str::FromStr for NewMediaKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "image" => Ok(Self::Image),
            "video" => Ok(Self::Video),
            "audio" => Ok(Self::Audio),
            "file" => Ok(Self::File),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for NewMediaKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NewMediaKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`NewMemberRole`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewMemberRole {
    pub role: MemberRole,
}
///`NewMembers`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewMembers {
    pub user_ids: ::std::vec::Vec<::uuid::Uuid>,
}
///`NewMute`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct NewMute {
    ///Until when; for ever, unless given. In the future.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub until: ::std::option::Option<::std::string::String>,
}
///`NewReceipts`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct NewReceipts {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub delivered_seq: ::std::option::Option<i64>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub read_seq: ::std::option::Option<i64>,
}
///`NewReport`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewReport {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub comment: ::std::option::Option<::std::string::String>,
    pub reason: ReportReason,
}
///`NewRotation`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewRotation {
    ///With `epochs`; of all conversations otherwise.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub conversation_id: ::std::option::Option<::uuid::Uuid>,
    ///With `keyring` and `kms_key`; of each purpose otherwise.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub purpose: ::std::option::Option<KeyPurpose>,
    pub target: NewRotationTarget,
}
///`NewRotationTarget`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum NewRotationTarget {
    #[serde(rename = "keyring")]
    Keyring,
    #[serde(rename = "kms_key")]
    KmsKey,
    #[serde(rename = "epochs")]
    Epochs,
    #[serde(rename = "all")]
    All,
}
impl ::std::fmt::Display for NewRotationTarget {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Keyring => f.write_str("keyring"),
            Self::KmsKey => f.write_str("kms_key"),
            Self::Epochs => f.write_str("epochs"),
            Self::All => f.write_str("all"),
        }
    }
}
impl ::std::str::FromStr for NewRotationTarget {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "keyring" => Ok(Self::Keyring),
            "kms_key" => Ok(Self::KmsKey),
            "epochs" => Ok(Self::Epochs),
            "all" => Ok(Self::All),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for NewRotationTarget {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NewRotationTarget {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`NewStatus`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewStatus {
    ///Exactly one emoji.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub emoji: ::std::option::Option<::std::string::String>,
    ///A time of RFC 3339 in the future.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub expires_at: ::std::option::Option<::std::string::String>,
    ///What the user has chosen to appear as.
    pub presence: NewStatusPresence,
    ///One line, not only white space.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
}
///What the user has chosen to appear as.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum NewStatusPresence {
    #[serde(rename = "online")]
    Online,
    #[serde(rename = "away")]
    Away,
    #[serde(rename = "busy")]
    Busy,
    #[serde(rename = "invisible")]
    Invisible,
}
impl ::std::fmt::Display for NewStatusPresence {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Online => f.write_str("online"),
            Self::Away => f.write_str("away"),
            Self::Busy => f.write_str("busy"),
            Self::Invisible => f.write_str("invisible"),
        }
    }
}
impl ::std::str::FromStr for NewStatusPresence {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "online" => Ok(Self::Online),
            "away" => Ok(Self::Away),
            "busy" => Ok(Self::Busy),
            "invisible" => Ok(Self::Invisible),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for NewStatusPresence {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for NewStatusPresence {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`NewTyping`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewTyping {
    ///Whether one types.
    pub active: bool,
}
///`NewWebhook`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NewWebhook {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub enabled: ::std::option::Option<bool>,
    pub events: EventTypes,
    ///Begins with `https://`; without user name, password and fragment.
    pub url: ::std::string::String,
}
///`OptionalTime`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
#[serde(transparent)]
pub struct OptionalTime(pub ::std::option::Option<::std::string::String>);
impl ::std::ops::Deref for OptionalTime {
    type Target = ::std::option::Option<::std::string::String>;
    fn deref(&self) -> &::std::option::Option<::std::string::String> {
        &self.0
    }
}
impl ::std::convert::From<OptionalTime>
for ::std::option::Option<::std::string::String> {
    fn from(value: OptionalTime) -> Self {
        value.0
    }
}
impl ::std::convert::From<::std::option::Option<::std::string::String>>
for OptionalTime {
    fn from(value: ::std::option::Option<::std::string::String>) -> Self {
        Self(value)
    }
}
///`OwnProfile`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct OwnProfile {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub avatar_media_id: ::std::option::Option<::uuid::Uuid>,
    ///No control characters but line breaks and tabulators.
    pub bio: ::std::string::String,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///One line, not only white space.
    pub display_name: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub email: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///What the user may do for the service as a whole.
    pub role: OwnProfileRole,
    pub status: UserStatus,
    ///In small letters.
    pub username: ::std::string::String,
}
///What the user may do for the service as a whole.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum OwnProfileRole {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "moderator")]
    Moderator,
    #[serde(rename = "auditor")]
    Auditor,
}
impl ::std::fmt::Display for OwnProfileRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::User => f.write_str("user"),
            Self::Admin => f.write_str("admin"),
            Self::Moderator => f.write_str("moderator"),
            Self::Auditor => f.write_str("auditor"),
        }
    }
}
impl ::std::str::FromStr for OwnProfileRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            "moderator" => Ok(Self::Moderator),
            "auditor" => Ok(Self::Auditor),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for OwnProfileRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for OwnProfileRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///How far one has got and read oneself, and what is unread in one's own view.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct OwnReceipt {
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub delivered_seq: i64,
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub read_seq: i64,
    pub unread_count: i64,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub user_id: ::uuid::Uuid,
}
///`PasswordChange`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct PasswordChange {
    pub current_password: crate::Secret,
    pub new_password: crate::Secret,
}
///`PasswordCheck`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct PasswordCheck {
    pub password: crate::Secret,
}
///Null where nothing was measured.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Percentiles {
    pub count: i64,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub p50: ::std::option::Option<f64>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub p95: ::std::option::Option<f64>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub p99: ::std::option::Option<f64>,
}
///Who sends messages, everybody or only the owner and admins.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum Posters {
    #[serde(rename = "all")]
    All,
    #[serde(rename = "admins")]
    Admins,
}
impl ::std::fmt::Display for Posters {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::All => f.write_str("all"),
            Self::Admins => f.write_str("admins"),
        }
    }
}
impl ::std::str::FromStr for Posters {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "all" => Ok(Self::All),
            "admins" => Ok(Self::Admins),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for Posters {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Posters {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A problem detail (RFC 9457).
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Problem {
    ///What happened, for programs. Never changes its meaning.
    pub code: ::std::string::String,
    pub detail: ::std::string::String,
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub errors: ::std::vec::Vec<FieldError>,
    ///The limit that was passed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub max: ::std::option::Option<i64>,
    pub request_id: ::std::string::String,
    ///Whether the same request can succeed later.
    pub retryable: bool,
    pub status: i64,
    pub title: ::std::string::String,
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
///`ProfileChanges`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ProfileChanges {
    ///Null for no picture.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub avatar_media_id: ::std::option::Option<::uuid::Uuid>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub bio: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub display_name: ::std::option::Option<::std::string::String>,
    ///Null for none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
}
///`PublicProfile`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct PublicProfile {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub avatar_media_id: ::std::option::Option<::uuid::Uuid>,
    ///No control characters but line breaks and tabulators.
    pub bio: ::std::string::String,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    pub deleted: bool,
    ///One line, not only white space.
    pub display_name: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub last_seen_at: ::std::option::Option<::std::string::String>,
    pub status: PublicStatus,
    ///Null once the account is deleted.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub username: ::std::option::Option<::std::string::String>,
}
///`PublicStatus`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct PublicStatus {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub emoji: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub expires_at: ::std::option::Option<::std::string::String>,
    ///`offline` for one who has not been seen for five minutes, who is invisible, or who has blocked the caller.
    pub presence: PublicStatusPresence,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub text: ::std::option::Option<::std::string::String>,
}
///`offline` for one who has not been seen for five minutes, who is invisible, or who has blocked the caller.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum PublicStatusPresence {
    #[serde(rename = "online")]
    Online,
    #[serde(rename = "away")]
    Away,
    #[serde(rename = "busy")]
    Busy,
    #[serde(rename = "offline")]
    Offline,
}
impl ::std::fmt::Display for PublicStatusPresence {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Online => f.write_str("online"),
            Self::Away => f.write_str("away"),
            Self::Busy => f.write_str("busy"),
            Self::Offline => f.write_str("offline"),
        }
    }
}
impl ::std::str::FromStr for PublicStatusPresence {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "online" => Ok(Self::Online),
            "away" => Ok(Self::Away),
            "busy" => Ok(Self::Busy),
            "offline" => Ok(Self::Offline),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for PublicStatusPresence {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for PublicStatusPresence {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`PushPlatform`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum PushPlatform {
    #[serde(rename = "apns")]
    Apns,
    #[serde(rename = "fcm")]
    Fcm,
    #[serde(rename = "web")]
    Web,
}
impl ::std::fmt::Display for PushPlatform {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Apns => f.write_str("apns"),
            Self::Fcm => f.write_str("fcm"),
            Self::Web => f.write_str("web"),
        }
    }
}
impl ::std::str::FromStr for PushPlatform {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "apns" => Ok(Self::Apns),
            "fcm" => Ok(Self::Fcm),
            "web" => Ok(Self::Web),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for PushPlatform {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for PushPlatform {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Rate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Rate {
    ///How many at once.
    pub burst: i64,
    ///How long until one more.
    pub seconds_for_one: f64,
}
///`Reaction`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Reaction {
    pub count: i64,
    pub emoji: ::std::string::String,
    pub mine: bool,
}
///How far a member has got and read.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Receipt {
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    pub delivered_seq: i64,
    ///Null where the member does not say.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub read_seq: ::std::option::Option<i64>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub user_id: ::uuid::Uuid,
}
///`RedriveQueueAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RedriveQueueAnswer {
    ///Whether no dead letter is left.
    pub complete: bool,
    pub moved: i64,
    pub queue: ::std::string::String,
}
///`Refresh`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Refresh {
    pub refresh_token: crate::Secret,
}
///`RegisterUserAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RegisterUserAnswer {
    pub session: Session,
    pub user: OwnProfile,
}
///`Registration`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Registration {
    ///The user name, unless given.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub display_name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
    pub password: crate::Secret,
    ///Letters of the English alphabet, digits, `_` and `.`. Capitals mean the same as small letters.
    pub username: ::std::string::String,
}
///`RepliedMessage`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RepliedMessage {
    pub deleted: bool,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub sender_id: ::uuid::Uuid,
    pub seq: i64,
    ///The beginning of it; null where there is no text, or none that can be decrypted.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub text: ::std::option::Option<::std::string::String>,
    #[serde(rename = "type")]
    pub type_: MessageType,
}
///`Report`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Report {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub message_id: ::uuid::Uuid,
    pub reason: ReportReason,
    pub status: ReportStatus,
}
///`ReportReason`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ReportReason {
    #[serde(rename = "spam")]
    Spam,
    #[serde(rename = "harassment")]
    Harassment,
    #[serde(rename = "violence")]
    Violence,
    #[serde(rename = "sexual")]
    Sexual,
    #[serde(rename = "illegal")]
    Illegal,
    #[serde(rename = "other")]
    Other,
}
impl ::std::fmt::Display for ReportReason {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Spam => f.write_str("spam"),
            Self::Harassment => f.write_str("harassment"),
            Self::Violence => f.write_str("violence"),
            Self::Sexual => f.write_str("sexual"),
            Self::Illegal => f.write_str("illegal"),
            Self::Other => f.write_str("other"),
        }
    }
}
impl ::std::str::FromStr for ReportReason {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "spam" => Ok(Self::Spam),
            "harassment" => Ok(Self::Harassment),
            "violence" => Ok(Self::Violence),
            "sexual" => Ok(Self::Sexual),
            "illegal" => Ok(Self::Illegal),
            "other" => Ok(Self::Other),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ReportReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ReportReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ReportStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ReportStatus {
    #[serde(rename = "open")]
    Open,
    #[serde(rename = "resolved")]
    Resolved,
    #[serde(rename = "dismissed")]
    Dismissed,
}
impl ::std::fmt::Display for ReportStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Open => f.write_str("open"),
            Self::Resolved => f.write_str("resolved"),
            Self::Dismissed => f.write_str("dismissed"),
        }
    }
}
impl ::std::str::FromStr for ReportStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "open" => Ok(Self::Open),
            "resolved" => Ok(Self::Resolved),
            "dismissed" => Ok(Self::Dismissed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ReportStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ReportStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`RequestRotationAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RequestRotationAnswer {
    ///Epochs that began before this seal nothing any more; `null` unless epochs were asked for.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub epochs_due_at: ::std::option::Option<::std::string::String>,
    pub rotations: ::std::vec::Vec<KeyRotation>,
}
///`RestoreKeysBody`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RestoreKeysBody {
    ///The `document` of a backup, as it was answered, or the object in the locked bucket.
    pub document: ::std::string::String,
}
///`RestoredKeys`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RestoredKeys {
    pub deployment_id: ::uuid::Uuid,
    pub keys: ::std::vec::Vec<RestoredKeysKeysItem>,
    ///When the backup was made.
    pub made_at: ::std::string::String,
}
///`RestoredKeysKeysItem`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct RestoredKeysKeysItem {
    pub id: ::uuid::Uuid,
    ///What opened the copy.
    pub opened_by: RestoredKeysKeysItemOpenedBy,
    ///Whether it was there and opens, was missing, or was there and did not open.
    pub outcome: RestoredKeysKeysItemOutcome,
    pub purpose: RestoredKeysKeysItemPurpose,
}
///What opened the copy.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum RestoredKeysKeysItemOpenedBy {
    #[serde(rename = "own")]
    Own,
    #[serde(rename = "recovery")]
    Recovery,
}
impl ::std::fmt::Display for RestoredKeysKeysItemOpenedBy {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Own => f.write_str("own"),
            Self::Recovery => f.write_str("recovery"),
        }
    }
}
impl ::std::str::FromStr for RestoredKeysKeysItemOpenedBy {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "own" => Ok(Self::Own),
            "recovery" => Ok(Self::Recovery),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for RestoredKeysKeysItemOpenedBy {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for RestoredKeysKeysItemOpenedBy {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Whether it was there and opens, was missing, or was there and did not open.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum RestoredKeysKeysItemOutcome {
    #[serde(rename = "kept")]
    Kept,
    #[serde(rename = "added")]
    Added,
    #[serde(rename = "repaired")]
    Repaired,
}
impl ::std::fmt::Display for RestoredKeysKeysItemOutcome {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Kept => f.write_str("kept"),
            Self::Added => f.write_str("added"),
            Self::Repaired => f.write_str("repaired"),
        }
    }
}
impl ::std::str::FromStr for RestoredKeysKeysItemOutcome {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "kept" => Ok(Self::Kept),
            "added" => Ok(Self::Added),
            "repaired" => Ok(Self::Repaired),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for RestoredKeysKeysItemOutcome {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for RestoredKeysKeysItemOutcome {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`RestoredKeysKeysItemPurpose`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum RestoredKeysKeysItemPurpose {
    #[serde(rename = "content")]
    Content,
    #[serde(rename = "credentials")]
    Credentials,
    #[serde(rename = "media")]
    Media,
}
impl ::std::fmt::Display for RestoredKeysKeysItemPurpose {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Content => f.write_str("content"),
            Self::Credentials => f.write_str("credentials"),
            Self::Media => f.write_str("media"),
        }
    }
}
impl ::std::str::FromStr for RestoredKeysKeysItemPurpose {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "content" => Ok(Self::Content),
            "credentials" => Ok(Self::Credentials),
            "media" => Ok(Self::Media),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for RestoredKeysKeysItemPurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for RestoredKeysKeysItemPurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`SearchMessagesAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SearchMessagesAnswer {
    pub items: ::std::vec::Vec<Message>,
    ///Where to go on; absent at the end.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_before_seq: ::std::option::Option<i64>,
}
///The query of `search_messages`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SearchMessagesQuery {
    ///Messages before this one; the page before says it in `next_before_seq`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub before_seq: ::std::option::Option<i64>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///The words.
    pub q: ::std::string::String,
}
///`SearchUsersAnswer`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SearchUsersAnswer {
    pub items: ::std::vec::Vec<PublicProfile>,
    ///Opaque.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next_cursor: ::std::option::Option<::std::string::String>,
}
///The query of `search_users`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SearchUsersQuery {
    ///The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cursor: ::std::option::Option<::std::string::String>,
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///The beginning of a user name.
    pub q: ::std::string::String,
}
///`Session`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Session {
    pub access_token: crate::Secret,
    ///Seconds that the access token lives.
    pub expires_in: i64,
    pub refresh_token: crate::Secret,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub session_id: ::uuid::Uuid,
    pub token_type: SessionTokenType,
}
///`SessionTokenType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum SessionTokenType {
    Bearer,
}
impl ::std::fmt::Display for SessionTokenType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Bearer => f.write_str("Bearer"),
        }
    }
}
impl ::std::str::FromStr for SessionTokenType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "Bearer" => Ok(Self::Bearer),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for SessionTokenType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SessionTokenType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`SessionWithUser`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SessionWithUser {
    pub access_token: crate::Secret,
    ///Seconds that the access token lives.
    pub expires_in: i64,
    pub refresh_token: crate::Secret,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub session_id: ::uuid::Uuid,
    pub token_type: SessionWithUserTokenType,
    pub user: OwnProfile,
}
///`SessionWithUserTokenType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum SessionWithUserTokenType {
    Bearer,
}
impl ::std::fmt::Display for SessionWithUserTokenType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Bearer => f.write_str("Bearer"),
        }
    }
}
impl ::std::str::FromStr for SessionWithUserTokenType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "Bearer" => Ok(Self::Bearer),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for SessionWithUserTokenType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SessionWithUserTokenType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Settings`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Settings {
    ///Whether others learn what one has read.
    pub send_read_receipts: bool,
    ///Whether others see that one is typing.
    pub send_typing: bool,
    ///Whether others see when one was last there.
    pub show_last_seen: bool,
}
///`SettingsChanges`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct SettingsChanges {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub send_read_receipts: ::std::option::Option<bool>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub send_typing: ::std::option::Option<bool>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub show_last_seen: ::std::option::Option<bool>,
}
///The query of `sync`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct SyncQuery {
    ///How many items the page has at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
    ///The `next` of an earlier answer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub since: ::std::option::Option<::std::string::String>,
}
///A change of a group, which the message's sender has made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SystemAction {
    pub action: SystemActionAction,
    ///What has changed, with `conversation_updated`.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub fields: ::std::vec::Vec<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub owner_id: ::std::option::Option<::uuid::Uuid>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub role: ::std::option::Option<MemberRole>,
    ///One line, not only white space.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
    ///To whom it was done.
    pub user_ids: ::std::vec::Vec<::uuid::Uuid>,
}
///`SystemActionAction`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum SystemActionAction {
    #[serde(rename = "members_added")]
    MembersAdded,
    #[serde(rename = "member_removed")]
    MemberRemoved,
    #[serde(rename = "member_left")]
    MemberLeft,
    #[serde(rename = "role_changed")]
    RoleChanged,
    #[serde(rename = "owner_changed")]
    OwnerChanged,
    #[serde(rename = "conversation_updated")]
    ConversationUpdated,
}
impl ::std::fmt::Display for SystemActionAction {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::MembersAdded => f.write_str("members_added"),
            Self::MemberRemoved => f.write_str("member_removed"),
            Self::MemberLeft => f.write_str("member_left"),
            Self::RoleChanged => f.write_str("role_changed"),
            Self::OwnerChanged => f.write_str("owner_changed"),
            Self::ConversationUpdated => f.write_str("conversation_updated"),
        }
    }
}
impl ::std::str::FromStr for SystemActionAction {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "members_added" => Ok(Self::MembersAdded),
            "member_removed" => Ok(Self::MemberRemoved),
            "member_left" => Ok(Self::MemberLeft),
            "role_changed" => Ok(Self::RoleChanged),
            "owner_changed" => Ok(Self::OwnerChanged),
            "conversation_updated" => Ok(Self::ConversationUpdated),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for SystemActionAction {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SystemActionAction {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`Ticket`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Ticket {
    ///Seconds.
    pub expires_in: i64,
    pub ticket: crate::Secret,
    ///Where to connect; the ticket goes behind it as `?ticket=`.
    pub url: ::std::string::String,
}
///`UnreadMark`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct UnreadMark {
    ///The first message that is unread.
    pub seq: i64,
}
///`UpdateReportBody`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct UpdateReportBody {
    pub status: UpdateReportBodyStatus,
}
///`UpdateReportBodyStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum UpdateReportBodyStatus {
    #[serde(rename = "open")]
    Open,
    #[serde(rename = "resolved")]
    Resolved,
    #[serde(rename = "dismissed")]
    Dismissed,
}
impl ::std::fmt::Display for UpdateReportBodyStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Open => f.write_str("open"),
            Self::Resolved => f.write_str("resolved"),
            Self::Dismissed => f.write_str("dismissed"),
        }
    }
}
impl ::std::str::FromStr for UpdateReportBodyStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "open" => Ok(Self::Open),
            "resolved" => Ok(Self::Resolved),
            "dismissed" => Ok(Self::Dismissed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for UpdateReportBodyStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for UpdateReportBodyStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`UserStatus`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct UserStatus {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub emoji: ::std::option::Option<::std::string::String>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub expires_at: ::std::option::Option<::std::string::String>,
    ///What the user has chosen to appear as.
    pub presence: UserStatusPresence,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub text: ::std::option::Option<::std::string::String>,
}
///What the user has chosen to appear as.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum UserStatusPresence {
    #[serde(rename = "online")]
    Online,
    #[serde(rename = "away")]
    Away,
    #[serde(rename = "busy")]
    Busy,
    #[serde(rename = "invisible")]
    Invisible,
}
impl ::std::fmt::Display for UserStatusPresence {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Online => f.write_str("online"),
            Self::Away => f.write_str("away"),
            Self::Busy => f.write_str("busy"),
            Self::Invisible => f.write_str("invisible"),
        }
    }
}
impl ::std::str::FromStr for UserStatusPresence {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "online" => Ok(Self::Online),
            "away" => Ok(Self::Away),
            "busy" => Ok(Self::Busy),
            "invisible" => Ok(Self::Invisible),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for UserStatusPresence {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for UserStatusPresence {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///The query of `verify_audit`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct VerifyAuditQuery {
    ///The entry to begin after.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub after_seq: ::std::option::Option<i64>,
    ///How many entries are checked at most.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub limit: ::std::option::Option<i64>,
}
///What `PushSubscription.toJSON()` gives.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct WebSubscription {
    pub endpoint: ::std::string::String,
    #[serde(
        rename = "expirationTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub expiration_time: ::std::option::Option<f64>,
    pub keys: WebSubscriptionKeys,
}
///`WebSubscriptionKeys`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct WebSubscriptionKeys {
    ///16 bytes, base64url.
    pub auth: ::std::string::String,
    ///The public key: 65 bytes, base64url.
    pub p256dh: ::std::string::String,
}
///`Webhook`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Webhook {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    ///Empty where nothing was said.
    pub description: ::std::string::String,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub disabled_reason: ::std::option::Option<WebhookDisabledReason>,
    pub enabled: bool,
    pub events: EventTypes,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub failing_since: ::std::option::Option<::std::string::String>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub updated_at: ::std::string::String,
    pub url: ::std::string::String,
}
///What is left out stays.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct WebhookChanges {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub enabled: ::std::option::Option<bool>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub events: ::std::option::Option<EventTypes>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub url: ::std::option::Option<::std::string::String>,
}
///What a webhook is told. Ids only; who needs more reads it, as somebody who may.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct WebhookDelivery {
    pub attempt: i64,
    pub data: WebhookDeliveryData,
    ///The event's. The same at each attempt and for each webhook.
    pub id: ::uuid::Uuid,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub timestamp: ::std::string::String,
    #[serde(rename = "type")]
    pub type_: WebhookDeliveryType,
}
///`WebhookDeliveryData`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct WebhookDeliveryData {
    ///A place in a conversation, counted from 1 without a gap; 0 before the first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub change_seq: ::std::option::Option<i64>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub conversation_id: ::std::option::Option<::uuid::Uuid>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message_id: ::std::option::Option<::uuid::Uuid>,
    ///A UUID of version 7 (RFC 9562), in lower case.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub user_id: ::std::option::Option<::uuid::Uuid>,
}
///`WebhookDeliveryType`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct WebhookDeliveryType {
    #[serde(flatten, skip_serializing_if = "::std::option::Option::is_none")]
    pub subtype_0: ::std::option::Option<EventType>,
    #[serde(flatten, skip_serializing_if = "::std::option::Option::is_none")]
    pub subtype_1: ::std::option::Option<WebhookDeliveryTypeSubtype1>,
}
///`WebhookDeliveryTypeSubtype1`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum WebhookDeliveryTypeSubtype1 {
    #[serde(rename = "webhook.test")]
    WebhookTest,
}
impl ::std::fmt::Display for WebhookDeliveryTypeSubtype1 {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::WebhookTest => f.write_str("webhook.test"),
        }
    }
}
impl ::std::str::FromStr for WebhookDeliveryTypeSubtype1 {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "webhook.test" => Ok(Self::WebhookTest),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for WebhookDeliveryTypeSubtype1 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for WebhookDeliveryTypeSubtype1 {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`WebhookDisabledReason`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum WebhookDisabledReason {
    #[serde(rename = "failing")]
    Failing,
    #[serde(rename = "gone")]
    Gone,
}
impl ::std::fmt::Display for WebhookDisabledReason {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Failing => f.write_str("failing"),
            Self::Gone => f.write_str("gone"),
        }
    }
}
impl ::std::str::FromStr for WebhookDisabledReason {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "failing" => Ok(Self::Failing),
            "gone" => Ok(Self::Gone),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for WebhookDisabledReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for WebhookDisabledReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`WebhookSecret`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct WebhookSecret {
    pub secret: crate::Secret,
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub webhook_id: ::uuid::Uuid,
}
///`WebhookWithSecret`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct WebhookWithSecret {
    ///A time of RFC 3339 in UTC with milliseconds.
    pub created_at: ::std::string::String,
    pub description: ::std::string::String,
    pub disabled_reason: (),
    pub enabled: bool,
    pub events: EventTypes,
    pub failing_since: (),
    ///A UUID of version 7 (RFC 9562), in lower case.
    pub id: ::uuid::Uuid,
    pub secret: crate::Secret,
    ///A time of RFC 3339 in UTC with milliseconds.
    pub updated_at: ::std::string::String,
    pub url: ::std::string::String,
}
///`Worker`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Worker {
    ///Attempts that failed and were the last.
    pub dead_lettered: i64,
    ///Tasks that are among the dead letters now.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub dead_letters: ::std::option::Option<i64>,
    pub duration_ms: WorkerDurationMs,
    ///Attempts that failed within the last hour, `retried` and `dead_lettered` together.
    pub failed: i64,
    ///Tasks that are being worked on, or wait to be tried again.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub in_flight: ::std::option::Option<i64>,
    ///How long the oldest task had waited since it was sent, of those taken up within the last hour. Null where none was.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub oldest_age_ms: ::std::option::Option<i64>,
    ///Tasks done within the last hour.
    pub processed: i64,
    pub queue: ::std::string::String,
    ///Attempts that failed and were not the last.
    pub retried: i64,
    ///Tasks that wait for a worker. This and the next two are null where the queue does not say.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub waiting: ::std::option::Option<i64>,
}
///Durations that 50, 95 and 99 of a hundred tasks did not exceed within the last hour, up to a fifth too long. Null without tasks.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct WorkerDurationMs {
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub p50: ::std::option::Option<f64>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub p95: ::std::option::Option<f64>,
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub p99: ::std::option::Option<f64>,
}
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
/// Each operation of the API, by the name it has there.
impl Client {
    /** What happened in each hour, all users together, for moderators, admins and auditors.

 `GET /v1/admin/analytics`*/
    pub async fn get_analytics(
        &self,
        query: &GetAnalyticsQuery,
    ) -> Result<GetAnalyticsAnswer, Error> {
        self.answered(
                Call::new("get_analytics", Method::GET, "/v1/admin/analytics", &[])
                    .query(query)?,
            )
            .await
    }
    /** Security events, newest first, for admins and auditors.

 `GET /v1/admin/audit`*/
    pub async fn list_audit_events(
        &self,
        query: &ListAuditEventsQuery,
    ) -> Result<ListAuditEventsAnswer, Error> {
        self.answered(
                Call::new("list_audit_events", Method::GET, "/v1/admin/audit", &[])
                    .query(query)?,
            )
            .await
    }
    /** Checks the audit log against its hashes, its events and the signed checkpoints, for admins and auditors.

 `GET /v1/admin/audit/verify`*/
    pub async fn verify_audit(
        &self,
        query: &VerifyAuditQuery,
    ) -> Result<AuditVerification, Error> {
        self.answered(
                Call::new("verify_audit", Method::GET, "/v1/admin/audit/verify", &[])
                    .query(query)?,
            )
            .await
    }
    /** The keyring keys, what is sealed under them, their use and their rotations, for admins and auditors.

 `GET /v1/admin/keys`*/
    pub async fn list_keys(&self) -> Result<KeyInventory, Error> {
        self.answered(Call::new("list_keys", Method::GET, "/v1/admin/keys", &[])).await
    }
    /** Takes a copy of the keyring, for admins.

 `POST /v1/admin/keys/backup`*/
    pub async fn backup_keys(&self) -> Result<KeyBackup, Error> {
        self.answered(
                Call::new("backup_keys", Method::POST, "/v1/admin/keys/backup", &[]),
            )
            .await
    }
    /** Puts a copy of the keyring back, for admins.

 `POST /v1/admin/keys/restore`*/
    pub async fn restore_keys(
        &self,
        body: &RestoreKeysBody,
    ) -> Result<RestoredKeys, Error> {
        self.answered(
                Call::new("restore_keys", Method::POST, "/v1/admin/keys/restore", &[])
                    .body(body)?,
            )
            .await
    }
    /** Has keys replaced, for admins.

 `POST /v1/admin/keys/rotate`*/
    pub async fn request_rotation(
        &self,
        body: &NewRotation,
    ) -> Result<RequestRotationAnswer, Error> {
        self.answered(
                Call::new("request_rotation", Method::POST, "/v1/admin/keys/rotate", &[])
                    .body(body)?,
            )
            .await
    }
    /** What members have reported, newest first, for moderators and admins.

 `GET /v1/admin/reports`*/
    pub async fn list_reports(
        &self,
        query: &ListReportsQuery,
    ) -> Result<ListReportsAnswer, Error> {
        self.answered(
                Call::new("list_reports", Method::GET, "/v1/admin/reports", &[])
                    .query(query)?,
            )
            .await
    }
    /** Notes what was done about a report.

 `PATCH /v1/admin/reports/{report_id}`*/
    pub async fn update_report(
        &self,
        report_id: ::uuid::Uuid,
        body: &UpdateReportBody,
    ) -> Result<HandledReport, Error> {
        self.answered(
                Call::new(
                        "update_report",
                        Method::PATCH,
                        "/v1/admin/reports/{report_id}",
                        &[("report_id", &report_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Users by name, for moderators, admins and auditors.

 `GET /v1/admin/users`*/
    pub async fn list_admin_users(
        &self,
        query: &ListAdminUsersQuery,
    ) -> Result<ListAdminUsersAnswer, Error> {
        self.answered(
                Call::new("list_admin_users", Method::GET, "/v1/admin/users", &[])
                    .query(query)?,
            )
            .await
    }
    /** Changes a role, suspends a user or lets them in again.

 `PATCH /v1/admin/users/{user_id}`*/
    pub async fn update_admin_user(
        &self,
        user_id: ::uuid::Uuid,
        body: &AdminUserChanges,
    ) -> Result<AdminUser, Error> {
        self.answered(
                Call::new(
                        "update_admin_user",
                        Method::PATCH,
                        "/v1/admin/users/{user_id}",
                        &[("user_id", &user_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** The webhooks, the newest first, for admins and auditors.

 `GET /v1/admin/webhooks`*/
    pub async fn list_webhooks(
        &self,
        query: &ListWebhooksQuery,
    ) -> Result<ListWebhooksAnswer, Error> {
        self.answered(
                Call::new("list_webhooks", Method::GET, "/v1/admin/webhooks", &[])
                    .query(query)?,
            )
            .await
    }
    /** Has an address outside told of events.

 `POST /v1/admin/webhooks`*/
    pub async fn create_webhook(
        &self,
        body: &NewWebhook,
    ) -> Result<WebhookWithSecret, Error> {
        self.answered(
                Call::new("create_webhook", Method::POST, "/v1/admin/webhooks", &[])
                    .keyed()
                    .body(body)?,
            )
            .await
    }
    /** A webhook, for admins and auditors.

 `GET /v1/admin/webhooks/{webhook_id}`*/
    pub async fn get_webhook(&self, webhook_id: ::uuid::Uuid) -> Result<Webhook, Error> {
        self.answered(
                Call::new(
                    "get_webhook",
                    Method::GET,
                    "/v1/admin/webhooks/{webhook_id}",
                    &[("webhook_id", &webhook_id.to_string())],
                ),
            )
            .await
    }
    /** Changes a webhook.

 `PATCH /v1/admin/webhooks/{webhook_id}`*/
    pub async fn update_webhook(
        &self,
        webhook_id: ::uuid::Uuid,
        body: &WebhookChanges,
    ) -> Result<Webhook, Error> {
        self.answered(
                Call::new(
                        "update_webhook",
                        Method::PATCH,
                        "/v1/admin/webhooks/{webhook_id}",
                        &[("webhook_id", &webhook_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Ends a webhook. What it was not told yet it never is.

 `DELETE /v1/admin/webhooks/{webhook_id}`*/
    pub async fn delete_webhook(&self, webhook_id: ::uuid::Uuid) -> Result<(), Error> {
        self.done(
                Call::new(
                    "delete_webhook",
                    Method::DELETE,
                    "/v1/admin/webhooks/{webhook_id}",
                    &[("webhook_id", &webhook_id.to_string())],
                ),
            )
            .await
    }
    /** What a webhook was told in the last seven days, the newest first, for admins and auditors.

 `GET /v1/admin/webhooks/{webhook_id}/deliveries`*/
    pub async fn list_webhook_deliveries(
        &self,
        webhook_id: ::uuid::Uuid,
        query: &ListWebhookDeliveriesQuery,
    ) -> Result<ListWebhookDeliveriesAnswer, Error> {
        self.answered(
                Call::new(
                        "list_webhook_deliveries",
                        Method::GET,
                        "/v1/admin/webhooks/{webhook_id}/deliveries",
                        &[("webhook_id", &webhook_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Gives a webhook a new secret.

 `POST /v1/admin/webhooks/{webhook_id}/secret`*/
    pub async fn rotate_webhook_secret(
        &self,
        webhook_id: ::uuid::Uuid,
    ) -> Result<WebhookSecret, Error> {
        self.answered(
                Call::new(
                        "rotate_webhook_secret",
                        Method::POST,
                        "/v1/admin/webhooks/{webhook_id}/secret",
                        &[("webhook_id", &webhook_id.to_string())],
                    )
                    .keyed(),
            )
            .await
    }
    /** Has a webhook told of a `webhook.test`, enabled or not.

 `POST /v1/admin/webhooks/{webhook_id}/test`*/
    pub async fn test_webhook(
        &self,
        webhook_id: ::uuid::Uuid,
    ) -> Result<Delivery, Error> {
        self.answered(
                Call::new(
                    "test_webhook",
                    Method::POST,
                    "/v1/admin/webhooks/{webhook_id}/test",
                    &[("webhook_id", &webhook_id.to_string())],
                ),
            )
            .await
    }
    /** What waits in each queue and what its workers have done within the last hour, for admins and auditors.

 `GET /v1/admin/workers`*/
    pub async fn list_workers(&self) -> Result<ListWorkersAnswer, Error> {
        self.answered(Call::new("list_workers", Method::GET, "/v1/admin/workers", &[]))
            .await
    }
    /** Puts the dead letters of a queue back, for admins.

 `POST /v1/admin/workers/{queue}/redrive`*/
    pub async fn redrive_queue(&self, queue: &str) -> Result<RedriveQueueAnswer, Error> {
        self.answered(
                Call::new(
                    "redrive_queue",
                    Method::POST,
                    "/v1/admin/workers/{queue}/redrive",
                    &[("queue", queue)],
                ),
            )
            .await
    }
    /** One's own conversations, the one with the latest activity first.

 `GET /v1/conversations`*/
    pub async fn list_conversations(
        &self,
        query: &ListConversationsQuery,
    ) -> Result<ListConversationsAnswer, Error> {
        self.answered(
                Call::new("list_conversations", Method::GET, "/v1/conversations", &[])
                    .query(query)?,
            )
            .await
    }
    /** Opens a direct conversation or creates a group.

 `POST /v1/conversations`*/
    pub async fn create_conversation(
        &self,
        body: &NewConversation,
    ) -> Result<Conversation, Error> {
        self.answered(
                Call::new("create_conversation", Method::POST, "/v1/conversations", &[])
                    .keyed()
                    .body(body)?,
            )
            .await
    }
    /** One of one's own conversations, with its settings.

 `GET /v1/conversations/{conversation_id}`*/
    pub async fn get_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<ConversationDetails, Error> {
        self.answered(
                Call::new(
                    "get_conversation",
                    Method::GET,
                    "/v1/conversations/{conversation_id}",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** Changes a group's title, description, picture and settings.

 `PATCH /v1/conversations/{conversation_id}`*/
    pub async fn update_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &ConversationChanges,
    ) -> Result<ConversationDetails, Error> {
        self.answered(
                Call::new(
                        "update_conversation",
                        Method::PATCH,
                        "/v1/conversations/{conversation_id}",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Deletes a group for all its members.

 `DELETE /v1/conversations/{conversation_id}`*/
    pub async fn delete_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "delete_conversation",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** Puts a conversation away, for oneself.

 `PUT /v1/conversations/{conversation_id}/archive`*/
    pub async fn archive_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<ConversationFlags, Error> {
        self.answered(
                Call::new(
                    "archive_conversation",
                    Method::PUT,
                    "/v1/conversations/{conversation_id}/archive",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** Takes a conversation out of the archive.

 `DELETE /v1/conversations/{conversation_id}/archive`*/
    pub async fn unarchive_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "unarchive_conversation",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}/archive",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** What has changed in a conversation.

 `GET /v1/conversations/{conversation_id}/changes`*/
    pub async fn list_changes(
        &self,
        conversation_id: ::uuid::Uuid,
        query: &ListChangesQuery,
    ) -> Result<Changes, Error> {
        self.answered(
                Call::new(
                        "list_changes",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/changes",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** The files of a conversation, those of the newest messages first.

 `GET /v1/conversations/{conversation_id}/media`*/
    pub async fn list_media(
        &self,
        conversation_id: ::uuid::Uuid,
        query: &ListMediaQuery,
    ) -> Result<ListMediaAnswer, Error> {
        self.answered(
                Call::new(
                        "list_media",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/media",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Who belongs to a conversation, those who have been there longest first.

 `GET /v1/conversations/{conversation_id}/members`*/
    pub async fn list_members(
        &self,
        conversation_id: ::uuid::Uuid,
        query: &ListMembersQuery,
    ) -> Result<ListMembersAnswer, Error> {
        self.answered(
                Call::new(
                        "list_members",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/members",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Adds members to a group.

 `POST /v1/conversations/{conversation_id}/members`*/
    pub async fn add_members(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &NewMembers,
    ) -> Result<NamedMembers, Error> {
        self.answered(
                Call::new(
                        "add_members",
                        Method::POST,
                        "/v1/conversations/{conversation_id}/members",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .keyed()
                    .body(body)?,
            )
            .await
    }
    /** Gives a member of a group another role.

 `PATCH /v1/conversations/{conversation_id}/members/{user_id}`*/
    pub async fn update_member(
        &self,
        conversation_id: ::uuid::Uuid,
        user_id: ::uuid::Uuid,
        body: &NewMemberRole,
    ) -> Result<Member, Error> {
        self.answered(
                Call::new(
                        "update_member",
                        Method::PATCH,
                        "/v1/conversations/{conversation_id}/members/{user_id}",
                        &[
                            ("conversation_id", &conversation_id.to_string()),
                            ("user_id", &user_id.to_string()),
                        ],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Removes a member from a group, or leaves it.

 `DELETE /v1/conversations/{conversation_id}/members/{user_id}`*/
    pub async fn remove_member(
        &self,
        conversation_id: ::uuid::Uuid,
        user_id: ::uuid::Uuid,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "remove_member",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}/members/{user_id}",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("user_id", &user_id.to_string()),
                    ],
                ),
            )
            .await
    }
    /** A page of messages.

 `GET /v1/conversations/{conversation_id}/messages`*/
    pub async fn list_messages(
        &self,
        conversation_id: ::uuid::Uuid,
        query: &ListMessagesQuery,
    ) -> Result<ListMessagesAnswer, Error> {
        self.answered(
                Call::new(
                        "list_messages",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/messages",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Sends a message.

 `POST /v1/conversations/{conversation_id}/messages`*/
    pub async fn send_message(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &NewMessage,
    ) -> Result<Message, Error> {
        self.answered(
                Call::new(
                        "send_message",
                        Method::POST,
                        "/v1/conversations/{conversation_id}/messages",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** One message.

 `GET /v1/conversations/{conversation_id}/messages/{message_id}`*/
    pub async fn get_message(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
    ) -> Result<Message, Error> {
        self.answered(
                Call::new(
                    "get_message",
                    Method::GET,
                    "/v1/conversations/{conversation_id}/messages/{message_id}",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("message_id", &message_id.to_string()),
                    ],
                ),
            )
            .await
    }
    /** Gives a message another text or caption.

 `PATCH /v1/conversations/{conversation_id}/messages/{message_id}`*/
    pub async fn edit_message(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
        body: &MessageEdit,
    ) -> Result<Message, Error> {
        self.answered(
                Call::new(
                        "edit_message",
                        Method::PATCH,
                        "/v1/conversations/{conversation_id}/messages/{message_id}",
                        &[
                            ("conversation_id", &conversation_id.to_string()),
                            ("message_id", &message_id.to_string()),
                        ],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Deletes a message.

 `DELETE /v1/conversations/{conversation_id}/messages/{message_id}`*/
    pub async fn delete_message(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
        query: &DeleteMessageQuery,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                        "delete_message",
                        Method::DELETE,
                        "/v1/conversations/{conversation_id}/messages/{message_id}",
                        &[
                            ("conversation_id", &conversation_id.to_string()),
                            ("message_id", &message_id.to_string()),
                        ],
                    )
                    .query(query)?,
            )
            .await
    }
    /** What a message said before its edits.

 `GET /v1/conversations/{conversation_id}/messages/{message_id}/history`*/
    pub async fn get_message_history(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
        query: &GetMessageHistoryQuery,
    ) -> Result<GetMessageHistoryAnswer, Error> {
        self.answered(
                Call::new(
                        "get_message_history",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/messages/{message_id}/history",
                        &[
                            ("conversation_id", &conversation_id.to_string()),
                            ("message_id", &message_id.to_string()),
                        ],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Pins a message for everybody.

 `PUT /v1/conversations/{conversation_id}/messages/{message_id}/pin`*/
    pub async fn pin_message(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
    ) -> Result<Message, Error> {
        self.answered(
                Call::new(
                    "pin_message",
                    Method::PUT,
                    "/v1/conversations/{conversation_id}/messages/{message_id}/pin",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("message_id", &message_id.to_string()),
                    ],
                ),
            )
            .await
    }
    /** Unpins a message for everybody.

 `DELETE /v1/conversations/{conversation_id}/messages/{message_id}/pin`*/
    pub async fn unpin_message(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "unpin_message",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}/messages/{message_id}/pin",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("message_id", &message_id.to_string()),
                    ],
                ),
            )
            .await
    }
    /** Reacts to a message with one emoji.

 `PUT /v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}`*/
    pub async fn add_reaction(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
        emoji: &str,
    ) -> Result<Message, Error> {
        self.answered(
                Call::new(
                    "add_reaction",
                    Method::PUT,
                    "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("message_id", &message_id.to_string()),
                        ("emoji", emoji),
                    ],
                ),
            )
            .await
    }
    /** Takes one's own reaction back.

 `DELETE /v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}`*/
    pub async fn remove_reaction(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
        emoji: &str,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "remove_reaction",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("message_id", &message_id.to_string()),
                        ("emoji", emoji),
                    ],
                ),
            )
            .await
    }
    /** Tells the moderators what is wrong with a message.

 `POST /v1/conversations/{conversation_id}/messages/{message_id}/report`*/
    pub async fn report_message(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
        body: &NewReport,
    ) -> Result<Report, Error> {
        self.answered(
                Call::new(
                        "report_message",
                        Method::POST,
                        "/v1/conversations/{conversation_id}/messages/{message_id}/report",
                        &[
                            ("conversation_id", &conversation_id.to_string()),
                            ("message_id", &message_id.to_string()),
                        ],
                    )
                    .keyed()
                    .body(body)?,
            )
            .await
    }
    /** How far a message has come.

 `GET /v1/conversations/{conversation_id}/messages/{message_id}/status`*/
    pub async fn get_message_status(
        &self,
        conversation_id: ::uuid::Uuid,
        message_id: ::uuid::Uuid,
    ) -> Result<MessageStatus, Error> {
        self.answered(
                Call::new(
                    "get_message_status",
                    Method::GET,
                    "/v1/conversations/{conversation_id}/messages/{message_id}/status",
                    &[
                        ("conversation_id", &conversation_id.to_string()),
                        ("message_id", &message_id.to_string()),
                    ],
                ),
            )
            .await
    }
    /** Mutes a conversation, for oneself.

 `PUT /v1/conversations/{conversation_id}/mute`*/
    pub async fn mute_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &NewMute,
    ) -> Result<ConversationFlags, Error> {
        self.answered(
                Call::new(
                        "mute_conversation",
                        Method::PUT,
                        "/v1/conversations/{conversation_id}/mute",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Unmutes a conversation.

 `DELETE /v1/conversations/{conversation_id}/mute`*/
    pub async fn unmute_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "unmute_conversation",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}/mute",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** Marks a conversation as one to keep in sight, for oneself.

 `PUT /v1/conversations/{conversation_id}/pin`*/
    pub async fn pin_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<ConversationFlags, Error> {
        self.answered(
                Call::new(
                    "pin_conversation",
                    Method::PUT,
                    "/v1/conversations/{conversation_id}/pin",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** Unpins a conversation.

 `DELETE /v1/conversations/{conversation_id}/pin`*/
    pub async fn unpin_conversation(
        &self,
        conversation_id: ::uuid::Uuid,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                    "unpin_conversation",
                    Method::DELETE,
                    "/v1/conversations/{conversation_id}/pin",
                    &[("conversation_id", &conversation_id.to_string())],
                ),
            )
            .await
    }
    /** How far each member has got and read.

 `GET /v1/conversations/{conversation_id}/receipts`*/
    pub async fn list_receipts(
        &self,
        conversation_id: ::uuid::Uuid,
        query: &ListReceiptsQuery,
    ) -> Result<ListReceiptsAnswer, Error> {
        self.answered(
                Call::new(
                        "list_receipts",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/receipts",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Says how far messages have reached oneself, and how far one has read.

 `PUT /v1/conversations/{conversation_id}/receipts`*/
    pub async fn update_receipts(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &NewReceipts,
    ) -> Result<OwnReceipt, Error> {
        self.answered(
                Call::new(
                        "update_receipts",
                        Method::PUT,
                        "/v1/conversations/{conversation_id}/receipts",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Messages with certain words, newest first.

 `GET /v1/conversations/{conversation_id}/search`*/
    pub async fn search_messages(
        &self,
        conversation_id: ::uuid::Uuid,
        query: &SearchMessagesQuery,
    ) -> Result<SearchMessagesAnswer, Error> {
        self.answered(
                Call::new(
                        "search_messages",
                        Method::GET,
                        "/v1/conversations/{conversation_id}/search",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .query(query)?,
            )
            .await
    }
    /** Tells the others that one types, or does so no more.

 `POST /v1/conversations/{conversation_id}/typing`*/
    pub async fn send_typing(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &NewTyping,
    ) -> Result<(), Error> {
        self.done(
                Call::new(
                        "send_typing",
                        Method::POST,
                        "/v1/conversations/{conversation_id}/typing",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Marks messages unread again, from one of them on, in one's own view.

 `PUT /v1/conversations/{conversation_id}/unread`*/
    pub async fn mark_unread(
        &self,
        conversation_id: ::uuid::Uuid,
        body: &UnreadMark,
    ) -> Result<OwnReceipt, Error> {
        self.answered(
                Call::new(
                        "mark_unread",
                        Method::PUT,
                        "/v1/conversations/{conversation_id}/unread",
                        &[("conversation_id", &conversation_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** One's devices that are told of messages, the latest first.

 `GET /v1/devices`*/
    pub async fn list_devices(&self) -> Result<Devices, Error> {
        self.answered(Call::new("list_devices", Method::GET, "/v1/devices", &[])).await
    }
    /** Has a device told of messages.

 `PUT /v1/devices/{device_id}`*/
    pub async fn register_device(
        &self,
        device_id: ::uuid::Uuid,
        body: &NewDevice,
    ) -> Result<Device, Error> {
        self.answered(
                Call::new(
                        "register_device",
                        Method::PUT,
                        "/v1/devices/{device_id}",
                        &[("device_id", &device_id.to_string())],
                    )
                    .body(body)?,
            )
            .await
    }
    /** Has a device told of nothing any more.

 `DELETE /v1/devices/{device_id}`*/
    pub async fn remove_device(&self, device_id: ::uuid::Uuid) -> Result<(), Error> {
        self.done(
                Call::new(
                    "remove_device",
                    Method::DELETE,
                    "/v1/devices/{device_id}",
                    &[("device_id", &device_id.to_string())],
                ),
            )
            .await
    }
    /** Whether the service can do its work, dependency by dependency.

 `GET /v1/health`*/
    pub async fn check_health(&self) -> Result<CheckHealthAnswer, Error> {
        self.answered(Call::new("check_health", Method::GET, "/v1/health", &[]).open())
            .await
    }
    /** Every limit that a client can run into.

 `GET /v1/limits`*/
    pub async fn get_limits(&self) -> Result<Limits, Error> {
        self.answered(Call::new("get_limits", Method::GET, "/v1/limits", &[]).open())
            .await
    }
    /** Announces an upload and gets a form for it.

 `POST /v1/media`*/
    pub async fn create_media(&self, body: &NewMedia) -> Result<AnnouncedMedia, Error> {
        self.answered(
                Call::new("create_media", Method::POST, "/v1/media", &[])
                    .keyed()
                    .body(body)?,
            )
            .await
    }
    /** A file, with links that live for minutes.

 `GET /v1/media/{media_id}`*/
    pub async fn get_media(&self, media_id: ::uuid::Uuid) -> Result<Media, Error> {
        self.answered(
                Call::new(
                    "get_media",
                    Method::GET,
                    "/v1/media/{media_id}",
                    &[("media_id", &media_id.to_string())],
                ),
            )
            .await
    }
    /** Takes back an upload that no message and no profile holds.

 `DELETE /v1/media/{media_id}`*/
    pub async fn delete_media(&self, media_id: ::uuid::Uuid) -> Result<(), Error> {
        self.done(
                Call::new(
                    "delete_media",
                    Method::DELETE,
                    "/v1/media/{media_id}",
                    &[("media_id", &media_id.to_string())],
                ),
            )
            .await
    }
    /** A ticket that opens one WebSocket.

 `POST /v1/realtime/tickets`*/
    pub async fn create_ticket(&self) -> Result<Ticket, Error> {
        self.answered(
                Call::new("create_ticket", Method::POST, "/v1/realtime/tickets", &[])
                    .keyed(),
            )
            .await
    }
    /** Where one is logged in, the latest login first.

 `GET /v1/sessions`*/
    pub async fn list_sessions(
        &self,
        query: &ListSessionsQuery,
    ) -> Result<ListSessionsAnswer, Error> {
        self.answered(
                Call::new("list_sessions", Method::GET, "/v1/sessions", &[])
                    .query(query)?,
            )
            .await
    }
    /** Logs in.

 `POST /v1/sessions`*/
    pub async fn create_session(
        &self,
        body: &Credentials,
    ) -> Result<SessionWithUser, Error> {
        self.answered(
                Call::new("create_session", Method::POST, "/v1/sessions", &[])
                    .keyed()
                    .open()
                    .body(body)?,
            )
            .await
    }
    /** Logs out.

 `DELETE /v1/sessions/current`*/
    pub async fn delete_current_session(&self) -> Result<(), Error> {
        self.done(
                Call::new(
                    "delete_current_session",
                    Method::DELETE,
                    "/v1/sessions/current",
                    &[],
                ),
            )
            .await
    }
    /** Gets a new pair of tokens for a refresh token.

 `POST /v1/sessions/refresh`*/
    pub async fn refresh_session(
        &self,
        body: &Refresh,
    ) -> Result<SessionWithUser, Error> {
        self.answered(
                Call::new("refresh_session", Method::POST, "/v1/sessions/refresh", &[])
                    .open()
                    .body(body)?,
            )
            .await
    }
    /** Ends one of one's own sessions.

 `DELETE /v1/sessions/{session_id}`*/
    pub async fn delete_session(&self, session_id: ::uuid::Uuid) -> Result<(), Error> {
        self.done(
                Call::new(
                    "delete_session",
                    Method::DELETE,
                    "/v1/sessions/{session_id}",
                    &[("session_id", &session_id.to_string())],
                ),
            )
            .await
    }
    /** Everything that changed for the caller since a token.

 `GET /v1/sync`*/
    pub async fn sync(&self, query: &SyncQuery) -> Result<AccountChanges, Error> {
        self.answered(Call::new("sync", Method::GET, "/v1/sync", &[]).query(query)?)
            .await
    }
    /** Users whose name begins with `q`, by name.

 `GET /v1/users`*/
    pub async fn search_users(
        &self,
        query: &SearchUsersQuery,
    ) -> Result<SearchUsersAnswer, Error> {
        self.answered(
                Call::new("search_users", Method::GET, "/v1/users", &[]).query(query)?,
            )
            .await
    }
    /** Registers a user and logs them in.

 `POST /v1/users`*/
    pub async fn register_user(
        &self,
        body: &Registration,
    ) -> Result<RegisterUserAnswer, Error> {
        self.answered(
                Call::new("register_user", Method::POST, "/v1/users", &[])
                    .keyed()
                    .open()
                    .body(body)?,
            )
            .await
    }
    /** One's own profile.

 `GET /v1/users/me`*/
    pub async fn get_me(&self) -> Result<OwnProfile, Error> {
        self.answered(Call::new("get_me", Method::GET, "/v1/users/me", &[])).await
    }
    /** Changes one's own profile.

 `PATCH /v1/users/me`*/
    pub async fn update_me(&self, body: &ProfileChanges) -> Result<OwnProfile, Error> {
        self.answered(
                Call::new("update_me", Method::PATCH, "/v1/users/me", &[]).body(body)?,
            )
            .await
    }
    /** Erases one's own account.

 `DELETE /v1/users/me`*/
    pub async fn delete_me(
        &self,
        body: &PasswordCheck,
    ) -> Result<ErasureReceipt, Error> {
        self.answered(
                Call::new("delete_me", Method::DELETE, "/v1/users/me", &[]).body(body)?,
            )
            .await
    }
    /** Whom one has blocked, the latest first.

 `GET /v1/users/me/blocks`*/
    pub async fn list_blocks(
        &self,
        query: &ListBlocksQuery,
    ) -> Result<ListBlocksAnswer, Error> {
        self.answered(
                Call::new("list_blocks", Method::GET, "/v1/users/me/blocks", &[])
                    .query(query)?,
            )
            .await
    }
    /** Blocks somebody.

 `PUT /v1/users/me/blocks/{user_id}`*/
    pub async fn block_user(&self, user_id: ::uuid::Uuid) -> Result<(), Error> {
        self.done(
                Call::new(
                    "block_user",
                    Method::PUT,
                    "/v1/users/me/blocks/{user_id}",
                    &[("user_id", &user_id.to_string())],
                ),
            )
            .await
    }
    /** Ends a block.

 `DELETE /v1/users/me/blocks/{user_id}`*/
    pub async fn unblock_user(&self, user_id: ::uuid::Uuid) -> Result<(), Error> {
        self.done(
                Call::new(
                    "unblock_user",
                    Method::DELETE,
                    "/v1/users/me/blocks/{user_id}",
                    &[("user_id", &user_id.to_string())],
                ),
            )
            .await
    }
    /** One's newest export, with a link once it is ready.

 `GET /v1/users/me/export`*/
    pub async fn get_export(&self) -> Result<ExportWithLink, Error> {
        self.answered(Call::new("get_export", Method::GET, "/v1/users/me/export", &[]))
            .await
    }
    /** Asks for an archive of everything one may see.

 `POST /v1/users/me/export`*/
    pub async fn request_export(&self) -> Result<Export, Error> {
        self.answered(
                Call::new("request_export", Method::POST, "/v1/users/me/export", &[])
                    .keyed(),
            )
            .await
    }
    /** Sets another password and ends every other session.

 `PUT /v1/users/me/password`*/
    pub async fn change_password(&self, body: &PasswordChange) -> Result<(), Error> {
        self.done(
                Call::new("change_password", Method::PUT, "/v1/users/me/password", &[])
                    .body(body)?,
            )
            .await
    }
    /** One's own privacy switches.

 `GET /v1/users/me/settings`*/
    pub async fn get_settings(&self) -> Result<Settings, Error> {
        self.answered(
                Call::new("get_settings", Method::GET, "/v1/users/me/settings", &[]),
            )
            .await
    }
    /** Turns privacy switches.

 `PATCH /v1/users/me/settings`*/
    pub async fn update_settings(
        &self,
        body: &SettingsChanges,
    ) -> Result<Settings, Error> {
        self.answered(
                Call::new("update_settings", Method::PATCH, "/v1/users/me/settings", &[])
                    .body(body)?,
            )
            .await
    }
    /** Sets what one appears as and what one is up to.

 `PUT /v1/users/me/status`*/
    pub async fn set_status(&self, body: &NewStatus) -> Result<UserStatus, Error> {
        self.answered(
                Call::new("set_status", Method::PUT, "/v1/users/me/status", &[])
                    .body(body)?,
            )
            .await
    }
    /** Somebody's public profile.

 `GET /v1/users/{user_id}`*/
    pub async fn get_user(&self, user_id: ::uuid::Uuid) -> Result<PublicProfile, Error> {
        self.answered(
                Call::new(
                    "get_user",
                    Method::GET,
                    "/v1/users/{user_id}",
                    &[("user_id", &user_id.to_string())],
                ),
            )
            .await
    }
}
