//! On whose behalf a call with an API key is made.

use access::{Settled, identity};
use base::{Lifetime, Timestamp};
use jose::{Algorithm, OnBehalfOfClaims, SigningKey, TokenType};

use crate::house::{AUDIENCE, House, bearer, signing_key};

const LINE: &str = "GET /reports/all";
const HEADER: &str = "doorward-on-behalf-of";

/// The one key of these tests: a fixed private half is none to keep.
fn key() -> &'static SigningKey {
    static KEY: std::sync::OnceLock<SigningKey> = std::sync::OnceLock::new();
    KEY.get_or_init(|| signing_key("o1"))
}

pub fn registered() -> Box<str> {
    let jwk = key().verification_key().to_jwk();
    serde_json::to_string(&jwk).unwrap().into()
}

fn claims(now: Timestamp, api_key: &str) -> OnBehalfOfClaims {
    OnBehalfOfClaims {
        issuer: api_key[8..24].parse().unwrap(),
        subject: "dana@example.com".parse().unwrap(),
        purpose: "month-end, ticket 4711".parse().unwrap(),
        audience: jose::Audience::only(AUDIENCE.parse().unwrap()),
        issued_at: now,
        expires_at: now.after(Lifetime::from_secs(300)),
        token_id: "s1".parse().unwrap(),
    }
}

pub fn statement(now: Timestamp, api_key: &str) -> String {
    key()
        .sign(TokenType::OnBehalfOf, &claims(now, api_key))
        .unwrap()
}

fn house() -> (House, String) {
    let mut house = House::new();
    let key = house.api_key("read:reports", |entry| {
        entry.on_behalf_of_key = Some(registered());
    });
    (house, key)
}

#[test]
fn who_and_why_reach_the_upstream_and_the_record_and_nothing_else() {
    let (house, key) = house();
    let said = statement(house.now, &key);
    let conditional = house.passes(LINE, &[("x-api-key", &key), (HEADER, &said)]);
    let record = conditional.principal().record().unwrap();
    let on_behalf_of = record.on_behalf_of.clone().unwrap();
    assert_eq!(on_behalf_of.subject, "dana@example.com");
    assert_eq!(on_behalf_of.purpose, "month-end, ticket 4711");
    // It authorises nothing: no subject, no path of one.
    assert_eq!(record.subject, None);
    let permit = conditional.settle(Settled::default()).unwrap();
    let headers = permit.identity_headers();
    let value = |name: &str| {
        let found = headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.to_str().unwrap().to_owned())
    };
    assert_eq!(
        value("x-doorward-on-behalf-of").as_deref(),
        Some("dana@example.com")
    );
    assert_eq!(
        value("x-doorward-purpose").as_deref(),
        Some("month-end%2C%20ticket%204711")
    );
    assert_eq!(value("x-doorward-subject"), None);
    assert!(
        headers
            .iter()
            .all(|(name, _)| identity::is_identity_header(name.as_str()))
    );

    let without = house.passes(LINE, &[("x-api-key", &key)]);
    assert_eq!(without.principal().record().unwrap().on_behalf_of, None);
    let written = serde_json::to_string(&record).unwrap();
    assert!(!written.contains(&said[..20]));
}

#[test]
fn what_cannot_be_verified_is_refused_and_never_left_out() {
    let (house, api_key) = house();
    let now = house.now;
    let good = claims(now, &api_key);
    let sign = |key: &SigningKey, typ, edit: &dyn Fn(&mut OnBehalfOfClaims)| {
        let mut claims = good.clone();
        edit(&mut claims);
        key.sign(typ, &claims).unwrap()
    };
    let own = |edit: &dyn Fn(&mut OnBehalfOfClaims)| sign(key(), TokenType::OnBehalfOf, edit);
    let later = |seconds| now.after(Lifetime::from_secs(seconds));
    let earlier = |seconds| now.before(Lifetime::from_secs(seconds));
    let es256 = SigningKey::generate(Algorithm::Es256, "o1".parse().unwrap()).unwrap();
    let cases = [
        String::new(),
        "a.b.c".to_owned(),
        "dana@example.com".to_owned(),
        own(&|_| {})[1..].to_owned(),
        own(&|_| {}) + "A",
        sign(&signing_key("o1"), TokenType::OnBehalfOf, &|_| {}),
        sign(&signing_key("o2"), TokenType::OnBehalfOf, &|_| {}),
        sign(&es256, TokenType::OnBehalfOf, &|_| {}),
        sign(&house.signing_key, TokenType::OnBehalfOf, &|_| {}),
        sign(key(), TokenType::AccessToken, &|_| {}),
        sign(key(), TokenType::IdToken, &|_| {}),
        sign(key(), TokenType::SecurityEvent, &|_| {}),
        own(&|c| c.issuer = "k0123456789abcde".parse().unwrap()),
        own(&|c| c.audience = jose::Audience::only("https://api.example.com".parse().unwrap())),
        own(&|c| {
            let both = vec![
                AUDIENCE.parse().unwrap(),
                "https://b.example".parse().unwrap(),
            ];
            c.audience = jose::Audience::new(both).unwrap();
        }),
        own(&|c| c.subject = "x".repeat(129).parse().unwrap()),
        own(&|c| c.purpose = "x".repeat(201).parse().unwrap()),
        own(&|c| c.expires_at = later(301)),
        own(&|c| (c.issued_at, c.expires_at) = (earlier(100), earlier(5))),
        own(&|c| (c.issued_at, c.expires_at) = (later(6), later(100))),
        own(&|c| (c.issued_at, c.expires_at) = (later(3), now)),
    ];
    for said in &cases {
        let headers = [("x-api-key", &*api_key), (HEADER, &**said)];
        let denial = house.denies(LINE, &headers);
        assert_eq!(denial.rule().as_str(), "on_behalf_of", "{said}");
        assert_eq!(denial.status().as_u16(), 401, "{said}");
        assert_eq!(denial.reason().as_str(), "on_behalf_of_invalid", "{said}");
        assert_eq!(denial.genuine(), Some(true), "{said}");
        assert!(denial.finding() != denial.detail());
        let said_on = |text: &str| said.len() > 8 && text.contains(&**said);
        assert!(!said_on(denial.finding()) && !denial.challenges().iter().any(|c| said_on(c)));
    }
    // The edges hold.
    for said in [
        own(&|c| c.subject = "é".repeat(128).parse().unwrap()),
        own(&|c| c.purpose = "é".repeat(200).parse().unwrap()),
        own(&|c| (c.issued_at, c.expires_at) = (later(5), later(305))),
        own(&|c| (c.issued_at, c.expires_at) = (earlier(304), earlier(4))),
    ] {
        house.passes(LINE, &[("x-api-key", &api_key), (HEADER, &said)]);
    }
    let twice = own(&|_| {});
    let headers = [
        ("x-api-key", &*api_key),
        (HEADER, &*twice),
        (HEADER, &*twice),
    ];
    assert_eq!(house.answer(LINE, &headers).2, "on_behalf_of");
}

#[test]
fn only_a_key_with_a_registered_key_can_say_so() {
    let mut house = House::new();
    let plain = house.api_key("read:reports", |_| {});
    let broken = house.api_key("read:reports", |entry| {
        entry.on_behalf_of_key = Some("{}".into());
    });
    let private = house.api_key("read:reports", |entry| {
        entry.on_behalf_of_key = Some(r#"{"kty":"oct","k":"AAAA","alg":"HS256"}"#.into());
    });
    for key in [&plain, &broken, &private] {
        let said = statement(house.now, key);
        let found = house.answer(LINE, &[("x-api-key", key), (HEADER, &said)]);
        assert_eq!(found, (401, "on_behalf_of_invalid", "on_behalf_of"));
    }
    let said = statement(house.now, &plain);
    let token = house.token("read:reports", |_| {});
    let [(slot, value)] = bearer(&token);
    let found = house.answer(LINE, &[(slot, &value), (HEADER, &said)]);
    assert_eq!(found, (401, "on_behalf_of_invalid", "on_behalf_of"));
    let found = house.answer("GET /public/a", &[(HEADER, &said)]);
    assert_eq!(found, (401, "on_behalf_of_invalid", "on_behalf_of"));
    // A bad credential is told first, and a missing scope is not told before.
    let found = house.answer(LINE, &[(HEADER, &said)]);
    assert_eq!(found.2, "credential_missing");
    let weak = house.api_key("read:nothing", |_| {});
    let found = house.answer(LINE, &[("x-api-key", &weak), (HEADER, "x")]);
    assert_eq!(found.2, "on_behalf_of");
}
