//! Our library and theirs, in both directions, for every key and algorithm.

use base::SeededEntropy;
use jose::encryption::*;
use serde_json::Value;

use crate::peer::{LIBRARIES, Peer};

const SIGNED: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";

/// A private key of each sort, as we write it.
fn private_keys() -> Vec<String> {
    let sorts = [
        (KeyManagement::RsaOaep256, AgreementCurve::P256),
        (KeyManagement::EcdhEs, AgreementCurve::P256),
        (KeyManagement::EcdhEsA256Kw, AgreementCurve::P256),
        (KeyManagement::EcdhEs, AgreementCurve::X25519),
        (KeyManagement::EcdhEsA256Kw, AgreementCurve::X25519),
    ];
    let make = |(management, curve)| {
        let key = DecryptionKey::generate(management, curve, "k1".parse().unwrap());
        key.unwrap().to_jwk().unwrap().to_string()
    };
    sorts.map(make).into()
}

#[test]
fn what_others_encrypt_is_read_here_and_what_we_encrypt_is_read_by_them() {
    let keys = private_keys();
    for library in LIBRARIES {
        let Some(mut peer) = Peer::start(library) else {
            continue;
        };
        for text in &keys {
            let key = DecryptionKey::parse(text).unwrap();
            let public_key = key.encryption_key().clone();
            let private: Value = serde_json::from_str(text).unwrap();
            let public: Value = serde_json::from_str(&public_key.to_jwk()).unwrap();
            let keys = DecryptionKeys::new(vec![key]).unwrap();
            for content in ContentEncryption::ALL {
                let what = format!("{library}, {public}, {content}");
                let theirs = peer.encrypt(&public, content.as_str(), SIGNED);
                let inner = decrypt_nested(&theirs, &keys, EncryptionAllowList::ALL);
                assert_eq!(inner.expect(&what).as_str(), SIGNED, "{what}");

                let mut entropy = SeededEntropy::new(6);
                let ours = Plaintext::Token(SIGNED);
                let ours = encrypt(ours, &public_key, content, &mut entropy).unwrap();
                let read = peer.decrypt(&private, content.as_str(), &ours);
                assert_eq!(read.as_deref(), Ok(SIGNED), "{what}");

                // And neither reads what was altered.
                let (head, tag) = ours.rsplit_once('.').unwrap();
                let altered = format!("{head}.{}", "A".repeat(tag.len()));
                assert!(
                    peer.decrypt(&private, content.as_str(), &altered).is_err(),
                    "{what}"
                );
                let altered = theirs.replacen('.', "A.", 1);
                assert!(decrypt(&altered, &keys, EncryptionAllowList::ALL).is_err());
            }
        }
    }
}
