//! Forms and links signed by hand, held against botocore's signer.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use aws_credential_types::Credentials;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use shared::aws::AwsAccess;
use shared::sigv4::{Signer, Upload};
use time::OffsetDateTime;
use time::macros::format_description;

/// What somebody signs, and as whom.
#[derive(Debug, Clone)]
struct Asked {
    access_key: String,
    secret_key: String,
    token: Option<String>,
    region: String,
    endpoint: Option<String>,
    bucket: String,
    key: String,
    content_type: String,
    size: u64,
    checksum: Option<[u8; 32]>,
    now: i64,
    seconds: u64,
}

fn asked() -> impl Strategy<Value = Asked> {
    let whom = (
        "[A-Z0-9]{16,20}",
        "[A-Za-z0-9/+]{40}",
        proptest::option::of("[A-Za-z0-9/+=]{1,1200}"),
        "(eu|us|ap)-(central|west|northeast)-[1-3]",
    );
    let endpoint = proptest::option::of(Just("http://127.0.0.1:4566".to_owned()));
    let what = (
        endpoint,
        "[a-z0-9]{3,20}",
        "(pending|media)/[a-zA-Z0-9._~ +&=%$ü👍-]{1,60}(/[a-z0-9]{1,20})?",
        "[a-z]{4,11}/[a-z0-9.+; =\"-]{1,60}",
        1..=104_857_600_u64,
        proptest::option::of(any::<[u8; 32]>()),
    );
    (whom, what, 1_600_000_000..2_500_000_000_i64, 1..604_800_u64).prop_map(|(whom, what, now, seconds)| {
        Asked {
            access_key: whom.0,
            secret_key: whom.1,
            token: whom.2,
            region: whom.3,
            endpoint: what.0,
            bucket: what.1,
            key: what.2,
            content_type: what.3,
            size: what.4,
            checksum: what.5,
            now,
            seconds,
        }
    })
}

fn samples(number: usize) -> Vec<Asked> {
    let mut runner = TestRunner::deterministic();
    (0..number).map(|_| asked().new_tree(&mut runner).unwrap().current()).collect()
}

impl Asked {
    fn signer(&self) -> Signer {
        let credentials =
            Credentials::new(&self.access_key, &self.secret_key, self.token.clone(), None, "test");
        let access =
            AwsAccess { region: self.region.clone(), credentials, endpoint_url: self.endpoint.clone() };
        Signer::new(access, self.bucket.clone())
    }

    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.now).unwrap()
    }

    /// What botocore is told as well.
    fn common(&self) -> Value {
        let time = format_description!("[year][month][day]T[hour][minute][second]Z");
        json!({
            "access_key": self.access_key, "secret_key": self.secret_key, "token": self.token, "region": self.region,
            "bucket": self.bucket, "key": self.key, "content_type": self.content_type, "size": self.size,
            "checksum_sha256": self.checksum.map(|hash| STANDARD.encode(hash)), "now": self.now().format(time).unwrap(),
            "seconds": self.seconds,
        })
    }
}

/// What botocore answers to each.
fn botocore(asked: &[Value]) -> Vec<Value> {
    let mut python = local::for_tests::botocore().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/signatures.py");
    let mut child = python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<String> = asked.iter().map(Value::to_string).collect();
    let lines = lines.join("\n");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), asked.len());
    answers
}

fn policy(encoded: &str) -> (Value, Vec<String>) {
    let policy: Value = serde_json::from_slice(&STANDARD.decode(encoded).unwrap()).unwrap();
    let mut conditions: Vec<String> =
        policy["conditions"].as_array().unwrap().iter().map(Value::to_string).collect();
    conditions.sort();
    (policy["expiration"].clone(), conditions)
}

#[test]
fn five_hundred_forms_are_signed_as_botocore_signs_them() {
    let samples = samples(500);
    let forms: Vec<_> = samples
        .iter()
        .map(|one| {
            let checksum = one.checksum.map(|hash| STANDARD.encode(hash));
            let upload = Upload {
                key: &one.key,
                content_type: &one.content_type,
                size: one.size,
                checksum_sha256: checksum.as_deref(),
            };
            one.signer().form(&upload, one.now(), one.now() + Duration::from_secs(one.seconds))
        })
        .collect();
    let asked: Vec<Value> = samples
        .iter()
        .zip(&forms)
        .map(|(one, form)| {
            let mut asked = one.common();
            asked["url"] = json!(form.url);
            asked["policy"] = json!(form.fields["policy"]);
            let until = one.now() + Duration::from_secs(one.seconds);
            let time = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
            asked["until"] = json!(until.format(time).unwrap());
            asked
        })
        .collect();
    for (form, answer) in forms.iter().zip(botocore(&asked)) {
        assert_eq!(answer["signature_of_ours"], form.fields["x-amz-signature"], "{form:?}");
        let mut theirs: BTreeMap<String, String> = serde_json::from_value(answer["fields"].clone()).unwrap();
        let mut ours: BTreeMap<String, String> =
            form.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        assert_eq!(policy(&ours.remove("policy").unwrap()), policy(&theirs.remove("policy").unwrap()));
        // Theirs is of the same policy in other bytes.
        ours.remove("x-amz-signature");
        theirs.remove("x-amz-signature");
        assert_eq!(ours, theirs);
    }
}

#[test]
fn five_hundred_links_are_signed_as_botocore_signs_them() {
    let samples = samples(500);
    let overrides = |one: &Asked| {
        [
            ("response-content-disposition", format!("attachment; filename=\"{}\"", one.key)),
            ("response-content-type", one.content_type.clone()),
        ]
    };
    let links: Vec<String> = samples
        .iter()
        .map(|one| {
            let overrides = overrides(one);
            let overrides: Vec<(&str, &str)> =
                overrides.iter().map(|(name, value)| (*name, value.as_str())).collect();
            one.signer().link(&one.key, &overrides, one.now(), Duration::from_secs(one.seconds))
        })
        .collect();
    let asked: Vec<Value> = samples
        .iter()
        .zip(&links)
        .map(|(one, link)| {
            let mut asked = one.common();
            asked["url"] = json!(link.split_once('?').unwrap().0);
            asked["overrides"] = json!(overrides(one));
            asked
        })
        .collect();
    let parts = |link: &str| {
        let (path, query) = link.split_once('?').unwrap();
        let mut query: Vec<String> = query.split('&').map(str::to_owned).collect();
        query.sort();
        (path.to_owned(), query)
    };
    for (link, answer) in links.iter().zip(botocore(&asked)) {
        assert_eq!(parts(link), parts(answer["url"].as_str().unwrap()));
    }
}
