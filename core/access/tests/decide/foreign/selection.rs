//! Whose token it is, and with whose keys it is verified.

use access::IssuerKeys;
use jose::{KeySet, TokenType};
use serde_json::json;

use super::*;

#[test]
fn a_good_token_of_a_trusted_issuer_passes_beside_our_own() {
    let (trusting, sso) = Trusting::one(json!({}));
    let permit = trusting.passes(LINE, &sso.token(json!({})));
    assert_eq!(
        permit.principal().kind().unwrap().as_str(),
        "client_credentials"
    );
    trusting.passes(LINE, &trusting.house.token("read:reports", |_| {}));
}

/// JWT-014, both ways: a good signature by the other's key.
#[test]
fn rfc8725_3_8_a_key_is_bound_to_its_issuer() {
    let (mut trusting, sso) = Trusting::one(json!({}));
    let token = sso.token(json!({ "iss": crate::house::ISSUER }));
    assert_eq!(trusting.answer(LINE, &token), (401, "token_key_unknown"));
    let ours = &trusting.house.signing_key;
    let token = ours
        .sign(TokenType::AccessToken, &sso.claims(json!({})))
        .unwrap();
    assert_eq!(trusting.answer(LINE, &token), (401, "token_key_unknown"));
    // The same id: the signature is another key's.
    let named = Sso::new(SSO, "k1");
    trusting.know(&named, at(100_000));
    let token = named.token(json!({ "iss": crate::house::ISSUER }));
    assert_eq!(trusting.answer(LINE, &token), (401, "token_signature"));
    let ours = &trusting.house.signing_key;
    let token = ours
        .sign(TokenType::AccessToken, &sso.claims(json!({})))
        .unwrap();
    assert_eq!(trusting.answer(LINE, &token), (401, "token_signature"));
    trusting.passes(LINE, &named.token(json!({})));
}

#[test]
fn rfc8725_3_8_no_issuer_is_verified_with_the_keys_of_another() {
    let other_url = "https://login.other.example";
    let mut trusting = Trusting::new(&[
        entry("acme-sso", SSO, json!({})),
        entry("other", other_url, json!({})),
    ]);
    let (acme, other) = (Sso::new(SSO, "s1"), Sso::new(other_url, "o1"));
    trusting.know(&acme, at(100_000));
    trusting.know(&other, at(100_000));
    trusting.passes(LINE, &acme.token(json!({})));
    trusting.passes(LINE, &other.token(json!({})));
    for (signer, named) in [(&acme, other_url), (&other, SSO)] {
        let token = signer.token(json!({ "iss": named }));
        assert_eq!(trusting.answer(LINE, &token), (401, "token_key_unknown"));
        assert_eq!(trusting.denies(LINE, &token).genuine(), Some(false));
    }
}

/// JWT-071.
#[test]
fn rfc9068_4_an_issuer_is_compared_byte_for_byte() {
    let (trusting, sso) = Trusting::one(json!({}));
    for iss in [
        json!("https://sso.acme.example/realms/x/"),
        json!("https://sso.acme.example/realms"),
        json!("https://sso.acme.example/realms/X"),
        json!("https://SSO.acme.example/realms/x"),
        json!("https://sso.acme.example:443/realms/x"),
        json!(" https://sso.acme.example/realms/x"),
        json!("https://sso.acme.example/realms/\u{445}"),
        json!("acme-sso"),
        json!([SSO]),
        json!(""),
        json!(null),
        json!({ "iss": SSO }),
    ] {
        let mut claims = sso.claims(json!({}));
        claims["iss"] = iss.clone();
        let token = sso.key.sign(TokenType::AccessToken, &claims).unwrap();
        let denial = trusting.denies(LINE, &token);
        assert_eq!(denial.status().as_u16(), 401, "{iss}");
        assert_eq!(denial.genuine(), Some(false), "{iss}");
        assert!(denial.wanted_key().is_none(), "{iss}");
    }
    assert_eq!(
        trusting.answer(
            LINE,
            &sso.token(json!({ "iss": "https://login.evil.example" }))
        ),
        (401, "issuer_unknown")
    );
    trusting.passes(LINE, &sso.token(json!({})));
}

#[test]
fn an_entry_for_our_own_issuer_changes_nothing_about_our_tokens() {
    let own = crate::house::ISSUER;
    let mut trusting = Trusting::new(&[
        entry("own", own, json!({})),
        entry("acme-sso", SSO, json!({})),
    ]);
    assert_eq!(trusting.view().trusted_issuers().len(), 1);
    trusting.know(&Sso::new(SSO, "s1"), at(100_000));
    trusting.passes(LINE, &trusting.house.token("read:reports", |_| {}));
}

#[test]
fn without_keys_nothing_is_accepted_and_it_says_so() {
    let (mut trusting, sso) = Trusting::one(json!({}));
    let token = sso.token(json!({}));
    trusting.passes(LINE, &token);
    trusting.keys = IssuerKeys::default();
    let denial = trusting.denies(LINE, &token);
    assert_eq!(denial.status().as_u16(), 503);
    assert_eq!(denial.reason().as_str(), "issuer_keys_unavailable");
    assert_eq!((denial.genuine(), denial.still_accepted()), (None, None));
    assert_eq!(denial.wanted_key().unwrap().key_id, None);
    // The last good keys count until their end, to the instant.
    trusting.know(&sso, at(60));
    trusting.house.now = at(59);
    trusting.passes(LINE, &token);
    trusting.house.now = at(60);
    assert_eq!(
        trusting.answer(LINE, &token),
        (503, "issuer_keys_unavailable")
    );
    // Our own tokens do not depend on them.
    trusting.passes(LINE, &trusting.house.token("read:reports", |_| {}));
}

#[test]
fn an_empty_key_set_accepts_nothing() {
    let (mut trusting, sso) = Trusting::one(json!({}));
    let view = trusting.house.view();
    for text in [
        r#"{"keys":[]}"#,
        r#"{"keys":[{"kty":"oct"},{"kty":"RSA"}]}"#,
    ] {
        let keys = KeysInForce {
            keys: Arc::new(KeySet::parse(text.as_bytes()).unwrap()),
            until: None,
        };
        trusting
            .keys
            .put(view.trusted_issuers()[0].origin(), Some(keys));
        let denial = trusting.denies(LINE, &sso.token(json!({})));
        assert_eq!(denial.rule().as_str(), "token_key_unknown");
        let wanted = denial.wanted_key().unwrap();
        assert_eq!(wanted.key_id.as_ref().unwrap().as_str(), "s1");
    }
}

#[test]
fn keys_in_the_inventory_need_nobody_to_fetch_them() {
    let sso = Sso::new(SSO, "s1");
    let set = sso.key_set().to_json();
    let trusting = Trusting::new(&[entry("acme-sso", SSO, json!({ "keys": { "inline": set } }))]);
    trusting.passes(LINE, &sso.token(json!({})));
    let broken = Trusting::new(&[entry(
        "acme-sso",
        SSO,
        json!({ "keys": { "inline": "{}" } }),
    )]);
    assert_eq!(
        broken.answer(LINE, &sso.token(json!({}))),
        (503, "issuer_keys_unavailable")
    );
}

/// The keys that were fetched under other rules are not the keys.
#[test]
fn keys_belong_to_their_source() {
    let (mut trusting, sso) = Trusting::one(json!({}));
    let token = sso.token(json!({}));
    for edits in [
        json!({ "keys": { "url": "https://sso.acme.example/keys" } }),
        json!({ "keys": { "file": "/etc/keys.json" } }),
        json!({ "allow_private_network": true }),
        json!({ "algorithms": ["Ed25519", "RS256"] }),
    ] {
        let mut other = Trusting::new(&[entry("acme-sso", SSO, edits.clone())]);
        std::mem::swap(&mut other.keys, &mut trusting.keys);
        assert_eq!(
            other.answer(LINE, &token),
            (503, "issuer_keys_unavailable"),
            "{edits}"
        );
        std::mem::swap(&mut other.keys, &mut trusting.keys);
    }
    trusting.passes(LINE, &token);
}

#[test]
fn rfc8725_3_1_the_inventory_says_the_algorithm_and_the_type() {
    let (trusting, sso) = Trusting::one(json!({ "algorithms": ["RS256"] }));
    assert_eq!(
        trusting.answer(LINE, &sso.token(json!({}))),
        (401, "token_algorithm")
    );
    let (trusting, sso) = Trusting::one(json!({ "algorithms": ["Ed25519", "XX1"] }));
    assert_eq!(
        trusting.answer(LINE, &sso.token(json!({}))),
        (401, "token_algorithm")
    );
    let (trusting, sso) = Trusting::one(json!({}));
    for typ in [
        TokenType::IdToken,
        TokenType::LogoutToken,
        TokenType::SecurityEvent,
    ] {
        assert_eq!(
            trusting.answer(LINE, &sso.typed(typ, json!({}))),
            (401, "token_type")
        );
    }
}
