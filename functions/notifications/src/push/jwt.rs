//! JSON Web Tokens as providers want them (RFC 7519, with RFC 7518's ES256 and RS256), signed by `ring`, which TLS brings
//! along (docs/decisions/0038).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::Value;

use super::BadCredentials;

/// A key that signs tokens.
pub enum SigningKey {
    /// ECDSA on P-256 over SHA-256.
    Es256(EcdsaKeyPair),
    /// RSA (PKCS #1, version 1.5) over SHA-256.
    Rs256(RsaKeyPair),
}

impl SigningKey {
    /// A P-256 key in PKCS #8, as Apple gives it.
    ///
    /// # Errors
    /// That it is none.
    pub fn es256_pem(pem: &str) -> Result<Self, BadCredentials> {
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der(pem)?, &SystemRandom::new());
        key.map(Self::Es256).map_err(|_| BadCredentials("a private key is not of P-256 in PKCS #8"))
    }

    /// A P-256 key as its bare number and its public point, as the tools of Web Push give it.
    ///
    /// # Errors
    /// That they are none, or do not belong together.
    pub fn es256_bare(private: &[u8], public: &[u8]) -> Result<Self, BadCredentials> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            private,
            public,
            &random,
        );
        key.map(Self::Es256).map_err(|_| BadCredentials("the private key for web is not that of WebPushKey"))
    }

    /// An RSA key in PKCS #8, as Google gives it.
    ///
    /// # Errors
    /// That it is none.
    pub fn rs256_pem(pem: &str) -> Result<Self, BadCredentials> {
        let key = RsaKeyPair::from_pkcs8(&der(pem)?);
        key.map(Self::Rs256).map_err(|_| BadCredentials("a private key is not of RSA in PKCS #8"))
    }

    /// A signed token; `header` without `alg` and `typ`.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn token(&self, mut header: Value, claims: &Value) -> Result<String, BadCredentials> {
        header["typ"] = "JWT".into();
        header["alg"] = match self {
            Self::Es256(_) => "ES256".into(),
            Self::Rs256(_) => "RS256".into(),
        };
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let failed = |_| BadCredentials("a token could not be signed");
        let signature = match self {
            Self::Es256(key) => {
                key.sign(&SystemRandom::new(), signed.as_bytes()).map_err(failed)?.as_ref().to_vec()
            }
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
                    .map_err(failed)?;
                signature
            }
        };
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The bytes inside of a PEM block (RFC 7468).
fn der(pem: &str) -> Result<Vec<u8>, BadCredentials> {
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).map_err(|_| BadCredentials("a private key is not in PEM"))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use ring::rand::SystemRandom;
    use ring::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    };
    use serde_json::{Value, json};

    use super::SigningKey;

    fn parts(token: &str) -> (String, Value, Value, Vec<u8>) {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part| serde_json::from_slice(&decode(part)).unwrap();
        (signed.to_owned(), read(header), read(claims), decode(signature))
    }

    #[test]
    fn a_token_of_es256_is_good_to_whoever_has_the_public_key() {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &SystemRandom::new())
                .unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(pkcs8.as_ref())
        );
        let key = SigningKey::es256_pem(&pem).unwrap();
        let token = key.token(json!({"kid": "k"}), &json!({"iss": "team"})).unwrap();
        let (signed, header, claims, signature) = parts(&token);
        assert_eq!(
            (header, claims),
            (json!({"kid": "k", "typ": "JWT", "alg": "ES256"}), json!({"iss": "team"}))
        );
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        public.verify(signed.as_bytes(), &signature).unwrap();
    }

    /// As OpenSSL writes a key when it is told to name the curve inside too, which is how Apple's are.
    #[test]
    fn keys_of_openssl_are_read() {
        for pem in
            [include_str!("../../tests/keys/p256.pem"), include_str!("../../tests/keys/apple_form.pem")]
        {
            assert!(SigningKey::es256_pem(pem).is_ok(), "{pem}");
        }
        let key = SigningKey::rs256_pem(include_str!("../../tests/keys/rsa.pem")).unwrap();
        let token = key.token(json!({}), &json!({"iss": "account"})).unwrap();
        let (signed, header, _, signature) = parts(&token);
        assert_eq!(header["alg"], "RS256");
        let SigningKey::Rs256(pair) = &key else { panic!("another kind of key") };
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public().as_ref());
        public.verify(signed.as_bytes(), &signature).unwrap();
        for bad in ["", "nothing", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] {
            assert!(SigningKey::es256_pem(bad).is_err() && SigningKey::rs256_pem(bad).is_err());
        }
    }
}
