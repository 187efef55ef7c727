//! A copy of the keyring as an object: ciphertext only, and whole or refused.
//!
//! Its digest tells a copy that was cut or changed by accident, its MAC one that was changed on purpose: it is made under the content
//! key of the copy itself, which nobody can make up who has no rights to the KMS key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::crypto::{Context, Key, Purpose, WrappedKey, fingerprint};
use shared::id::KeyringId;
use time::OffsetDateTime;
use time::UtcOffset;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;

const VERSION: u32 = 1;
const TIME: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// The text is no backup, or not all of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a whole backup of a keyring")]
pub struct Torn;

/// A copy of a keyring. What is retired is not in it: nothing is sealed under it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBackup {
    content: Content,
    mac: Mac,
}

/// One key of it.
pub struct BackedUpKey {
    /// As it was in the keyring.
    pub wrapped: WrappedKey,
    /// The same key under the recovery key.
    pub recovery: Option<WrappedKey>,
    /// Whether it sealed new things then.
    pub is_active: bool,
}

/// What digest and MAC are over, written as JSON: the same bytes for the same copy, and for no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    deployment_id: Uuid,
    made_at: String,
    keys: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Uuid,
    purpose: String,
    active: bool,
    wrapped: Wrapped,
    recovery: Option<Wrapped>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    kms_key: String,
    /// KMS's `CiphertextBlob` in base64.
    blob: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mac {
    keyring_id: Uuid,
    /// In hexadecimal.
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    backup: Content,
    digest: String,
    mac: Mac,
}

impl KeyBackup {
    /// A copy of these keys, which the content key `voucher` vouches for.
    #[must_use]
    pub fn new(
        deployment: Uuid,
        made_at: OffsetDateTime,
        keys: &[BackedUpKey],
        (voucher, key): (KeyringId, &Key),
    ) -> Self {
        let wrapped = |wrapped: &WrappedKey| Wrapped {
            kms_key: wrapped.kms_key.clone(),
            blob: STANDARD.encode(&wrapped.blob),
        };
        let entry = |key: &BackedUpKey| Entry {
            id: key.wrapped.id.0,
            purpose: key.wrapped.purpose.name().to_owned(),
            active: key.is_active,
            wrapped: wrapped(&key.wrapped),
            recovery: key.recovery.as_ref().map(wrapped),
        };
        let content = Content {
            version: VERSION,
            deployment_id: deployment,
            // It fails for years beyond 9999 only.
            made_at: made_at.to_offset(UtcOffset::UTC).format(TIME).unwrap_or_default(),
            keys: keys.iter().map(entry).collect(),
        };
        let value = content.mac(voucher, key);
        Self { content, mac: Mac { keyring_id: voucher.0, value } }
    }

    /// Reads what [`Self::document`] wrote.
    ///
    /// # Errors
    /// [`Torn`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Torn> {
        let Document { backup, digest, mac } = serde_json::from_str(text).map_err(|_| Torn)?;
        let whole = backup.version == VERSION && digest == backup.digest();
        let backup = Self { content: backup, mac };
        let keys = backup.keys().ok_or(Torn)?;
        let mut ids: Vec<KeyringId> = keys.iter().map(|key| key.wrapped.id).collect();
        ids.sort_unstable_by_key(|id| id.0);
        let of_each =
            |purpose| keys.iter().filter(|key| key.is_active && key.wrapped.purpose == purpose).count() <= 1;
        let sound = ids.windows(2).all(|pair| pair[0] != pair[1]) && Purpose::ALL.into_iter().all(of_each);
        if whole && sound { Ok(backup) } else { Err(Torn) }
    }

    /// The object to store.
    #[must_use]
    pub fn document(&self) -> String {
        let document =
            Document { backup: self.content.clone(), digest: self.content.digest(), mac: self.mac.clone() };
        // Strings and numbers always have a JSON.
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// The name of its object. Of one deployment, the newest comes first.
    #[must_use]
    pub fn object_name(&self, made_at: OffsetDateTime) -> String {
        let microseconds = i64::try_from(made_at.unix_timestamp_nanos() / 1_000).unwrap_or_default();
        let digest = self.content.digest();
        format!("{}{:019}-{}.json", Self::names_of(self.deployment()), i64::MAX - microseconds, &digest[..16])
    }

    /// What the names of a deployment's copies begin with.
    #[must_use]
    pub fn names_of(deployment: Uuid) -> String {
        format!("{deployment}/")
    }

    /// Which deployment it is of.
    #[must_use]
    pub fn deployment(&self) -> Uuid {
        self.content.deployment_id
    }

    /// When it was made: RFC 3339, UTC, with milliseconds.
    #[must_use]
    pub fn made_at(&self) -> &str {
        &self.content.made_at
    }

    /// Its digest: SHA-256 in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        self.content.digest()
    }

    /// Its keys; `None` if one of them is none.
    #[must_use]
    pub fn keys(&self) -> Option<Vec<BackedUpKey>> {
        self.content.keys.iter().map(Entry::key).collect()
    }

    /// The content key that vouches for it.
    #[must_use]
    pub fn voucher(&self) -> KeyringId {
        KeyringId(self.mac.keyring_id)
    }

    /// Whether that key, opened, does vouch for it.
    #[must_use]
    pub fn is_vouched_for_by(&self, key: &Key) -> bool {
        // Both are public to whoever has the key; without it, time tells nothing of a MAC that one cannot make.
        self.content.mac(self.voucher(), key) == self.mac.value
    }
}

impl Content {
    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(self.bytes()))
    }

    fn mac(&self, keyring: KeyringId, key: &Key) -> String {
        let context = Context::KeyBackup { deployment: self.deployment_id, keyring };
        hexadecimal(&fingerprint(key, &context, &self.bytes()))
    }
}

impl Entry {
    fn key(&self) -> Option<BackedUpKey> {
        let (id, purpose) = (KeyringId(self.id), Purpose::named(&self.purpose)?);
        let wrapped = |wrapped: &Wrapped| {
            let blob = STANDARD.decode(&wrapped.blob).ok().filter(|blob| !blob.is_empty())?;
            Some(WrappedKey { id, purpose, blob, kms_key: wrapped.kms_key.clone() })
        };
        let recovery = match &self.recovery {
            Some(recovery) => Some(wrapped(recovery)?),
            None => None,
        };
        Some(BackedUpKey { wrapped: wrapped(&self.wrapped)?, recovery, is_active: self.active })
    }
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::crypto::{Key, Purpose, WrappedKey};
    use shared::id::KeyringId;
    use shared::random::SystemRandom;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{BackedUpKey, KeyBackup, Torn};

    fn backup(count: u128) -> (KeyBackup, Key) {
        let key = Key::generate(&SystemRandom).unwrap();
        let wrapped = |id: u128, kms_key: &str| WrappedKey {
            id: KeyringId(Uuid::from_u128(id)),
            purpose: if id.is_multiple_of(2) { Purpose::Content } else { Purpose::Credentials },
            blob: vec![7; 184],
            kms_key: kms_key.to_owned(),
        };
        let keys: Vec<BackedUpKey> = (0..count)
            .map(|id| BackedUpKey {
                wrapped: wrapped(id, "own"),
                recovery: (id > 1).then(|| wrapped(id, "recovery")),
                is_active: id < 2,
            })
            .collect();
        let made_at = datetime!(2026-11-24 12:00 UTC);
        (KeyBackup::new(Uuid::from_u128(9), made_at, &keys, (KeyringId(Uuid::nil()), &key)), key)
    }

    #[test]
    fn a_backup_comes_back_as_it_was() {
        let (backup, key) = backup(5);
        let read = KeyBackup::parse(&backup.document()).unwrap();
        assert_eq!(read, backup);
        assert!(read.is_vouched_for_by(&key));
        assert!(!read.is_vouched_for_by(&Key::generate(&SystemRandom).unwrap()));
        assert_eq!(read.keys().unwrap().len(), 5);
    }

    #[test]
    fn the_newest_name_comes_first() {
        let (backup, _) = backup(2);
        let earlier = backup.object_name(datetime!(2026-11-24 12:00 UTC));
        let later = backup.object_name(datetime!(2026-11-24 12:00:00.000001 UTC));
        assert!(later < earlier);
        assert!(later.starts_with(&KeyBackup::names_of(Uuid::from_u128(9))));
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_found() {
        let (backup, _) = backup(4);
        let document = backup.document();
        for end in 0..document.len() {
            assert_eq!(KeyBackup::parse(&document[..end]), Err(Torn), "cut at {end}");
        }
        // In the MAC a change is found by the MAC only.
        let mac = document.find("\"mac\"").unwrap();
        for place in 0..mac {
            let mut bytes = document.clone().into_bytes();
            bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(KeyBackup::parse(&changed), Err(Torn), "changed at {place}");
        }
    }

    #[test]
    fn a_whole_backup_that_cannot_be_is_refused() {
        let (backup, _) = backup(2);
        for change in [
            |backup: &mut KeyBackup| backup.content.keys[1].id = backup.content.keys[0].id,
            |backup: &mut KeyBackup| backup.content.keys[1].purpose = "content".to_owned(),
            |backup: &mut KeyBackup| backup.content.keys[0].purpose = "other".to_owned(),
            |backup: &mut KeyBackup| backup.content.keys[0].wrapped.blob = "no base64".to_owned(),
            |backup: &mut KeyBackup| backup.content.keys[0].wrapped.blob.clear(),
            |backup: &mut KeyBackup| backup.content.version = 2,
        ] {
            let mut changed = backup.clone();
            change(&mut changed);
            // Its digest is right: it is what it says that is not.
            assert_eq!(KeyBackup::parse(&changed.document()), Err(Torn));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn no_text_crashes_the_parser(text in ".{0,200}", start in 0usize..400, splice in ".{0,20}") {
            KeyBackup::parse(&text).unwrap_err();
            let (backup, _) = backup(3);
            let document = backup.document();
            let spliced = format!("{}{splice}{}", &document[..start], &document[start..]);
            if let Ok(read) = KeyBackup::parse(&spliced) {
                // White space between two tokens says nothing.
                prop_assert!(splice.trim().is_empty());
                prop_assert_eq!(read, backup);
            }
        }
    }
}
