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

#[test]
fn a_bound_that_is_not_kept_is_told() {
    let text = InvalidClaimText.to_string();
    assert!(text.contains("1 to 1024 bytes"), "{text}");
    let text = InvalidAudience.to_string();
    assert!(text.contains("1 to 16 audiences"), "{text}");
}

#[test]
fn a_claim_is_shown_as_it_is_and_its_odd_characters_escaped() {
    let text: ClaimText = "al\u{131}ce \"a\"".parse().unwrap();
    assert_eq!(text.to_string(), "al\u{131}ce \"a\"");
    assert_eq!(format!("{text:?}"), r#""alıce \"a\"""#);
    assert_eq!(&*text, text.as_str());
}

#[test]
fn a_text_claim_has_1_to_1024_bytes() {
    for size in [1, 2, 1023, 1024] {
        for fill in ["a", "\u{e9}"] {
            let text = fill.repeat(size / fill.len());
            let read = text.parse::<ClaimText>();
            assert_eq!(read.is_ok(), !text.is_empty(), "{size}");
        }
    }
    for text in [String::new(), "a".repeat(1025), "\u{e9}".repeat(513)] {
        assert_eq!(text.parse::<ClaimText>(), Err(InvalidClaimText));
    }
}

#[test]
fn there_are_1_to_16_audiences() {
    let many = |count: usize| -> Vec<ClaimText> {
        let names = (0..count).map(|one| format!("a{one}").parse().unwrap());
        names.collect()
    };
    for count in [1, 2, 15, 16] {
        let audience = Audience::new(many(count)).unwrap();
        assert!(audience.iter().eq(&many(count)));
        assert!(audience.contains("a0") && !audience.contains("a"));
    }
    for count in [0, 17, 100] {
        assert_eq!(Audience::new(many(count)), Err(InvalidAudience));
    }
}

/// The members as the section says them, from what the key publishes.
#[test]
fn rfc7638_3_2_the_thumbprint_of_an_elliptic_key_names_its_curve() {
    for (algorithm, curve) in [
        (Algorithm::Es256, "P-256"),
        (Algorithm::Es384, "P-384"),
        (Algorithm::Es512, "P-521"),
    ] {
        let key = Forge::new(algorithm).key;
        let key = key.verification_key();
        let jwk = serde_json::to_value(key.to_jwk()).unwrap();
        let (x, y) = (&jwk["x"], &jwk["y"]);
        let members = format!(r#"{{"crv":"{curve}","kty":"EC","x":{x},"y":{y}}}"#);
        assert_eq!(key.thumbprint(), Thumbprint::of(members.as_bytes()));
    }
}
