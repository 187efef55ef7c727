//! Services of AWS that count what is asked of them, over the JSON protocol: `GenerateDataKey` and `Decrypt` of KMS, with
//! AES-256-GCM below, and `SendMessageBatch` of SQS, whose messages go nowhere.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>,
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, StatusCode};
use serde_json::{Value, json};
use shared::random::{SystemRandom, bytes};

use crate::failure::{Failure, other};
use crate::server::{Reply, Server, reply};

const NONCE: usize = 12;

/// The services. KMS's one K0 lives as long as they do.
#[derive(Debug)]
pub struct CountingAws {
    server: Server,
    calls: Arc<Calls>,
}

/// How often each was asked.
#[derive(Debug, Default)]
struct Calls {
    keys: AtomicU64,
    queues: AtomicU64,
}

impl CountingAws {
    /// Starts them.
    pub async fn start() -> Result<Self, Failure> {
        let key = bytes::<32>(&SystemRandom).map_err(|failure| other(failure.to_string()))?;
        let cipher = Arc::new(Aes256Gcm::new((&*key).into()));
        let calls = Arc::new(Calls::default());
        let counted = Arc::clone(&calls);
        let handler = move |request| {
            let (cipher, counted) = (Arc::clone(&cipher), Arc::clone(&counted));
            async move {
                let (status, content_type, body) =
                    if let Some((content_type, body)) = answer(&cipher, &counted, request).await {
                        (StatusCode::OK, content_type, body)
                    } else {
                        let refused = json!({"__type": "InvalidCiphertextException"});
                        (StatusCode::BAD_REQUEST, "application/x-amz-json-1.1", refused)
                    };
                let mut reply: Reply = reply(status, body.to_string());
                reply.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
                reply
            }
        };
        Ok(Self { server: Server::start(handler).await?, calls })
    }

    /// Where functions find them.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// How often KMS was asked so far.
    #[must_use]
    pub fn key_calls(&self) -> u64 {
        self.calls.keys.load(SeqCst)
    }

    /// How often SQS was asked so far.
    #[must_use]
    pub fn queue_calls(&self) -> u64 {
        self.calls.queues.load(SeqCst)
    }
}

/// What a request is answered with, by the service that it is for.
async fn answer(
    cipher: &Aes256Gcm,
    calls: &Calls,
    request: Request<Incoming>,
) -> Option<(&'static str, Value)> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?.to_owned();
    let (service, operation) = target.split_once('.')?;
    let is_queue = service == "AmazonSQS";
    if is_queue { &calls.queues } else { &calls.keys }.fetch_add(1, SeqCst);
    let body = request.into_body().collect().await.ok()?.to_bytes();
    let asked: Value = serde_json::from_slice(&body).ok()?;
    if is_queue {
        return Some(("application/x-amz-json-1.0", taken(&asked)?));
    }
    Some(("application/x-amz-json-1.1", opened_or_made(cipher, operation, &asked)?))
}

/// Every message of a batch was taken.
fn taken(asked: &Value) -> Option<Value> {
    let each = |entry: &Value| json!({"Id": entry["Id"], "MessageId": entry["Id"], "MD5OfMessageBody": "d41d8cd98f00b204e9800998ecf8427e"});
    let successful: Vec<Value> = asked["Entries"].as_array()?.iter().map(each).collect();
    Some(json!({"Successful": successful, "Failed": []}))
}

/// What an operation of KMS answers; `None` when the ciphertext does not open in the context it came with.
fn opened_or_made(cipher: &Aes256Gcm, operation: &str, asked: &Value) -> Option<Value> {
    // In the order of the names, whatever order they came in.
    let context: BTreeMap<String, String> =
        serde_json::from_value(asked["EncryptionContext"].clone()).ok()?;
    let context = serde_json::to_string(&context).ok()?;
    match operation {
        "GenerateDataKey" => {
            let plaintext = bytes::<32>(&SystemRandom).ok()?;
            let nonce = bytes::<NONCE>(&SystemRandom).ok()?;
            let payload = Payload { msg: plaintext.as_slice(), aad: context.as_bytes() };
            let sealed = cipher.encrypt(&Nonce::from(*nonce), payload).ok()?;
            Some(json!({
                "KeyId": asked["KeyId"],
                "Plaintext": STANDARD.encode(plaintext.as_slice()),
                "CiphertextBlob": STANDARD.encode([nonce.as_slice(), &sealed].concat()),
            }))
        }
        "Decrypt" => {
            let blob = STANDARD.decode(asked["CiphertextBlob"].as_str()?).ok()?;
            let (nonce, sealed) = blob.split_first_chunk::<NONCE>()?;
            let payload = Payload { msg: sealed, aad: context.as_bytes() };
            let plaintext = cipher.decrypt(&Nonce::from(*nonce), payload).ok()?;
            Some(json!({"KeyId": asked["KeyId"], "Plaintext": STANDARD.encode(plaintext)}))
        }
        _ => None,
    }
}
