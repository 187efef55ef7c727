//! Message Encryption for Web Push (RFC 8291): a key agreed on with the browser's, then one record of `aes128gcm` (RFC 8188).

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use sha2::Sha256;
use shared::random::{Random, bytes};

use crate::target::Subscription;

/// The size of a record, which ours stay below: what push services take at least.
const RECORD: u32 = 4_096;
/// RFC 8188, 2: the delimiter of the last record.
const LAST: u8 = 2;

/// What a browser is sent; `None` when its keys are none.
pub fn encrypt(random: &dyn Random, subscription: &Subscription, plain: &[u8]) -> Option<Vec<u8>> {
    let browser = URL_SAFE_NO_PAD.decode(&subscription.p256dh).ok()?;
    let auth = URL_SAFE_NO_PAD.decode(&subscription.auth).ok()?;
    let generator = SystemRandom::new();
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &generator).ok()?;
    let public = own.compute_public_key().ok()?;
    let salt = bytes::<16>(random).ok()?;
    let agreed = UnparsedPublicKey::new(&ECDH_P256, &browser);
    agree_ephemeral(own, &agreed, |secret| record(secret, &browser, public.as_ref(), &auth, &salt, plain))
        .ok()?
}

/// The record, header and all, by what both sides know.
fn record(
    secret: &[u8],
    browser: &[u8],
    own: &[u8],
    auth: &[u8],
    salt: &[u8; 16],
    plain: &[u8],
) -> Option<Vec<u8>> {
    let info = [b"WebPush: info\0", browser, own].concat();
    let keying = expand::<32>(auth, secret, &info)?;
    let key = expand::<16>(salt, &keying, b"Content-Encoding: aes128gcm\0")?;
    let nonce = expand::<12>(salt, &keying, b"Content-Encoding: nonce\0")?;
    let padded = [plain, &[LAST]].concat();
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), padded.as_slice()).ok()?;
    let length = u8::try_from(own.len()).ok()?;
    Some([salt.as_slice(), &RECORD.to_be_bytes(), &[length], own, &sealed].concat())
}

fn expand<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<[u8; N]> {
    let mut expanded = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut expanded).ok()?;
    Some(expanded)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::record;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_to_the_byte() {
        let made = record(
            &bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"),
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            &bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
            &bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
            b"When I grow up, I want to be a watermelon",
        );
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(made.unwrap()), expected);
    }
}
