//! Key sets (JWT-054, JWT-055).

use jose::*;
use serde_json::{Value, json};

use crate::forge::*;

fn key(id: &str) -> Value {
    let key = SigningKey::generate(Algorithm::EdDsa, id.parse().unwrap()).unwrap();
    serde_json::to_value(key.verification_key().to_jwk()).unwrap()
}

fn parse(keys: &[Value]) -> Result<KeySet, InvalidKeySet> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
}

fn ids(set: &KeySet) -> Vec<&str> {
    set.keys()
        .iter()
        .map(|key| key.key_id().unwrap().as_str())
        .collect()
}

#[test]
fn jwt_054_a_shared_key_id_is_unusable() {
    let (a, b, c) = (key("a"), key("b"), key("c"));
    let second = key("b");
    assert_eq!(
        ids(&parse(&[a.clone(), b.clone(), c.clone()]).unwrap()),
        ["a", "b", "c"]
    );
    // Another key, the same key again, one that cannot be used: no guessing.
    let odd = json!({"kty": "XYZ", "kid": "b"});
    let wrong = with(second.clone(), "use", "enc".into());
    for twin in [second.clone(), b.clone(), odd, wrong] {
        for keys in [
            [a.clone(), b.clone(), twin.clone(), c.clone()],
            [twin.clone(), a.clone(), c.clone(), b.clone()],
        ] {
            let set = parse(&keys).unwrap();
            assert_eq!(ids(&set), ["a", "c"]);
            assert_eq!(set.skipped().len(), 2);
            assert!(set.find(&"b".parse().unwrap(), Algorithm::EdDsa).is_none());
            assert!(set.find(&"a".parse().unwrap(), Algorithm::EdDsa).is_some());
            assert!(
                set.find(&"a".parse().unwrap(), Algorithm::Ed25519)
                    .is_none()
            );
        }
    }
    let mut forge = Forge::new(Algorithm::EdDsa);
    let twin = Forge::new(Algorithm::EdDsa);
    let both = [&forge, &twin].map(|one| one.key.verification_key().clone());
    forge.keys = KeySet::new(both.to_vec());
    assert_eq!(forge.verify(&forge.good()), Err(TokenError::KeyUnknown));
    let unnamed = forge.with_header(without(forge.header(), "kid"));
    assert_eq!(forge.verify(&unnamed), Err(TokenError::KeyUnknown));
}

#[test]
fn jwt_054_keys_without_an_id_do_not_clash() {
    let keys = [without(key("a"), "kid"), without(key("b"), "kid")];
    let set = parse(&keys).unwrap();
    assert_eq!(set.keys().len(), 2);
    let mut forge = Forge::new(Algorithm::EdDsa);
    let good = forge.good();
    forge.keys = set;
    assert_eq!(forge.verify(&good), Err(TokenError::KeyUnknown));
}

#[test]
fn jwt_054_at_most_64_keys_are_kept() {
    let keys: Vec<Value> = (0..100).map(|i| key(&format!("k{i}"))).collect();
    assert_eq!(parse(&keys[..64]).unwrap().keys().len(), 64);
    let set = parse(&keys).unwrap();
    assert_eq!(set.keys().len(), 64);
    assert_eq!(set.skipped().len(), 36);
    assert!(set.skipped().iter().all(|skipped| skipped.position >= 64));
    let many = vec![keys[0].clone(); 10_000];
    assert_eq!(parse(&many), Err(InvalidKeySet::Malformed));
}

#[test]
fn jwt_054_a_set_has_at_most_512_kib() {
    let good = json!({ "keys": [key("a")] }).to_string();
    let padded = |size: usize| format!("{good}{}", " ".repeat(size - good.len()));
    for size in [good.len(), 512 * 1024 - 1, 512 * 1024] {
        let set = KeySet::parse(padded(size).as_bytes()).unwrap();
        assert_eq!(ids(&set), ["a"], "{size}");
    }
    for size in [512 * 1024 + 1, 1024 * 1024] {
        let refused = KeySet::parse(padded(size).as_bytes());
        assert_eq!(refused, Err(InvalidKeySet::Malformed), "{size}");
    }
}

#[test]
fn rfc7517_5_what_is_no_key_is_skipped_alone() {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1),
        json!(1.5),
        json!("x"),
        json!([]),
        json!([1, {"a": [2]}, "x"]),
        json!({}),
    ];
    for entry in odd {
        let set = parse(&[key("a"), entry.clone(), key("b")]).unwrap();
        assert_eq!(ids(&set), ["a", "b"], "{entry}");
        let skipped = SkippedKey {
            position: 1,
            key_id: None,
            reason: Some(InvalidKey::Malformed),
        };
        assert_eq!(set.skipped(), [skipped], "{entry}");
    }
    // What is no key is still no place for a member that stands twice.
    let twice = format!(r#"{{"keys":[{},[{{"a":1,"a":2}}]]}}"#, key("a"));
    assert_eq!(
        KeySet::parse(twice.as_bytes()),
        Err(InvalidKeySet::Malformed)
    );
}

#[test]
fn jwt_055_a_private_member_spoils_the_set() {
    let good = key("a");
    assert!(parse(std::slice::from_ref(&good)).is_ok());
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        let private = with(key("b"), name, "AAAA".into());
        assert_eq!(
            parse(&[good.clone(), private.clone()]),
            Err(InvalidKeySet::Private)
        );
        assert_eq!(parse(&[private, good.clone()]), Err(InvalidKeySet::Private));
    }
    let symmetric = json!({"kty": "oct", "k": "c2VjcmV0", "kid": "s"});
    assert_eq!(parse(&[good, symmetric]), Err(InvalidKeySet::Private));
}

#[test]
fn a_key_set_is_an_object_with_an_array_of_keys() {
    let good = key("a").to_string();
    let wrong = [
        String::new(),
        "{}".into(),
        "[]".into(),
        format!("[{good}]"),
        good.clone(),
        r#"{"keys":{}}"#.into(),
        r#"{"keys":null}"#.into(),
        r#"{"keys":"x"}"#.into(),
        format!(r#"{{"keys":[{good}],"keys":[]}}"#),
        format!(r#"{{"keys":[{good}]}}x"#),
        format!("\u{feff}{{\"keys\":[{good}]}}"),
        format!(r#"{{"keys":[{good},]}}"#),
        format!(
            r#"{{"keys":[{good}],"x":{}1{}}}"#,
            "[".repeat(9),
            "]".repeat(9)
        ),
        format!(r#"{{"keys":[{{"kty":"EC",{}]}}"#, &good[1..]),
    ];
    for text in wrong {
        assert_eq!(
            KeySet::parse(text.as_bytes()),
            Err(InvalidKeySet::Malformed),
            "{text}"
        );
        assert!(serde_json::from_str::<KeySet>(&text).is_err());
    }
    let mut invalid = format!(r#"{{"keys":[{good}],"x":""#).into_bytes();
    invalid.extend(b"\xff\"}");
    assert_eq!(KeySet::parse(&invalid), Err(InvalidKeySet::Malformed));
    let set = KeySet::parse(format!(r#"{{"x":1,"keys":[{good}]}}"#).as_bytes()).unwrap();
    let again: KeySet = serde_json::from_str(&set.to_json()).unwrap();
    assert_eq!(again, set);
    assert!(KeySet::parse(br#"{"keys":[]}"#).unwrap().keys().is_empty());
}
