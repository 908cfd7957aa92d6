//! Encrypted tokens: refused unless an endpoint asks (JWT-057 to JWT-060 at
//! the gate's rules), and inside always a signed token like any other.

use base::SeededEntropy;
use jose::encryption::*;
use jose::{AccessTokenClaims, SigningKey};

use crate::house::{House, at, bearer, signing_key};

const SIGNED_ONLY: &str = "GET /reports/all";
const EITHER: &str = "GET /either";
const SEALED: &str = "GET /sealed";

fn house() -> House {
    let mut house = House::new();
    house.decryption_keys = DecryptionKeys::new(vec![key("e1")]).unwrap();
    house
}

fn key(id: &str) -> DecryptionKey {
    let (management, curve) = (KeyManagement::EcdhEsA256Kw, AgreementCurve::P256);
    DecryptionKey::generate(management, curve, id.parse().unwrap()).unwrap()
}

fn encrypt_for(keys: &DecryptionKeys, plaintext: Plaintext<'_>) -> String {
    let key = keys.encryption_keys().next().unwrap();
    let mut entropy = SeededEntropy::new(4);
    encrypt(plaintext, key, ContentEncryption::A256Gcm, &mut entropy).unwrap()
}

fn encrypted(house: &House, token: &str) -> String {
    encrypt_for(&house.decryption_keys, Plaintext::Token(token))
}

fn token(house: &House) -> String {
    house.token("read:reports", |_| {})
}

fn answer(house: &House, line: &str, token: &str) -> (u16, &'static str, &'static str) {
    let [(slot, value)] = bearer(token);
    let denial = house.denies(line, &[(slot, &value)]);
    assert!(denial.challenges()[0].contains("error=\"invalid_token\""));
    house.answer(line, &[(slot, &value)])
}

fn passes(house: &House, line: &str, token: &str) {
    let [(slot, value)] = bearer(token);
    house.passes(line, &[(slot, &value)]);
}

#[test]
fn an_endpoint_takes_the_forms_that_it_asks_for_and_no_other() {
    let house = house();
    let plain = token(&house);
    let sealed = encrypted(&house, &plain);
    passes(&house, SIGNED_ONLY, &plain);
    assert_eq!(
        answer(&house, SIGNED_ONLY, &sealed),
        (401, "encrypted_token_not_accepted", "token_encrypted")
    );
    passes(&house, EITHER, &plain);
    passes(&house, EITHER, &sealed);
    passes(&house, SEALED, &sealed);
    assert_eq!(
        answer(&house, SEALED, &plain),
        (401, "encrypted_token_required", "token_not_encrypted")
    );
}

#[test]
fn a_gate_without_a_key_decrypts_nothing() {
    let mut house = house();
    let sealed = encrypted(&house, &token(&house));
    house.decryption_keys = DecryptionKeys::default();
    for line in [EITHER, SEALED] {
        let rule = "encrypted_token_key_unknown";
        assert_eq!(answer(&house, line, &sealed), (401, rule, rule));
    }
    passes(&house, EITHER, &token(&house));
}

#[test]
fn jwt_059_a_tampered_token_and_a_wrong_key_are_told_apart_by_nobody() {
    let house = house();
    let plain = token(&house);
    let sealed = encrypted(&house, &plain);
    let other = DecryptionKeys::new(vec![key("e1")]).unwrap();
    let mut wrong = vec![encrypt_for(&other, Plaintext::Token(&plain))];
    let dots: Vec<usize> = sealed.match_indices('.').map(|(at, _)| at).collect();
    for dot in &dots {
        let mut bytes = sealed.clone().into_bytes();
        let first = &mut bytes[dot + 1];
        *first = if *first == b'A' { b'B' } else { b'A' };
        wrong.push(String::from_utf8(bytes).unwrap());
    }
    assert_eq!(wrong.len(), 5);
    for token in wrong {
        for line in [EITHER, SEALED] {
            let rule = "encrypted_token_failed";
            assert_eq!(answer(&house, line, &token), (401, rule, rule));
        }
    }
    passes(&house, SEALED, &sealed);
}

#[test]
fn jwt_060_exactly_one_level_and_never_claims_alone() {
    let house = house();
    let plain = token(&house);
    let claims = serde_json::to_vec(&house.claims("read:reports")).unwrap();
    let unsigned = encrypt_for(&house.decryption_keys, Plaintext::Bytes(&claims));
    let claims = String::from_utf8(claims).unwrap();
    let twice = encrypted(&house, &encrypted(&house, &plain));
    let without_cty = encrypt_for(&house.decryption_keys, Plaintext::Bytes(plain.as_bytes()));
    for token in [unsigned, encrypted(&house, &claims), twice, without_cty] {
        for line in [EITHER, SEALED] {
            let rule = "encrypted_token_content";
            assert_eq!(answer(&house, line, &token), (401, rule, rule));
        }
    }
    let mut deep = plain;
    while deep.len() <= MAX_ENCRYPTED_TOKEN_BYTES {
        deep = encrypted(&house, &deep);
    }
    let rule = "encrypted_token_too_large";
    assert_eq!(answer(&house, SEALED, &deep), (401, rule, rule));
}

#[test]
fn rfc7519_7_2_what_is_inside_is_judged_like_a_token_that_came_alone() {
    let house = house();
    let stranger: SigningKey = signing_key("k1");
    let forged = stranger
        .sign(jose::TokenType::AccessToken, &house.claims("read:reports"))
        .unwrap();
    type Edit = fn(&mut AccessTokenClaims);
    let edits: [Edit; 5] = [
        |c| c.issuer = "https://evil.example.com".parse().unwrap(),
        |c| c.audience = jose::Audience::only("https://api.example.com/x".parse().unwrap()),
        |c| (c.issued_at, c.not_before, c.expires_at) = (at(-900), at(-900), at(-300)),
        |c| c.client_id = "c000000000000000".parse().unwrap(),
        |c| c.organisation = "other".parse().unwrap(),
    ];
    let mut inner: Vec<String> = edits.map(|edit| house.token("read:reports", edit)).into();
    let genuine = token(&house);
    let (head, signature) = genuine.rsplit_once('.').unwrap();
    inner.extend([forged, format!("{head}."), format!("{head}.AAAA")]);
    inner.extend(["..", "a.b.c", &format!("x{genuine}")].map(str::to_owned));
    assert!(!signature.is_empty());
    for token in inner {
        let alone = answer(&house, EITHER, &token);
        assert_eq!(answer(&house, EITHER, &encrypted(&house, &token)), alone);
        assert_eq!(answer(&house, SEALED, &encrypted(&house, &token)), alone);
    }
}

#[test]
fn rfc7516_7_1_another_number_of_parts_is_no_encrypted_token() {
    let house = house();
    let sealed = encrypted(&house, &token(&house));
    let four = sealed.rsplit_once('.').unwrap().0.to_owned();
    let malformed = (401, "token_malformed", "token_malformed");
    for token in [format!("{sealed}."), format!("{sealed}.AAAA"), four] {
        for line in [SIGNED_ONLY, EITHER] {
            assert_eq!(answer(&house, line, &token), malformed);
        }
        let required = (401, "encrypted_token_required", "token_not_encrypted");
        assert_eq!(answer(&house, SEALED, &token), required);
    }
}

#[test]
fn an_endpoint_for_nobody_in_particular_decrypts_nothing() {
    let house = house();
    let [(slot, value)] = bearer(&encrypted(&house, "no.token.at all"));
    house.passes("GET /public/1", &[(slot, &value)]);
}
