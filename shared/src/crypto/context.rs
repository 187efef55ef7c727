//! What a sealed thing is bound to: it opens only in the place it was sealed for.

use uuid::Uuid;

use crate::id::{
    ClientId, ConversationId, DeviceId, Epoch, KeyringId, MediaId, MessageId, ReportId, Revision, SecretId,
    UserId, WebhookId,
};

/// A column of `users` that holds sealed personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalColumn {
    /// `users.email_sealed`
    Email,
}

impl PersonalColumn {
    fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
        }
    }
}

/// The place a sealed thing belongs to: everything about it that never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context<'a> {
    /// A conversation's epoch key K2, sealed under K1.
    ConversationKey {
        /// Whose key it is.
        conversation: ConversationId,
        /// Its generation.
        epoch: Epoch,
        /// The K1 it is sealed under.
        keyring: KeyringId,
    },
    /// What a message says, sealed under K2.
    Message {
        /// Where it was sent.
        conversation: ConversationId,
        /// Generation of the key.
        epoch: Epoch,
        /// Which message.
        message: MessageId,
        /// Who wrote it.
        sender: UserId,
        /// `text`, `image`, …
        kind: &'a str,
        /// 1 as sent, one more with each edit.
        revision: Revision,
    },
    /// A group's title, sealed under K2.
    ConversationTitle {
        /// Whose title it is.
        conversation: ConversationId,
        /// Generation of the key.
        epoch: Epoch,
    },
    /// What a group says of itself, sealed under K2.
    ConversationDescription {
        /// Whose description it is.
        conversation: ConversationId,
        /// Generation of the key.
        epoch: Epoch,
    },
    /// The request that made a message, to tell a repeat from a reuse of its `client_id`; fingerprinted under K2.
    SendRequest {
        /// Where it was sent.
        conversation: ConversationId,
        /// Who sent it.
        sender: UserId,
        /// The client's name for it.
        client_id: ClientId,
    },
    /// The words of an epoch's messages; what their tokens' key is derived for, under K2.
    SearchTokens {
        /// Where they were said.
        conversation: ConversationId,
        /// Generation of the key.
        epoch: Epoch,
    },
    /// A password's argon2id hash, sealed under the credentials K1.
    PasswordHash {
        /// Whose password it is.
        user: UserId,
        /// Counts the user's passwords, from 1.
        version: Revision,
    },
    /// What is limited for one address, and with an account for one address to it; fingerprinted under the credentials K1.
    RateLimit {
        /// The limit's name.
        limited: &'a str,
        /// A user name, or empty.
        account: &'a str,
    },
    /// What a request with an `Idempotency-Key` was answered, sealed under the content K1.
    KeptAnswer {
        /// What the database knows the key by.
        key: &'a [u8; 32],
        /// The K1 it is sealed under.
        keyring: KeyringId,
    },
    /// What a file is called and looks like, sealed under the content K1.
    Media {
        /// Which file.
        media: MediaId,
        /// Who uploaded it.
        owner: UserId,
    },
    /// What a report says beside its reason, sealed under the content K1.
    Report {
        /// Which report.
        report: ReportId,
        /// Whose.
        reporter: UserId,
    },
    /// Where a device is told of messages, sealed under the content K1.
    Device {
        /// Which device.
        device: DeviceId,
        /// Whose.
        user: UserId,
        /// Through whom: `apns`, `fcm` or `web`.
        platform: &'a str,
    },
    /// What a webhook's deliveries are signed with, sealed under the content K1.
    WebhookSecret {
        /// Which webhook.
        webhook: WebhookId,
        /// Which of its secrets.
        secret: SecretId,
    },
    /// A copy of the keyring; fingerprinted under the content K1 that it names.
    KeyBackup {
        /// The deployment it is of.
        deployment: Uuid,
        /// The K1 that vouches for it.
        keyring: KeyringId,
    },
    /// Personal data of a user, sealed under the content K1.
    Personal {
        /// Whom it is about.
        user: UserId,
        /// Where it is kept.
        column: PersonalColumn,
    },
}

// Tags are part of the stored format: never renumber one, never give one a second meaning.
const TAG_KIND: u8 = 1;
const TAG_CONVERSATION: u8 = 2;
const TAG_EPOCH: u8 = 3;
const TAG_KEYRING: u8 = 4;
const TAG_MESSAGE: u8 = 5;
const TAG_USER: u8 = 6;
const TAG_TYPE: u8 = 7;
const TAG_REVISION: u8 = 8;
const TAG_CLIENT_ID: u8 = 9;
const TAG_COLUMN: u8 = 10;
const TAG_LIMIT: u8 = 11;
const TAG_ACCOUNT: u8 = 12;
const TAG_KEY: u8 = 13;
const TAG_MEDIA: u8 = 14;
const TAG_REPORT: u8 = 15;
const TAG_DEVICE: u8 = 30;
const TAG_PLATFORM: u8 = 31;
const TAG_WEBHOOK: u8 = 32;
const TAG_SECRET: u8 = 33;
const TAG_DEPLOYMENT: u8 = 20;

impl Context<'_> {
    /// The context as bytes: a list of (tag u8, length u32 big-endian, bytes). No two contexts have the same encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match *self {
            Self::ConversationKey { conversation, epoch, keyring } => encode(&[
                (TAG_KIND, b"conversation-key"),
                (TAG_CONVERSATION, conversation.0.as_bytes()),
                (TAG_EPOCH, &epoch.0.to_be_bytes()),
                (TAG_KEYRING, keyring.0.as_bytes()),
            ]),
            Self::Message { conversation, epoch, message, sender, kind, revision } => encode(&[
                (TAG_KIND, b"message"),
                (TAG_CONVERSATION, conversation.0.as_bytes()),
                (TAG_EPOCH, &epoch.0.to_be_bytes()),
                (TAG_MESSAGE, message.0.as_bytes()),
                (TAG_USER, sender.0.as_bytes()),
                (TAG_TYPE, kind.as_bytes()),
                (TAG_REVISION, &revision.0.to_be_bytes()),
            ]),
            Self::ConversationTitle { conversation, epoch } => encode(&[
                (TAG_KIND, b"conversation-title"),
                (TAG_CONVERSATION, conversation.0.as_bytes()),
                (TAG_EPOCH, &epoch.0.to_be_bytes()),
            ]),
            Self::ConversationDescription { conversation, epoch } => encode(&[
                (TAG_KIND, b"conversation-description"),
                (TAG_CONVERSATION, conversation.0.as_bytes()),
                (TAG_EPOCH, &epoch.0.to_be_bytes()),
            ]),
            Self::SearchTokens { conversation, epoch } => encode(&[
                (TAG_KIND, b"search-tokens"),
                (TAG_CONVERSATION, conversation.0.as_bytes()),
                (TAG_EPOCH, &epoch.0.to_be_bytes()),
            ]),
            Self::SendRequest { conversation, sender, client_id } => encode(&[
                (TAG_KIND, b"send-request"),
                (TAG_CONVERSATION, conversation.0.as_bytes()),
                (TAG_USER, sender.0.as_bytes()),
                (TAG_CLIENT_ID, client_id.0.as_bytes()),
            ]),
            Self::PasswordHash { user, version } => encode(&[
                (TAG_KIND, b"password-hash"),
                (TAG_USER, user.0.as_bytes()),
                (TAG_REVISION, &version.0.to_be_bytes()),
            ]),
            Self::RateLimit { limited, account } => encode(&[
                (TAG_KIND, b"rate-limit"),
                (TAG_LIMIT, limited.as_bytes()),
                (TAG_ACCOUNT, account.as_bytes()),
            ]),
            Self::KeptAnswer { key, keyring } => {
                encode(&[(TAG_KIND, b"kept-answer"), (TAG_KEY, key), (TAG_KEYRING, keyring.0.as_bytes())])
            }
            Self::Media { media, owner } => encode(&[
                (TAG_KIND, b"media"),
                (TAG_MEDIA, media.0.as_bytes()),
                (TAG_USER, owner.0.as_bytes()),
            ]),
            Self::Report { report, reporter } => encode(&[
                (TAG_KIND, b"report"),
                (TAG_REPORT, report.0.as_bytes()),
                (TAG_USER, reporter.0.as_bytes()),
            ]),
            Self::Device { device, user, platform } => encode(&[
                (TAG_KIND, b"device"),
                (TAG_DEVICE, device.0.as_bytes()),
                (TAG_USER, user.0.as_bytes()),
                (TAG_PLATFORM, platform.as_bytes()),
            ]),
            Self::WebhookSecret { webhook, secret } => encode(&[
                (TAG_KIND, b"webhook-secret"),
                (TAG_WEBHOOK, webhook.0.as_bytes()),
                (TAG_SECRET, secret.0.as_bytes()),
            ]),
            Self::KeyBackup { deployment, keyring } => encode(&[
                (TAG_KIND, b"key-backup"),
                (TAG_DEPLOYMENT, deployment.as_bytes()),
                (TAG_KEYRING, keyring.0.as_bytes()),
            ]),
            Self::Personal { user, column } => encode(&[
                (TAG_KIND, b"personal"),
                (TAG_USER, user.0.as_bytes()),
                (TAG_COLUMN, column.name().as_bytes()),
            ]),
        }
    }
}

/// The injective encoding: every field says its length before its bytes.
pub(super) fn encode(fields: &[(u8, &[u8])]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(fields.iter().map(|(_, bytes)| 5 + bytes.len()).sum());
    for (tag, bytes) in fields {
        // A field is an id, a number or a short name: far below 4 GiB.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        encoded.push(*tag);
        encoded.extend_from_slice(&length.to_be_bytes());
        encoded.extend_from_slice(bytes);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::encode;

    type Fields = Vec<(u8, Vec<u8>)>;

    fn fields() -> impl Strategy<Value = Fields> {
        // Few tags and short bytes from a small alphabet, so that near-collisions are likely.
        prop::collection::vec((0u8..3, prop::collection::vec(0u8..3, 0..6)), 0..5)
    }

    fn encoded(fields: &Fields) -> Vec<u8> {
        encode(&fields.iter().map(|(tag, bytes)| (*tag, bytes.as_slice())).collect::<Vec<_>>())
    }

    /// The inverse of `encode`, written from its description: what has an inverse is injective.
    fn decoded(mut bytes: &[u8]) -> Option<Fields> {
        let mut fields = Fields::new();
        while let Some((tag, rest)) = bytes.split_first() {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (field, rest) = rest.split_at_checked(length)?;
            fields.push((*tag, field.to_vec()));
            bytes = rest;
        }
        Some(fields)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        #[test]
        fn the_encoding_can_be_undone(fields in fields()) {
            prop_assert_eq!(decoded(&encoded(&fields)), Some(fields));
        }

        #[test]
        fn two_contexts_never_share_an_encoding(one in fields(), other in fields()) {
            prop_assert_eq!(one == other, encoded(&one) == encoded(&other));
        }
    }
}
