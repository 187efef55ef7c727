//! Signature Version 4 for whoever holds what was signed: links to objects, forms that upload one, and what logs in to a database
//! of RDS, made without a call.
//!
//! The SDK signs no forms, and takes a client, a runtime and an allocation for each step to sign a link; a page of messages may
//! hold a thousand of those. <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html>.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use zeroize::Zeroizing;

use crate::aws::AwsAccess;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const BASIC_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");
const POLICY_TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// Signs for one bucket, as whom the environment says.
pub struct Signer {
    access: AwsAccess,
    bucket: String,
    /// The scheme and host, such as `https://bucket.s3.eu-central-1.amazonaws.com`; of the local stack with the bucket's name in
    /// the path after it.
    host: String,
    path: String,
    /// The key of a day: four HMACs that all signatures of that day have in common.
    day: Mutex<Option<(String, Zeroizing<[u8; 32]>)>>,
}

/// What a form that uploads an object is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload<'a> {
    /// The object's key.
    pub key: &'a str,
    /// Its content type.
    pub content_type: &'a str,
    /// Its bytes: no fewer and no more.
    pub size: u64,
    /// Its SHA-256 in Base64, which S3 compares.
    pub checksum_sha256: Option<&'a str>,
}

/// A form that uploads one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where to send it.
    pub url: String,
    /// Its fields, before the one with the file.
    pub fields: BTreeMap<&'static str, String>,
}

impl Signer {
    /// A signer for a bucket.
    #[must_use]
    pub fn new(access: AwsAccess, bucket: String) -> Self {
        let (host, path) = match &access.endpoint_url {
            // A bucket of the local stack has no host name of its own.
            Some(endpoint) => (endpoint.trim_end_matches('/').to_owned(), format!("/{bucket}/")),
            None => (format!("https://{bucket}.s3.{}.amazonaws.com", access.region), "/".to_owned()),
        };
        Self { access, bucket, host, path, day: Mutex::default() }
    }

    /// A link that reads an object, from `now` on for this long. `overrides` are the response's headers in the place of the
    /// object's own, such as `response-content-type`, in the order of their names.
    #[must_use]
    pub fn link(
        &self,
        key: &str,
        overrides: &[(&str, &str)],
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> String {
        let (time, date) = times(now);
        let query = query(&self.access, "s3", &time, lifetime, &[], overrides);
        let mut path = self.path.clone();
        for part in key.split_inclusive('/') {
            let name = part.strip_suffix('/').unwrap_or(part);
            encode(&mut path, name);
            if name.len() < part.len() {
                path.push('/');
            }
        }
        let host = self.host.split_once("://").map_or(self.host.as_str(), |(_, host)| host);
        let request = format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
        let request = hex(&Sha256::digest(request));
        let scope = self.scope(&date);
        let signature = self.sign(&date, &format!("{ALGORITHM}\n{time}\n{scope}\n{request}"));
        format!("{}{path}?{query}&X-Amz-Signature={signature}", self.host)
    }

    /// A form that uploads this and nothing else, until `until`.
    #[must_use]
    pub fn form(&self, upload: &Upload<'_>, now: OffsetDateTime, until: OffsetDateTime) -> Form {
        let (time, date) = times(now);
        let mut fields = BTreeMap::from([
            ("key", upload.key.to_owned()),
            ("Content-Type", upload.content_type.to_owned()),
            ("x-amz-algorithm", ALGORITHM.to_owned()),
            ("x-amz-credential", self.credential(&date)),
            ("x-amz-date", time),
        ]);
        if let Some(checksum) = upload.checksum_sha256 {
            fields.insert("x-amz-checksum-sha256", checksum.to_owned());
        }
        if let Some(token) = self.access.credentials.session_token() {
            fields.insert("x-amz-security-token", token.to_owned());
        }
        // Every field must be among the conditions: S3 refuses a form with any other.
        let mut conditions: Vec<Value> = vec![json!({"bucket": self.bucket})];
        conditions.extend(fields.iter().map(|(name, value)| json!({*name: value})));
        conditions.push(json!(["content-length-range", upload.size, upload.size]));
        let until = until.format(POLICY_TIME).unwrap_or_default();
        let policy = STANDARD.encode(json!({"expiration": until, "conditions": conditions}).to_string());
        let signature = self.sign(&date, &policy);
        fields.insert("policy", policy);
        fields.insert("x-amz-signature", signature);
        Form { url: format!("{}{}", self.host, self.path), fields }
    }

    fn scope(&self, date: &str) -> String {
        scope(&self.access, "s3", date)
    }

    fn credential(&self, date: &str) -> String {
        credential(&self.access, "s3", date)
    }

    fn sign(&self, date: &str, text: &str) -> String {
        let mut day = self.day.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let key = match &*day {
            Some((known, key)) if known == date => key,
            _ => &day.insert((date.to_owned(), key_of_day(&self.access, "s3", date))).1,
        };
        hex(&hmac(key.as_slice(), text))
    }
}

/// How long a token logs in: the longest that RDS takes.
const TOKEN_LIFETIME: Duration = Duration::from_mins(15);

/// What logs `user` in to a database of RDS in the place of a password, for a quarter of an hour from `now` on:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html>. It is a link to a service that
/// there is none of, without its scheme.
#[must_use]
pub fn database_token(access: &AwsAccess, host: &str, port: u16, user: &str, now: OffsetDateTime) -> String {
    const SERVICE: &str = "rds-db";
    let (time, date) = times(now);
    let asked = [("Action", "connect"), ("DBUser", user)];
    let query = query(access, SERVICE, &time, TOKEN_LIFETIME, &asked, &[]);
    let body = hex(&Sha256::digest([]));
    let request = hex(&Sha256::digest(format!("GET\n/\n{query}\nhost:{host}:{port}\n\nhost\n{body}")));
    let text = format!("{ALGORITHM}\n{time}\n{}\n{request}", scope(access, SERVICE, &date));
    let signature = hex(&hmac(key_of_day(access, SERVICE, &date).as_slice(), &text));
    format!("{host}:{port}/?{query}&X-Amz-Signature={signature}")
}

/// The query of what is signed, which the canonical request wants in the order of the names: those in `first` come before
/// Amazon's own, those in `last` after them; capitals come before small letters.
fn query(
    access: &AwsAccess,
    service: &str,
    time: &str,
    lifetime: Duration,
    first: &[(&str, &str)],
    last: &[(&str, &str)],
) -> String {
    let credential = credential(access, service, time.get(..8).unwrap_or_default());
    let seconds = lifetime.as_secs().to_string();
    let own = [
        ("X-Amz-Algorithm", Some(ALGORITHM)),
        ("X-Amz-Credential", Some(credential.as_str())),
        ("X-Amz-Date", Some(time)),
        ("X-Amz-Expires", Some(seconds.as_str())),
        ("X-Amz-Security-Token", access.credentials.session_token()),
        ("X-Amz-SignedHeaders", Some("host")),
    ];
    let own = own.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let mut query = String::new();
    for (name, value) in first.iter().copied().chain(own).chain(last.iter().copied()) {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        encode(&mut query, value);
    }
    query
}

fn scope(access: &AwsAccess, service: &str, date: &str) -> String {
    format!("{date}/{}/{service}/aws4_request", access.region)
}

fn credential(access: &AwsAccess, service: &str, date: &str) -> String {
    format!("{}/{}", access.credentials.access_key_id(), scope(access, service, date))
}

/// What signs for a service on a day.
fn key_of_day(access: &AwsAccess, service: &str, date: &str) -> Zeroizing<[u8; 32]> {
    let secret = Zeroizing::new(format!("AWS4{}", access.credentials.secret_access_key()));
    let mut key = Zeroizing::new(hmac(secret.as_bytes(), date));
    for part in [access.region.as_str(), service, "aws4_request"] {
        key = Zeroizing::new(hmac(key.as_slice(), part));
    }
    key
}

/// A time as signatures have it, and its date alone.
fn times(now: OffsetDateTime) -> (String, String) {
    let time = now.to_offset(time::UtcOffset::UTC).format(BASIC_TIME).unwrap_or_default();
    let date = time.get(..8).unwrap_or_default().to_owned();
    (time, date)
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    // HMAC takes keys of any length: RFC 2104, 2.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Percent-encodes all but what RFC 3986, 2.3 calls unreserved.
fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(byte.into());
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}
