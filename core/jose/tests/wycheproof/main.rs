//! Project Wycheproof's JOSE vectors, through the public interface: a key set or
//! a secret as it comes from a peer, an allow-list, a token.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    clippy::allow_attributes,
    reason = "tests"
)]

use std::collections::BTreeMap;

use jose::*;
use serde_json::{Value, json};

/// The payloads are no claims: any bytes will do, once the signature is good.
struct Bytes;

impl Claims for Bytes {
    fn parse(_: &[u8]) -> Result<Self, TokenError> {
        Ok(Self)
    }
}

/// The tests whose verdict is not the file's: what ours is, and why.
type Differences = &'static [(u64, bool, &'static str)];

const EMPTY_PAYLOAD: &str = "an empty payload is no claims set (RFC 7519 section 7.2, step 10)";
const ES521: &str = "the key says ES521, which is no algorithm; with ES512, rfc7520 accepts it";
const PS384: &str = "the key says PS256 and the token PS384: one key has one algorithm \
                     (RFC 8725 section 3.1); with PS384, rfc7520 accepts it";
const SAME_AS_357: &str = "byte for byte test 357, which is valid: the padding that it is about \
                           is not in the file (`padding_is_refused` has it)";
const QUESTION_MARK: &str = "it has a question mark, which is not base64url (RFC 7515 section 2), \
                             and its MAC is that of the text without it";
const SECRET_SET: &str = "there is no set of secrets: a caller names one";
const LONGER_HASH: &str = "of the MACs, HS256 alone is offered";

const SIGNATURE_DIFFERENCES: Differences = &[
    (259, false, EMPTY_PAYLOAD),
    (264, false, EMPTY_PAYLOAD),
    (268, false, EMPTY_PAYLOAD),
    (272, false, EMPTY_PAYLOAD),
    (320, false, EMPTY_PAYLOAD),
    (325, false, EMPTY_PAYLOAD),
    (346, false, PS384),
    (347, false, ES521),
    (350, false, PS384),
    (351, false, ES521),
    (367, true, SAME_AS_357),
    (370, true, SAME_AS_357),
    (372, false, QUESTION_MARK),
    (373, false, QUESTION_MARK),
];

const KEY_DIFFERENCES: Differences = &[
    (2, false, SECRET_SET),
    (14, false, LONGER_HASH),
    (15, false, LONGER_HASH),
];

const CRYPTO_DIFFERENCES: Differences = &[(48, false, SECRET_SET)];

struct Case {
    number: u64,
    keys: Value,
    token: String,
    valid: bool,
}

/// The tests of a file that have a JWS.
fn cases(text: &str, total: usize) -> Vec<Case> {
    let file: Value = serde_json::from_str(text).unwrap();
    assert_eq!(file["numberOfTests"], total);
    let groups = file["testGroups"].as_array().unwrap();
    let tests = |group: &Value| -> Vec<Case> {
        let keys = group.get("public").unwrap_or(&group["private"]);
        let read = |test: &Value| {
            Some(Case {
                number: test["tcId"].as_u64().unwrap(),
                keys: keys.clone(),
                token: match test.get("jws")? {
                    Value::String(text) => text.clone(),
                    // The JSON serialisation, not as text.
                    object => object.to_string(),
                },
                valid: match test["result"].as_str().unwrap() {
                    "valid" => true,
                    "invalid" => false,
                    other => panic!("{other}"),
                },
            })
        };
        group["tests"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(read)
            .collect()
    };
    groups.iter().flat_map(tests).collect()
}

/// Whether a peer with these keys is believed this token. Every type is
/// accepted and every algorithm allowed, so it is only the rules of JWS and JWK
/// that refuse.
fn accepts(keys: &Value, token: &str) -> bool {
    let types = TokenType::ALL.into_iter().fold(
        AcceptedTypes::only(TokenType::IdToken).or_unstated(),
        AcceptedTypes::or,
    );
    let alone = match keys.get("keys") {
        None => Some(keys),
        Some(keys) => match keys.as_array().unwrap().as_slice() {
            [one] => Some(one),
            _ => None,
        },
    };
    if let Some(secret) = alone.filter(|key| key["kty"] == "oct") {
        return MacKey::from_jwk(secret.to_string().as_bytes())
            .is_ok_and(|key| verify_mac::<Bytes>(token, &key, types).is_ok());
    }
    let set = match keys.get("keys") {
        Some(_) => keys.clone(),
        None => json!({ "keys": [keys] }),
    };
    let allow = AllowList::new(&Algorithm::ALL).unwrap();
    KeySet::parse(set.to_string().as_bytes())
        .is_ok_and(|keys| verify_typed::<Bytes>(token, &keys, &allow, types).is_ok())
}

/// Judges each case; answers how many were accepted and how many refused.
fn run(cases: &[Case], differences: Differences) -> (usize, usize) {
    let mut left: BTreeMap<u64, (bool, &str)> = differences
        .iter()
        .map(|&(number, verdict, why)| (number, (verdict, why)))
        .collect();
    let (mut accepted, mut refused) = (0, 0);
    for case in cases {
        let expected = match left.remove(&case.number) {
            None => case.valid,
            Some((verdict, why)) => {
                assert_ne!(
                    verdict, case.valid,
                    "{} is no difference: {why}",
                    case.number
                );
                verdict
            }
        };
        let verdict = accepts(&case.keys, &case.token);
        assert_eq!(verdict, expected, "test {}: {}", case.number, case.token);
        if verdict {
            accepted += 1;
        } else {
            refused += 1;
        }
    }
    assert!(left.is_empty(), "tests that are not in the file: {left:?}");
    (accepted, refused)
}

#[test]
fn json_web_signature() {
    let cases = cases(
        include_str!("../vectors/wycheproof/json_web_signature_test.json"),
        401,
    );
    assert_eq!(cases.len(), 401);
    assert_eq!(run(&cases, SIGNATURE_DIFFERENCES), (36, 365));
}

#[test]
fn rfc7517_4_2_4_3_4_4_json_web_key() {
    let cases = cases(
        include_str!("../vectors/wycheproof/json_web_key_test.json"),
        26,
    );
    assert_eq!(cases.len(), 26);
    assert_eq!(run(&cases, KEY_DIFFERENCES), (2, 24));
}

/// The rest of the file is encryption.
#[test]
fn json_web_crypto() {
    let cases = cases(
        include_str!("../vectors/wycheproof/json_web_crypto_test.json"),
        83,
    );
    assert_eq!(cases.len(), 49);
    assert_eq!(run(&cases, CRYPTO_DIFFERENCES), (3, 46));
}

/// Each valid token as it is (the control) and padded as tests 367 and 370 mean
/// it: with a genuine MAC over the padded text, or with the old one.
#[test]
fn rfc7515_2_jwt_036_padding_is_refused() {
    let cases = cases(
        include_str!("../vectors/wycheproof/json_web_signature_test.json"),
        401,
    );
    let find = |number| cases.iter().find(|case| case.number == number).unwrap();
    let control = find(357);
    for same in [find(367), find(370)] {
        assert_eq!((&same.token, &same.keys), (&control.token, &control.keys));
    }
    let secret = control.keys["k"].as_str().unwrap();
    let secret = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, secret).unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
    let [header, payload, mac] = control.token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three segments");
    };
    let genuine = |signed: &str| {
        let mac = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
        base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, mac)
    };
    assert_eq!(genuine(&format!("{header}.{payload}")), mac);
    for padding in ["=", "==", "==="] {
        let texts = [
            format!("{header}{padding}.{payload}"),
            format!("{header}.{payload}{padding}"),
        ];
        for signed in texts {
            assert!(!accepts(
                &control.keys,
                &format!("{signed}.{}", genuine(&signed))
            ));
            assert!(!accepts(&control.keys, &format!("{signed}.{mac}")));
        }
        assert!(!accepts(
            &control.keys,
            &format!("{}{padding}", control.token)
        ));
    }
    assert!(accepts(&control.keys, &control.token));
}
