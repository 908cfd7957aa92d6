//! Encrypted tokens at the whole gate: off unless an endpoint asks, one answer
//! for everything that cannot be decrypted, and never a token in the audit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::allow_attributes,
    reason = "tests"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use base::{Clock as _, SeededEntropy};
use jose::encryption::*;
use snapshot::Change;

use support::house::{House, WallClock};
use support::{OK, Upstream};

const SIGNED_ONLY: &str = "GET /reports/all";
const EITHER: &str = "GET /either";
const SEALED: &str = "GET /sealed";

struct Sealed {
    upstream: Upstream,
    house: House,
    keys: Vec<EncryptionKey>,
}

fn key(management: KeyManagement, curve: AgreementCurve, id: &str) -> DecryptionKey {
    DecryptionKey::generate(management, curve, id.parse().unwrap()).unwrap()
}

/// A gate that holds a key of each sort.
fn sealed() -> Sealed {
    let upstream = Upstream::answering(OK);
    let p256 = AgreementCurve::P256;
    let keys = DecryptionKeys::new(vec![
        key(KeyManagement::RsaOaep256, p256, "e-rsa"),
        key(KeyManagement::EcdhEs, p256, "e-direct"),
        key(KeyManagement::EcdhEsA256Kw, p256, "e-wrap"),
        key(KeyManagement::EcdhEsA256Kw, AgreementCurve::X25519, "e-x"),
    ]);
    let keys = Arc::new(keys.unwrap());
    let public = keys.encryption_keys().cloned().collect();
    let house = House::with(&upstream.url(), |settings| settings.decryption_keys = keys);
    Sealed {
        upstream,
        house,
        keys: public,
    }
}

fn encrypted(plaintext: Plaintext<'_>, key: &EncryptionKey) -> String {
    let mut entropy = SeededEntropy::new(9);
    encrypt(plaintext, key, ContentEncryption::A256Gcm, &mut entropy).unwrap()
}

/// RFC 4648 section 5, without padding.
fn base64url(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let three: [u8; 3] = std::array::from_fn(|at| chunk.get(at).copied().unwrap_or(0));
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for at in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    out
}

impl Sealed {
    fn ask(&self, line: &str, token: &str) -> (String, String) {
        let value = format!("Bearer {token}");
        let reply = self.house.ask(line, &[("Authorization", &value)]);
        assert!(!reply.text.contains(token), "a token came back");
        (reply.statuses().join(","), reply.text)
    }

    #[track_caller]
    fn passes(&self, line: &str, token: &str) {
        let before = self.upstream.count();
        let (status, text) = self.ask(line, token);
        assert_eq!(status, "200", "{text}");
        assert_eq!(self.upstream.count(), before + 1);
    }

    #[track_caller]
    fn refuses(&self, line: &str, token: &str, reason: &str) {
        let before = self.upstream.count();
        let (status, text) = self.ask(line, token);
        assert_eq!(status, "401", "{text}");
        assert!(text.contains(&format!("\"reason\":\"{reason}\"")), "{text}");
        assert!(text.contains("error=\"invalid_token\""), "{text}");
        assert_eq!(self.upstream.count(), before, "the upstream was touched");
    }

    fn token(&self) -> String {
        self.house.token("read:reports", |_| {})
    }
}

#[test]
fn each_endpoint_takes_the_forms_that_it_asks_for() {
    let sealed = sealed();
    let plain = sealed.token();
    sealed.passes(SIGNED_ONLY, &plain);
    sealed.passes(EITHER, &plain);
    sealed.refuses(SEALED, &plain, "encrypted_token_required");
    for key in &sealed.keys {
        let token = encrypted(Plaintext::Token(&plain), key);
        sealed.refuses(SIGNED_ONLY, &token, "encrypted_token_not_accepted");
        // More than once: the second time it is remembered.
        for line in [EITHER, SEALED, EITHER, SEALED] {
            sealed.passes(line, &token);
        }
        let forwarded = sealed.upstream.last();
        assert!(!forwarded.head.contains(&token) && !forwarded.head.contains(&plain));
    }
}

#[test]
fn what_cannot_be_decrypted_has_one_answer_and_is_in_no_record() {
    let sealed = sealed();
    let plain = sealed.token();
    let p256 = AgreementCurve::P256;
    let strangers = [
        key(KeyManagement::EcdhEs, p256, "e-direct"),
        key(KeyManagement::EcdhEsA256Kw, p256, "e-wrap"),
    ];
    let mut wrong: Vec<String> = strangers
        .iter()
        .map(|key| encrypted(Plaintext::Token(&plain), key.encryption_key()))
        .collect();
    for key in &sealed.keys {
        let token = encrypted(Plaintext::Token(&plain), key);
        let dots: Vec<usize> = token.match_indices('.').map(|(at, _)| at).collect();
        for (dot, next) in dots.iter().zip(dots.iter().skip(1).chain([&token.len()])) {
            if dot + 1 == *next {
                continue;
            }
            let mut bytes = token.clone().into_bytes();
            bytes[dot + 1] = if bytes[dot + 1] == b'A' { b'B' } else { b'A' };
            wrong.push(String::from_utf8(bytes).unwrap());
        }
    }
    let mut answers = std::collections::BTreeSet::new();
    for token in &wrong {
        sealed.refuses(SEALED, token, "encrypted_token_failed");
        let (_, text) = sealed.ask(SEALED, token);
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let id = text
            .lines()
            .find_map(|line| line.strip_prefix("x-request-id: "));
        let id = id.expect("an answer has a request id");
        answers.insert(body.replace(id, "ID"));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    let decisions = sealed.house.decisions(wrong.len() * 2);
    assert!(
        decisions
            .iter()
            .all(|one| one.rule == "encrypted_token_failed")
    );
    let text = serde_json::to_string(&decisions).unwrap();
    assert!(wrong.iter().all(|token| !text.contains(token)) && !text.contains(&plain));
    sealed.passes(
        SEALED,
        &encrypted(Plaintext::Token(&plain), &sealed.keys[1]),
    );
}

#[test]
fn jwt_060_inside_is_one_signed_token_and_nothing_else() {
    let sealed = sealed();
    let plain = sealed.token();
    let key = &sealed.keys[1];
    let claims = plain.split('.').nth(1).unwrap();
    let twice = encrypted(Plaintext::Token(&plain), key);
    for plaintext in [
        Plaintext::Token(&twice),
        Plaintext::Token(claims),
        Plaintext::Bytes(plain.as_bytes()),
        Plaintext::Bytes(b"{}"),
        Plaintext::Token(""),
    ] {
        let token = encrypted(plaintext, key);
        sealed.refuses(EITHER, &token, "encrypted_token_content");
        sealed.refuses(SEALED, &token, "encrypted_token_content");
    }
    let mut deep = plain.clone();
    while deep.len() <= MAX_ENCRYPTED_TOKEN_BYTES {
        deep = encrypted(Plaintext::Token(&deep), key);
    }
    sealed.refuses(SEALED, &deep, "encrypted_token_too_large");
    let (head, _) = plain.rsplit_once('.').unwrap();
    let unsigned = encrypted(Plaintext::Token(&format!("{head}.")), key);
    sealed.refuses(SEALED, &unsigned, "token_malformed");
    sealed.passes(SEALED, &twice);
}

#[test]
fn jwt_057_to_059_what_is_not_offered_is_refused_by_name() {
    let sealed = sealed();
    let rest = "AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA";
    let token = |header: &str| format!("{}.{rest}", base64url(header));
    for (header, reason) in [
        (
            r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}"#,
            "encrypted_token_forbidden_header",
        ),
        (
            r#"{"alg":"ECDH-ES","enc":"A256GCM","zip":"DEF"}"#,
            "encrypted_token_forbidden_header",
        ),
        (
            r#"{"alg":"RSA1_5","enc":"A256GCM","kid":"e-rsa"}"#,
            "encrypted_token_algorithm",
        ),
        (
            r#"{"alg":"dir","enc":"A256GCM"}"#,
            "encrypted_token_algorithm",
        ),
        (
            r#"{"alg":"RSA-OAEP-256","enc":"A128GCM"}"#,
            "encrypted_token_algorithm",
        ),
        (
            r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","crit":["exp"]}"#,
            "encrypted_token_critical_header",
        ),
        (
            r#"{"alg":"ECDH-ES","enc":"A256GCM","kid":"e-direct"}"#,
            "encrypted_token_agreement",
        ),
        (
            r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT","kid":"e-direct"}"#,
            "encrypted_token_algorithm",
        ),
        (
            r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT","kid":"nobody"}"#,
            "encrypted_token_key_unknown",
        ),
        (
            r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT","kid":"e-rsa"}"#,
            "encrypted_token_failed",
        ),
    ] {
        sealed.refuses(EITHER, &token(header), reason);
    }
}

#[test]
fn a_withdrawn_token_is_withdrawn_in_every_form_also_after_it_was_remembered() {
    let sealed = sealed();
    let plain = sealed.token();
    let token = encrypted(Plaintext::Token(&plain), &sealed.keys[2]);
    for _ in 0..3 {
        sealed.passes(SEALED, &token);
        sealed.passes(EITHER, &plain);
    }
    sealed.house.memory.push(Change::TokenDenied {
        jti: "t1".to_owned(),
        expires_at: WallClock.now().after(Duration::from_secs(1000)),
    });
    sealed.house.settle();
    sealed.refuses(SEALED, &token, "token_revoked");
    sealed.refuses(EITHER, &plain, "token_revoked");
}
