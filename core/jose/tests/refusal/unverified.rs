//! What a token says of itself before anything is checked.

use jose::*;
use serde_json::json;

use crate::forge::*;

#[test]
fn the_header_rules_hold_before_a_key_is_chosen() {
    let forge = Forge::new(Algorithm::EdDsa);
    assert!(Unverified::parse(&forge.good()).is_ok());
    for (name, value, expected) in [
        ("alg", json!("none"), TokenError::Algorithm),
        ("alg", json!(1), TokenError::Malformed),
        ("kid", json!(""), TokenError::KeyId),
        ("kid", json!(null), TokenError::Malformed),
        ("crit", json!([]), TokenError::CriticalHeader),
        (
            "jku",
            json!("https://evil"),
            TokenError::ForbiddenHeader("jku"),
        ),
    ] {
        let token = forge.with_header(with(forge.header(), name, value));
        assert_eq!(Unverified::parse(&token).err(), Some(expected));
    }
    assert_eq!(Unverified::parse("a.b").err(), Some(TokenError::Malformed));
    let huge = "a".repeat(MAX_TOKEN_BYTES + 1);
    assert_eq!(Unverified::parse(&huge).err(), Some(TokenError::TooLarge));
}

#[test]
fn what_chooses_the_key_is_what_the_header_says() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::MlDsa44] {
        let token = Forge::new(algorithm).good();
        let unverified = Unverified::parse(&token).unwrap();
        assert_eq!(unverified.algorithm(), algorithm);
        assert_eq!(unverified.key_id().map(KeyId::as_str), Some("k1"));
    }
}

#[test]
fn rfc7515_7_1_no_segment_is_empty_before_a_key_is_chosen() {
    let good = Forge::new(Algorithm::EdDsa).good();
    let [h, p, s] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    for token in [
        format!(".{p}.{s}"),
        format!("{h}..{s}"),
        format!("{h}.{p}."),
        format!("..{s}"),
        format!(".{p}."),
        format!("{h}.."),
        "..".to_owned(),
    ] {
        let refused = Unverified::parse(&token).err();
        assert_eq!(refused, Some(TokenError::Malformed), "{token}");
    }
}

#[test]
fn rfc8725_3_8_the_issuer_is_one_string() {
    let forge = Forge::new(Algorithm::EdDsa);
    let issuer = |payload: String| {
        let token = forge.with_payload(payload);
        Unverified::parse(&token).unwrap().issuer()
    };
    assert_eq!(
        issuer(payload().to_string()).as_deref(),
        Ok("https://as.test")
    );
    assert_eq!(
        issuer(without(payload(), "iss").to_string()),
        Err(TokenError::ClaimMissing("iss"))
    );
    let malformed = [
        appended(&payload(), r#""iss":"https://as.test""#),
        prefixed(&payload(), r#""\u0069ss":"https://evil""#),
        appended(&payload(), r#""x":1,"x":2"#),
        with(payload(), "iss", json!(["https://as.test"])).to_string(),
        with(payload(), "iss", json!(null)).to_string(),
        "[]".to_owned(),
        "{}{}".to_owned(),
    ];
    for payload in malformed {
        assert_eq!(issuer(payload), Err(TokenError::Malformed));
    }
}

#[test]
fn a_token_without_a_key_id_says_so() {
    let forge = Forge::new(Algorithm::EdDsa);
    let token = forge.with_header(without(forge.header(), "kid"));
    assert_eq!(Unverified::parse(&token).unwrap().key_id(), None);
    assert_eq!(forge.verify(&token), Ok(claims()));
}
