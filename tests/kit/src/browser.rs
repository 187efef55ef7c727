//! A browser that was subscribed to pushes: its keys, and what it makes of what comes. Written from the standards, with
//! another library than the functions use.

use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::receiver::Received;

/// A key of the deployment for browsers, as the tools of Web Push make one.
#[derive(Debug, Clone)]
pub struct VapidKey {
    /// The number, base64url.
    pub private: String,
    /// The point, base64url.
    pub public: String,
}

impl VapidKey {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        // In PKCS #8 of P-256 as `ring` writes it, the number has 32 bytes from the 36th on.
        let private = &pkcs8.as_ref()[36..68];
        Self {
            private: URL_SAFE_NO_PAD.encode(private),
            public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
        }
    }
}

/// A signed token's header and claims. Panics when the signature is not good.
#[must_use]
pub fn verified(
    token: &str,
    algorithm: &'static dyn ring::signature::VerificationAlgorithm,
    key: &[u8],
) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64url");
    let public = ring::signature::UnparsedPublicKey::new(algorithm, key);
    public.verify(signed.as_bytes(), &decode(signature)).expect("a good signature");
    let (header, claims) = signed.split_once('.').expect("a token of three parts");
    let read = |part| serde_json::from_slice(&decode(part)).expect("JSON");
    (read(header), read(claims))
}

/// A browser with one subscription, good for one push: its private key is used once.
pub struct Browser {
    private: Mutex<Option<EphemeralPrivateKey>>,
    public: Vec<u8>,
    auth: [u8; 16],
    endpoint: String,
}

impl Browser {
    /// One that was given this URL by its push service.
    #[must_use]
    pub fn subscribed_at(endpoint: &str) -> Self {
        let random = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        let mut auth = [0; 16];
        random.fill(&mut auth).unwrap();
        Self { private: Mutex::new(Some(private)), public, auth, endpoint: endpoint.to_owned() }
    }

    /// The subscription as the browser's script hands it on.
    #[must_use]
    pub fn subscription(&self) -> Value {
        json!({"endpoint": self.endpoint, "expirationTime": null, "keys": {
            "p256dh": URL_SAFE_NO_PAD.encode(&self.public), "auth": URL_SAFE_NO_PAD.encode(self.auth),
        }})
    }

    /// What a push says, when the browser has the key for it (RFC 8291, RFC 8188). Panics when it does not open.
    #[must_use]
    pub fn opens(&self, push: &Received) -> Value {
        assert_eq!(push.header("content-encoding"), "aes128gcm");
        let (salt, rest) = push.body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(u32::from_be_bytes(size.try_into().unwrap()) as usize >= rest.len());
        let (sender, sealed) = rest[1..].split_at(rest[0].into());
        let private = self.private.lock().unwrap().take().expect("one push for each subscription");
        let plain = agree_ephemeral(private, &UnparsedPublicKey::new(&ECDH_P256, sender), |secret| {
            let info = [b"WebPush: info\0".as_slice(), &self.public, sender].concat();
            let keying: [u8; 32] = expand(&Salt::new(HKDF_SHA256, &self.auth).extract(secret), &info);
            let prk = Salt::new(HKDF_SHA256, salt).extract(&keying);
            let key: [u8; 16] = expand(&prk, b"Content-Encoding: aes128gcm\0");
            let nonce: [u8; 12] = expand(&prk, b"Content-Encoding: nonce\0");
            let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
            let mut bytes = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(nonce);
            key.open_in_place(nonce, Aad::empty(), &mut bytes).expect("it opens").to_vec()
        })
        .unwrap();
        let padding = plain.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(plain[padding], 2, "the delimiter of the last record");
        serde_json::from_slice(&plain[..padding]).unwrap()
    }

    /// Holds a push to RFC 8292: signed with the key that the browser was subscribed with, for this push service, for a day at most.
    pub fn knows_its_sender(&self, push: &Received, key: &str) {
        let authorization = push.header("authorization").strip_prefix("vapid ").expect("the scheme vapid");
        let part = |name: &str| {
            let mut parts = authorization.split(',').map(str::trim);
            parts.find_map(|part| part.strip_prefix(name)).expect("both parts").to_owned()
        };
        let (token, public) = (part("t="), part("k="));
        assert_eq!(public, key);
        let public = URL_SAFE_NO_PAD.decode(public).unwrap();
        let (header, claims) = verified(&token, &ECDSA_P256_SHA256_FIXED, &public);
        assert_eq!(header["alg"], "ES256");
        let origin = self.endpoint.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        assert_eq!(claims["aud"], origin);
        assert!(claims["sub"].as_str().unwrap().starts_with("mailto:"));
        let left = claims["exp"].as_i64().unwrap() - time::UtcDateTime::now().unix_timestamp();
        assert!((0..=24 * 60 * 60).contains(&left), "{left}");
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(prk: &Prk, info: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    prk.expand(&[info], Length(N)).unwrap().fill(&mut bytes).unwrap();
    bytes
}
