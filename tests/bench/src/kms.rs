//! A key service that counts: `GenerateDataKey` and `Decrypt` of AWS KMS over its JSON protocol, AES-256-GCM below.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>

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

/// The key service. Its one K0 lives as long as it does.
#[derive(Debug)]
pub struct CountingKms {
    server: Server,
    calls: Arc<AtomicU64>,
}

impl CountingKms {
    /// Starts it.
    pub async fn start() -> Result<Self, Failure> {
        let key = bytes::<32>(&SystemRandom).map_err(|failure| other(failure.to_string()))?;
        let cipher = Arc::new(Aes256Gcm::new((&*key).into()));
        let calls = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&calls);
        let handler = move |request| {
            let cipher = Arc::clone(&cipher);
            counted.fetch_add(1, SeqCst);
            async move {
                let outcome = answer(&cipher, request).await;
                let (status, body) = match outcome {
                    Some(body) => (StatusCode::OK, body),
                    None => (StatusCode::BAD_REQUEST, json!({"__type": "InvalidCiphertextException"})),
                };
                let mut reply: Reply = reply(status, body.to_string());
                let json = HeaderValue::from_static("application/x-amz-json-1.1");
                reply.headers_mut().insert("content-type", json);
                reply
            }
        };
        Ok(Self { server: Server::start(handler).await?, calls })
    }

    /// Where functions find it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// How often it was asked so far.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(SeqCst)
    }
}

/// What the operation answers; `None` when the ciphertext does not open in the context it came with.
async fn answer(cipher: &Aes256Gcm, request: Request<Incoming>) -> Option<Value> {
    let operation = request.headers().get("x-amz-target")?.to_str().ok()?.to_owned();
    let body = request.into_body().collect().await.ok()?.to_bytes();
    let asked: Value = serde_json::from_slice(&body).ok()?;
    // In the order of the names, whatever order they came in.
    let context: BTreeMap<String, String> =
        serde_json::from_value(asked["EncryptionContext"].clone()).ok()?;
    let context = serde_json::to_string(&context).ok()?;
    match operation.as_str() {
        "TrentService.GenerateDataKey" => {
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
        "TrentService.Decrypt" => {
            let blob = STANDARD.decode(asked["CiphertextBlob"].as_str()?).ok()?;
            let (nonce, sealed) = blob.split_first_chunk::<NONCE>()?;
            let payload = Payload { msg: sealed, aad: context.as_bytes() };
            let plaintext = cipher.decrypt(&Nonce::from(*nonce), payload).ok()?;
            Some(json!({"KeyId": asked["KeyId"], "Plaintext": STANDARD.encode(plaintext)}))
        }
        _ => None,
    }
}
