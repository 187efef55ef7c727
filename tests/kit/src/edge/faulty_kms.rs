//! A key service that misbehaves on the wire: the functions' real client talks to it, so that what that makes of a fault is tested too.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::aws::AwsAccess;
use shared::crypto::{AwsKms, Kms, Purpose, WrappedKey};
use shared::id::KeyringId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::FakeKms;

/// What is wrong with the key service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KmsFault {
    /// It takes calls and never answers.
    Silent,
    /// It takes no calls.
    Closed,
    /// It has too much to do.
    Throttled,
    /// It has an internal failure.
    Failing,
    /// It cannot get at the key for the moment.
    KeyAway,
    /// The caller has no right to the key.
    Denied,
    /// The key is disabled.
    Disabled,
    /// The key is to be deleted.
    PendingDeletion,
    /// There is no such key.
    NotFound,
}

impl KmsFault {
    /// Those that pass: trying again may help.
    pub const PASSING: [Self; 5] =
        [Self::Silent, Self::Closed, Self::Throttled, Self::Failing, Self::KeyAway];
    /// Those that are a no.
    pub const REFUSALS: [Self; 4] = [Self::Denied, Self::Disabled, Self::PendingDeletion, Self::NotFound];

    /// Status and exception as KMS answers them
    /// (<https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors>).
    fn answer(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Silent | Self::Closed => None,
            Self::Throttled => Some((400, "ThrottlingException")),
            Self::Failing => Some((500, "KMSInternalException")),
            Self::KeyAway => Some((500, "KeyUnavailableException")),
            Self::Denied => Some((400, "AccessDeniedException")),
            Self::Disabled => Some((400, "DisabledException")),
            Self::PendingDeletion => Some((400, "KMSInvalidStateException")),
            Self::NotFound => Some((400, "NotFoundException")),
        }
    }
}

/// The service: it opens what a [`FakeKms`] wrapped, while nothing is wrong with it.
pub struct FaultyKms {
    keys: Arc<FakeKms>,
    fault: Mutex<Option<KmsFault>>,
    calls: AtomicUsize,
    endpoint_url: String,
}

impl FaultyKms {
    /// Starts one on a port of its own.
    pub async fn start(keys: Arc<FakeKms>) -> Arc<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint_url = format!("http://{}", listener.local_addr().unwrap());
        let this =
            Arc::new(Self { keys, fault: Mutex::default(), calls: AtomicUsize::default(), endpoint_url });
        let service = Arc::clone(&this);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&service).serve(connection));
            }
        });
        this
    }

    /// The functions' real client of it.
    #[must_use]
    pub fn client(&self) -> Arc<dyn Kms> {
        let credentials = aws_credential_types::Credentials::new("key", "secret", None, None, "test");
        let endpoint_url = Some(self.endpoint_url.clone());
        let access = AwsAccess { region: "eu-central-1".to_owned(), credentials, endpoint_url };
        Arc::new(AwsKms::new(access, |_| Some("fake".to_owned())))
    }

    /// What is wrong from now on.
    pub fn breaks(&self, fault: KmsFault) {
        *self.fault.lock().unwrap() = Some(fault);
    }

    /// Nothing is wrong any more.
    pub fn mends(&self) {
        *self.fault.lock().unwrap() = None;
    }

    /// How many calls came, retries included.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    async fn serve(self: Arc<Self>, mut connection: TcpStream) {
        while let Some(body) = request(&mut connection).await {
            self.calls.fetch_add(1, SeqCst);
            let fault = *self.fault.lock().unwrap();
            let (status, answer) = match fault {
                Some(KmsFault::Silent) => std::future::pending().await,
                Some(KmsFault::Closed) => return,
                Some(fault) => {
                    let (status, exception) = fault.answer().unwrap();
                    (status, json!({"__type": exception, "message": "as asked"}))
                }
                None => self.decrypted(&body).await,
            };
            let answer = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status} \r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            if connection.write_all(format!("{head}{answer}").as_bytes()).await.is_err() {
                return;
            }
        }
    }

    async fn decrypted(&self, body: &Value) -> (u16, Value) {
        let context = &body["EncryptionContext"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let wrapped = WrappedKey {
            id: KeyringId(text(&context["talkify-keyring"]).parse().unwrap_or_default()),
            purpose: Purpose::named(&text(&context["talkify-purpose"])).unwrap_or(Purpose::Content),
            blob: STANDARD.decode(text(&body["CiphertextBlob"])).unwrap_or_default(),
            kms_key: text(&body["KeyId"]),
        };
        match self.keys.unwrap(&wrapped).await {
            Ok(key) => (200, json!({"KeyId": wrapped.kms_key, "Plaintext": STANDARD.encode(key.expose())})),
            Err(_) => (400, json!({"__type": "InvalidCiphertextException"})),
        }
    }
}

/// The JSON of the next request of a connection (RFC 9112); `None` at its end.
async fn request(connection: &mut TcpStream) -> Option<Value> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length?];
    connection.read_exact(&mut body).await.ok()?;
    serde_json::from_slice(&body).ok()
}
