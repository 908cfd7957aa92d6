use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RsaKeyPair,
};

use super::*;

/// A key as its library writes it, with the algorithms that may sign with it.
fn keys() -> Vec<(Vec<u8>, &'static [&'static str])> {
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let ed25519 = Ed25519KeyPair::generate().unwrap();
    let spki = |der: &PublicKeyX509Der<'_>| der.as_ref().to_vec();
    vec![
        (spki(&p256.public_key().as_der().unwrap()), &["ES256"]),
        (spki(&p384.public_key().as_der().unwrap()), &["ES384"]),
        (
            spki(&rsa.public_key().as_der().unwrap()),
            &["RS256", "PS256"],
        ),
        (
            spki(&ed25519.public_key().as_der().unwrap()),
            &["EdDSA", "Ed25519"],
        ),
    ]
}

fn key_id() -> KeyId {
    "k".parse().unwrap()
}

const ALGORITHMS: [&str; 6] = ["EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256"];

#[test]
fn a_key_is_taken_for_its_own_algorithms_alone() {
    for (spki, own) in keys() {
        for name in ALGORITHMS {
            let algorithm = name.parse().unwrap();
            let key = from_spki(&spki, algorithm, &key_id());
            assert_eq!(key.is_ok(), own.contains(&name), "{own:?} for {name}");
            if let Ok(key) = key {
                assert_eq!(key.algorithm(), algorithm);
                assert_eq!(key.key_id(), Some(&key_id()));
            }
        }
    }
}

#[test]
fn pem_is_der_between_its_two_lines() {
    for (spki, own) in keys() {
        let algorithm = own[0].parse().unwrap();
        let body = STANDARD.encode(&spki);
        let pem = |label: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        let key = from_pem(&pem("PUBLIC KEY"), algorithm, &key_id()).unwrap();
        assert!(key == from_spki(&spki, algorithm, &key_id()).unwrap());
        for label in ["PRIVATE KEY", "RSA PUBLIC KEY", "CERTIFICATE"] {
            assert!(from_pem(&pem(label), algorithm, &key_id()).is_err());
        }
        assert!(from_pem(&body, algorithm, &key_id()).is_err());
    }
}

#[test]
fn a_key_that_was_cut_or_lengthened_is_refused() {
    for (spki, own) in keys() {
        let algorithm = own[0].parse().unwrap();
        for cut in 0..spki.len() {
            assert!(from_spki(&spki[..cut], algorithm, &key_id()).is_err());
        }
        let longer = [&spki[..], &[0]].concat();
        assert!(from_spki(&longer, algorithm, &key_id()).is_err());
    }
}

#[test]
fn a_weak_key_is_refused_wherever_it_lies() {
    let n = [0xff; 128];
    let fault = from_rsa(&n, &[1, 0, 1], "RS256".parse().unwrap(), &key_id());
    assert!(matches!(fault, Err(SourceFault::Malformed(_))), "1024 bits");
    let zero = [0; 32];
    assert!(from_ed25519(&zero, "EdDSA".parse().unwrap(), &key_id()).is_err());
    let outside = [&[4][..], &[1; 64]].concat();
    assert!(from_point(&outside, Curve::P256, "ES256".parse().unwrap(), &key_id()).is_err());
}
