//! Access tokens: RFC 9068 section 4, and what was withdrawn since.

use base::Timestamp;
use jose::{AccessTokenClaims, Confirmation, SigningKey, TokenType};
use snapshot::{Change, Cutoff, CutoffTarget, KeyStage, PublishedKey};

use crate::house::{House, at, bearer, name, signing_key};

const LINE: &str = "GET /reports/all";

fn answer(house: &House, token: &str) -> (u16, &'static str, &'static str) {
    let [(slot, value)] = bearer(token);
    house.answer(LINE, &[(slot, &value)])
}

fn passes(house: &House, token: &str) {
    let [(slot, value)] = bearer(token);
    house.passes(LINE, &[(slot, &value)]);
}

fn published(key: &SigningKey, expires_at: Timestamp) -> PublishedKey {
    PublishedKey {
        jwk: key.verification_key().to_jwk(),
        stage: KeyStage::Active,
        expires_at,
        since: None,
    }
}

fn refused(house: &House, edit: impl FnOnce(&mut AccessTokenClaims)) -> &'static str {
    let token = house.token("read:reports", edit);
    let (status, reason, rule) = answer(house, &token);
    assert_eq!(status, 401, "{reason}");
    let [(slot, value)] = bearer(&token);
    let denial = house.denies(LINE, &[(slot, &value)]);
    assert_eq!(denial.genuine(), Some(true), "{rule}");
    assert_eq!(denial.still_accepted(), Some(false), "{rule}");
    assert!(denial.challenges()[0].contains("error=\"invalid_token\""));
    rule
}

#[test]
fn rfc9068_4_a_good_token_passes_and_every_claim_counts() {
    let house = House::new();
    passes(&house, &house.token("read:reports", |_| {}));
    let rules = [
        refused(&house, |c| {
            c.issuer = "https://login.example.com/".parse().unwrap()
        }),
        refused(&house, |c| {
            c.issuer = "https://LOGIN.example.com".parse().unwrap()
        }),
        refused(&house, |c| {
            c.audience = jose::Audience::only("https://api.example.com/payments/".parse().unwrap())
        }),
        refused(&house, |c| {
            (c.issued_at, c.not_before, c.expires_at) = (at(-900), at(-900), at(-300))
        }),
        refused(&house, |c| (c.issued_at, c.not_before) = (at(100), at(100))),
        refused(&house, |c| c.not_before = at(100)),
        refused(&house, |c| c.expires_at = at(100_000)),
        refused(&house, |c| {
            c.client_id = "c000000000000000".parse().unwrap()
        }),
        refused(&house, |c| c.organisation = "other".parse().unwrap()),
    ];
    assert_eq!(
        rules,
        [
            "token_issuer",
            "token_issuer",
            "token_audience",
            "token_expired",
            "token_issued_ahead",
            "token_not_yet_valid",
            "token_lifetime_too_long",
            "client_unknown",
            "client_organisation",
        ]
    );
}

#[test]
fn rfc7519_4_1_4_expiry_is_judged_on_every_request() {
    let mut house = House::new();
    let token = house.token("read:reports", |_| {});
    // The default leeway is 5 s.
    house.now = Timestamp::from_unix_micros(at(605).unix_micros() - 1).unwrap();
    passes(&house, &token);
    house.now = at(605);
    assert_eq!(
        answer(&house, &token),
        (401, "token_expired", "token_expired")
    );
}

#[test]
fn what_cannot_be_verified_is_not_genuine() {
    let mut house = House::new();
    let good = house.token("read:reports", |_| {});
    passes(&house, &good);
    let forged = {
        let claims = house.claims("read:reports");
        signing_key("k1")
            .sign(TokenType::AccessToken, &claims)
            .unwrap()
    };
    let unknown = {
        let claims = house.claims("read:reports");
        signing_key("k2")
            .sign(TokenType::AccessToken, &claims)
            .unwrap()
    };
    let id_token = {
        let claims = house.claims("read:reports");
        house.signing_key.sign(TokenType::IdToken, &claims).unwrap()
    };
    for (token, reason) in [
        (forged, "token_signature"),
        (unknown, "token_key_unknown"),
        (id_token, "token_type"),
        ("x".to_owned(), "token_malformed"),
        (format!("{good}."), "token_malformed"),
        (good.replace('.', "=."), "token_malformed"),
        ("a.".repeat(5000), "token_too_large"),
    ] {
        let [(slot, value)] = bearer(&token);
        let denial = house.denies(LINE, &[(slot, &value)]);
        assert_eq!(
            (denial.status().as_u16(), denial.reason().as_str()),
            (401, reason)
        );
        assert_eq!(denial.genuine(), Some(false), "{reason}");
        assert!(denial.principal().is_none());
    }
    // No accepted key at all: nothing is verified, so nothing passes.
    house.fold(Change::KeysPublished { keys: Vec::new() });
    assert_eq!(answer(&house, &good).1, "token_key_unknown");
}

/// JWT-088: the signature is good, and the key has ended.
#[test]
fn an_ended_signing_key_is_not_accepted() {
    let mut house = House::new();
    let token = house.token("read:reports", |_| {});
    house.publish(at(30));
    house.now = at(29);
    passes(&house, &token);
    house.now = at(30);
    assert_eq!(
        answer(&house, &token),
        (401, "token_key_unknown", "signing_key_ended")
    );
}

/// JWT-088: while one key has ended, the others still count, and no token passes
/// for one of theirs.
#[test]
fn an_ended_signing_key_ends_its_own_tokens_alone() {
    let mut house = House::new();
    let old = house.token("read:reports", |_| {});
    let mut keys = vec![published(&house.signing_key, at(30))];
    house.signing_key = signing_key("k2");
    let new = house.token("read:reports", |_| {});
    keys.push(published(&house.signing_key, at(1000)));
    house.fold(Change::KeysPublished { keys });
    house.now = at(29);
    passes(&house, &old);
    passes(&house, &new);
    for now in [30, 31, 300] {
        house.now = at(now);
        assert_eq!(
            answer(&house, &old),
            (401, "token_key_unknown", "signing_key_ended")
        );
        passes(&house, &new);
    }
}

#[test]
fn rfc7800_3_1_a_bound_token_does_not_degrade_to_bearer() {
    let house = House::new();
    let thumbprint = Some("A".repeat(43).parse().unwrap());
    // JWT-085, JWT-086: to a DPoP key, to a certificate, to both.
    for (key, certificate) in [
        (thumbprint, None),
        (None, thumbprint),
        (thumbprint, thumbprint),
    ] {
        let rule = refused(&house, |c| {
            c.confirmation = Some(Confirmation::new(key, certificate).unwrap())
        });
        assert_eq!(rule, "token_confirmation");
    }
}

#[test]
fn a_client_that_is_gone_takes_its_tokens_with_it() {
    for (edit, rule, reason) in [
        (0, "client_revoked", "client_revoked"),
        (1, "client_expired", "client_expired"),
        (2, "wrong_environment", "client_unknown"),
    ] {
        let mut house = House::new();
        let token = house.token("read:reports", |_| {});
        passes(&house, &token);
        house.edit_client(|entry| match edit {
            0 => entry.revoked_at = Some(at(0)),
            1 => entry.expires_at = at(0),
            _ => entry.environment = name("staging-eu"),
        });
        assert_eq!(answer(&house, &token), (401, reason, rule));
    }
}

#[test]
fn a_denied_token_is_refused_and_its_sister_is_not() {
    let mut house = House::new();
    let sister = house.token("read:reports", |c| c.token_id = "t2".parse().unwrap());
    let token = house.token("read:reports", |_| {});
    house.fold(Change::TokenDenied {
        jti: "t1".to_owned(),
        expires_at: at(600),
    });
    assert_eq!(
        answer(&house, &token),
        (401, "token_revoked", "token_denied")
    );
    passes(&house, &sister);
}

#[test]
fn a_cutoff_ends_what_was_issued_before_it_for_its_target_alone() {
    let targets = |house: &House| {
        [
            (CutoffTarget::Environment, true),
            (CutoffTarget::Organisation(name("acme")), true),
            (CutoffTarget::Organisation(name("other")), false),
            (CutoffTarget::Client(house.client.clone()), true),
            (CutoffTarget::Subject(house.client.to_string()), true),
            (CutoffTarget::Subject("someone".to_owned()), false),
            (CutoffTarget::Family("f1".to_owned()), true),
            (CutoffTarget::Family("f2".to_owned()), false),
        ]
    };
    for (target, hit) in targets(&House::new()) {
        let mut house = House::new();
        house.now = at(20);
        let family = Some("f1".parse().unwrap());
        let before = house.token("read:reports", |c| c.family = family.clone());
        let after = house.token("read:reports", |c| {
            (c.family, c.issued_at, c.not_before) = (family.clone(), at(10), at(10));
        });
        house.fold(Change::CutOff(Cutoff {
            target: target.clone(),
            not_before: at(10),
            expires_at: at(700),
        }));
        if hit {
            assert_eq!(
                answer(&house, &before),
                (401, "token_revoked", "token_cut_off"),
                "{target:?}"
            );
        } else {
            passes(&house, &before);
        }
        passes(&house, &after);
    }
}
