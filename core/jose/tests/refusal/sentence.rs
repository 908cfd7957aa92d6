//! What is said of keys and to people: the id of a key, and why one is refused.

use jose::*;

use crate::forge::*;

#[test]
fn a_key_tells_its_id_and_a_set_finds_it_by_it() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let forge = Forge::new(algorithm);
        let jwk = forge.key.verification_key().to_jwk();
        let id: KeyId = "k1".parse().unwrap();
        assert_eq!(jwk.key_id(), Some(&id));
        assert!(forge.keys.find(&id, algorithm).is_some());
    }
}

#[test]
fn each_reason_has_a_sentence_of_its_own() {
    let reasons = [
        InvalidKey::Private,
        InvalidKey::Malformed,
        InvalidKey::Encoding,
        InvalidKey::UnknownKind,
        InvalidKey::UnknownCurve,
        InvalidKey::Algorithm,
        InvalidKey::Usage,
        InvalidKey::KeyId,
        InvalidKey::Point,
        InvalidKey::Modulus,
        InvalidKey::Exponent,
    ];
    let sentences: std::collections::BTreeSet<String> =
        reasons.iter().map(ToString::to_string).collect();
    assert_eq!(sentences.len(), reasons.len());
    assert!(sentences.iter().all(|sentence| sentence.len() > 10));
    let [malformed, private] = [InvalidKeySet::Malformed, InvalidKeySet::Private];
    assert_ne!(malformed.to_string(), private.to_string());
}
