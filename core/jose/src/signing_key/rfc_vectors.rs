//! The examples of the RFCs: reproduced byte for byte where the signature is
//! deterministic, verified where it is not.

use serde_json::{Value, json};

use super::SigningKey;
use crate::{
    AcceptedTypes, Algorithm, AllowList, Claims, InvalidKey, KeySet, MacKey, TokenError, TokenType,
    VerificationKey, base64url, verify_mac, verify_typed,
};

/// Any payload: the examples are of JWS, not of JWT.
struct Bytes(Vec<u8>);

impl Claims for Bytes {
    fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        Ok(Self(payload.to_vec()))
    }
}

const TYPES: AcceptedTypes = AcceptedTypes::only(TokenType::IdToken).or_unstated();

fn file(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    base64url::decode(value.as_str().unwrap()).unwrap()
}

fn with_alg(jwk: &Value, algorithm: Algorithm) -> Value {
    let mut jwk = jwk.clone();
    jwk["alg"] = json!(algorithm);
    jwk
}

/// One DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match length {
        [0, short @ 0..=0x7f] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head.as_slice(), content].concat()
}

/// A number without leading zeros, with one if it would else be negative.
fn integer(value: &[u8]) -> Vec<u8> {
    let zero: &[u8] = if value[0] & 0x80 == 0 { &[] } else { &[0] };
    der(0x02, &[zero, value].concat())
}

/// PKCS#8 (RFC 5208 section 5) of the algorithm with this object identifier and
/// these parameters.
fn pkcs8(identifier: &[u8], parameters: &[u8], key: &[u8]) -> Vec<u8> {
    let algorithm = der(0x30, &[&der(0x06, identifier), parameters].concat());
    der(
        0x30,
        &[&[0x02, 1, 0], algorithm.as_slice(), &der(0x04, key)].concat(),
    )
}

/// RFC 8017 appendix A.1.2, of a private JWK (RFC 7518 section 6.3.2).
fn rsa_pkcs8(jwk: &Value) -> Vec<u8> {
    let mut numbers = vec![0x02, 1, 0];
    for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        numbers.extend(integer(&bytes(&jwk[name])));
    }
    let rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    pkcs8(&rsa, &[0x05, 0], &der(0x30, &numbers))
}

/// RFC 8410 section 7: the seed in an octet string of its own.
fn ed25519_pkcs8(seed: &[u8]) -> Vec<u8> {
    pkcs8(&[0x2b, 0x65, 0x70], &[], &der(0x04, seed))
}

/// RFC 9881 section 6: the seed alone, under the tag 0.
fn ml_dsa_pkcs8(algorithm: Algorithm, seed: &[u8]) -> Vec<u8> {
    let last = match algorithm {
        Algorithm::MlDsa44 => 0x11,
        Algorithm::MlDsa65 => 0x12,
        _ => 0x13,
    };
    let identifier = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, last];
    pkcs8(&identifier, &[], &der(0x80, seed))
}

const RFC7520: &str = include_str!("../../tests/vectors/rfc7520.json");

/// RFC 7520 section 4 at the level of the raw signature: also those
/// whose header is partly or wholly unprotected, which no token may have.
#[test]
fn rfc7520_4_signatures_verify() {
    let file = file(RFC7520);
    let keys = &file["keys"];
    let payload = file["payload"].as_str().unwrap();
    let mut seen = Vec::new();
    for row in file["signatures"].as_array().unwrap() {
        let key = &keys[row["key"].as_str().unwrap()];
        let protected = row["protected"].as_str().unwrap();
        let signed = format!("{protected}.{payload}");
        let signature = bytes(&row["signature"]);
        let mut other = signature.clone();
        other[7] ^= 1;
        let verdicts: [bool; 2] = if row["alg"] == "HS256" {
            let key = MacKey::from_jwk(key["private"].to_string().as_bytes()).unwrap();
            [&signature, &other].map(|mac| key.verify_mac(signed.as_bytes(), mac))
        } else {
            let algorithm = serde_json::from_value(row["alg"].clone()).unwrap();
            let jwk = with_alg(&key["public"], algorithm);
            let key: VerificationKey = serde_json::from_value(jwk).unwrap();
            [&signature, &other].map(|bytes| key.verify_signature(signed.as_bytes(), bytes))
        };
        assert_eq!(verdicts, [true, false], "{row}");
        seen.push(row["section"].as_str().unwrap());
    }
    assert_eq!(
        seen,
        [
            "4.1", "4.2", "4.3", "4.4", "4.6", "4.7", "4.8", "4.8", "4.8"
        ]
    );
}

#[test]
fn rfc7520_4_1_to_4_4_tokens_are_accepted_whole() {
    let file = file(RFC7520);
    let payload = bytes(&file["payload"]);
    let mut count = 0;
    for row in file["signatures"].as_array().unwrap() {
        let Some(token) = row.get("compact").and_then(Value::as_str) else {
            continue;
        };
        let key = &file["keys"][row["key"].as_str().unwrap()];
        let Bytes(read) = if row["alg"] == "HS256" {
            let key = MacKey::from_jwk(key["private"].to_string().as_bytes()).unwrap();
            verify_mac::<Bytes>(token, &key, TYPES)
                .unwrap()
                .into_claims()
        } else {
            let algorithm = serde_json::from_value(row["alg"].clone()).unwrap();
            let set = json!({"keys": [with_alg(&key["public"], algorithm)]}).to_string();
            let set = KeySet::parse(set.as_bytes()).unwrap();
            let verified = verify_typed::<Bytes>(token, &set, &AllowList::only(algorithm), TYPES);
            verified.unwrap().into_claims()
        };
        assert_eq!(read, payload);
        // RFC 7520 section 4.5: the same with its payload elsewhere is no token.
        let detached = token.replace(file["payload"].as_str().unwrap(), "");
        let refused = verify_typed::<Bytes>(
            &detached,
            &KeySet::default(),
            &AllowList::only(Algorithm::Rs256),
            TYPES,
        );
        assert_eq!(refused.err(), Some(TokenError::Malformed));
        count += 1;
    }
    assert_eq!(count, 4);
}

/// RFC 7520 section 3.3: its RSA key does not say its algorithm.
#[test]
fn rfc7520_3_keys_take_the_algorithm_of_their_curve_or_none() {
    let keys = &file(RFC7520)["keys"];
    let read = |name: &str| {
        let jwk = serde_json::from_value(keys[name]["public"].clone()).unwrap();
        VerificationKey::from_jwk(&jwk).map(|key| key.algorithm())
    };
    assert_eq!(read("ec"), Ok(Algorithm::Es512));
    assert_eq!(read("rsa"), Err(InvalidKey::Algorithm));
    for name in ["ec", "rsa", "oct"] {
        let set = json!({"keys": [keys[name]["private"]]}).to_string();
        assert!(KeySet::parse(set.as_bytes()).is_err(), "{name}");
    }
}

/// The public half comes in the form of RFC 8017 appendix A.1.1.
#[test]
fn rfc7520_4_1_and_4_4_are_reproduced() {
    let file = file(RFC7520);
    let rows = file["signatures"].as_array().unwrap();
    let signed = |row: &Value| {
        let protected = row["protected"].as_str().unwrap();
        format!("{protected}.{}", file["payload"].as_str().unwrap())
    };
    let pkcs8 = rsa_pkcs8(&file["keys"]["rsa"]["private"]);
    let key = SigningKey::from_pkcs8(Algorithm::Rs256, "k".parse().unwrap(), &pkcs8).unwrap();
    let signature = key.sign_bytes(signed(&rows[0]).as_bytes()).unwrap();
    assert_eq!(signature, bytes(&rows[0]["signature"]));
    let public = serde_json::to_value(key.verification_key().to_jwk()).unwrap();
    assert_eq!(public["n"], file["keys"]["rsa"]["public"]["n"]);
    assert_eq!(public["e"], file["keys"]["rsa"]["public"]["e"]);
    let key = MacKey::from_jwk(file["keys"]["oct"]["private"].to_string().as_bytes()).unwrap();
    let mac = key.mac(signed(&rows[3]).as_bytes());
    assert_eq!(mac.as_ref(), bytes(&rows[3]["signature"]));
}

#[test]
fn rfc8037_a_1_to_a_4_are_reproduced() {
    const SEED: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    const SIGNED: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B\
                             hVsPt9g7sVvpAr_MuM0KAg";
    let pkcs8 = ed25519_pkcs8(&base64url::decode(SEED).unwrap());
    let key = SigningKey::from_pkcs8(Algorithm::EdDsa, "k".parse().unwrap(), &pkcs8).unwrap();
    let public = serde_json::to_value(key.verification_key().to_jwk()).unwrap();
    assert_eq!(public["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(
        key.verification_key().thumbprint().to_string(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
    let signature = key.sign_bytes(SIGNED.as_bytes()).unwrap();
    assert_eq!(base64url::encode(&signature), SIGNATURE);
    // RFC 8037 appendix A.5
    let keys = KeySet::new(vec![key.verification_key().clone()]);
    let allow = AllowList::only(Algorithm::EdDsa);
    let token = format!("{SIGNED}.{SIGNATURE}");
    let verified = verify_typed::<Bytes>(&token, &keys, &allow, TYPES).unwrap();
    assert_eq!(verified.0, b"Example of Ed25519 signing");
}

/// RFC 9964 section 6 names them. Signing draws randomness (FIPS 204 section 3.4), so signatures are verified.
#[test]
fn rfc9964_a_1_keys_thumbprints_and_signatures() {
    let file = file(include_str!("../../tests/vectors/rfc9964.json"));
    let examples = file["examples"].as_array().unwrap();
    for (row, algorithm) in
        examples
            .iter()
            .zip([Algorithm::MlDsa44, Algorithm::MlDsa65, Algorithm::MlDsa87])
    {
        assert_eq!(row["alg"], algorithm.as_str());
        // RFC 9964 section 4: the private key is the seed.
        let pkcs8 = ml_dsa_pkcs8(algorithm, &[0; 32]);
        let id = row["kid"].as_str().unwrap().parse().unwrap();
        let key = SigningKey::from_pkcs8(algorithm, id, &pkcs8).unwrap();
        assert_eq!(*key.to_pkcs8().unwrap(), pkcs8);
        let public = key.verification_key();
        let jwk = serde_json::to_value(public.to_jwk()).unwrap();
        assert_eq!((&jwk["kty"], &jwk["pub"]), (&json!("AKP"), &row["pub"]));
        assert_eq!(public.thumbprint().to_string(), row["kid"], "section 6");
        let keys = KeySet::new(vec![public.clone()]);
        let token = row["jws"].as_str().unwrap();
        let allow = AllowList::only(algorithm);
        let verified = verify_typed::<Bytes>(token, &keys, &allow, TYPES).unwrap();
        assert!(
            verified
                .0
                .starts_with("It’s a dangerous business".as_bytes())
        );
        let own = key.sign_bytes(b"message").unwrap();
        assert!(public.verify_signature(b"message", &own));
        // Not to be verified by somebody who has not named it.
        let others = Algorithm::ALL.into_iter().filter(|one| *one != algorithm);
        let others = AllowList::new(&others.collect::<Vec<_>>()).unwrap();
        let refused = verify_typed::<Bytes>(token, &keys, &others, TYPES);
        assert_eq!(refused.err(), Some(TokenError::Algorithm));
    }
    assert_eq!(examples.len(), 3);
}
