//! A name means nothing without the issuer that gave it, and a token opens what
//! the inventory says and nothing else.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const PROFILE: &str = "GET /users/alice/profile";

fn header(permit: &Conditional, name: &str) -> Option<String> {
    let settled = access::Settled {
        live_check: None,
        durable_record: true,
        ..access::Settled::default()
    };
    let headers = permit.clone().settle(settled).unwrap().identity_headers();
    let mut values = headers.iter().filter(|(held, _)| held == name);
    let value = values
        .next()
        .map(|(_, value)| value.to_str().unwrap().to_owned());
    assert!(values.next().is_none());
    value
}

#[test]
fn an_upstream_is_told_whose_names_they_are() {
    let (trusting, sso) = Trusting::one(json!({}));
    let own = trusting.passes(LINE, &trusting.house.token("read:reports", |_| {}));
    assert_eq!(header(&own, "x-doorward-issuer"), None);
    let client = trusting.house.client.as_str();
    assert_eq!(header(&own, "x-doorward-subject").as_deref(), Some(client));
    // The very names of our own client.
    let foreign = trusting.passes(
        LINE,
        &sso.token(json!({ "sub": client, "client_id": client })),
    );
    let qualified = format!("acme-sso|{client}");
    for (name, value) in [
        (
            "x-doorward-issuer",
            "acme-sso|https://sso.acme.example/realms/x",
        ),
        ("x-doorward-subject", qualified.as_str()),
        ("x-doorward-client", qualified.as_str()),
        ("x-doorward-credential", "acme-sso|t1"),
        ("x-doorward-organisation", "acme"),
        ("x-doorward-owner", "team-partners"),
        ("x-doorward-scope", "read:reports"),
        ("x-doorward-principal-kind", "client_credentials"),
    ] {
        assert_eq!(header(&foreign, name).as_deref(), Some(value), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Two identities never have one value, whatever the names are.
    #[test]
    fn no_name_of_ours_can_be_spelled_like_one_of_theirs(subject in "[ -~é]{1,40}") {
        let (trusting, sso) = Trusting::one(json!({}));
        let foreign = trusting.passes(LINE, &sso.token(json!({ "sub": subject, "client_id": subject })));
        let ours = trusting.house.token("read:profile", |claims| {
            claims.subject = format!("acme-sso|{subject}").parse().unwrap();
        });
        let ours = trusting.passes("DELETE /users/x", &ours);
        let theirs = header(&foreign, "x-doorward-subject").unwrap();
        prop_assert_ne!(&theirs, &header(&ours, "x-doorward-subject").unwrap());
        prop_assert_eq!(theirs.split('|').count(), 2);
    }
}

#[test]
fn a_path_of_ours_belongs_to_no_subject_of_theirs() {
    let delegated = json!({ "sub": "alice", "client_id": "web", "scope": "read:profile" });
    let (trusting, sso) = Trusting::one(json!({}));
    let token = sso.token(delegated.clone());
    assert_eq!(trusting.answer(PROFILE, &token), (403, "owner"));
    let qualified = "GET /users/acme-sso%7Calice/profile";
    assert_ne!(trusting.denies(qualified, &token).status().as_u16(), 200);
    // Unless the inventory says that these paths are theirs.
    let (trusting, sso) = Trusting::one(json!({ "owns_paths": true }));
    trusting.passes(PROFILE, &sso.token(delegated));
    let other = json!({ "sub": "bob", "client_id": "web", "scope": "read:profile" });
    assert_eq!(trusting.answer(PROFILE, &sso.token(other)), (403, "owner"));
}

#[test]
fn a_record_names_the_issuer() {
    let (trusting, sso) = Trusting::one(json!({}));
    let permit = trusting.passes(LINE, &sso.token(json!({})));
    let record = permit.principal().record().unwrap();
    assert_eq!(record.issuer.as_deref(), Some(SSO));
    assert_eq!(record.trusted_issuer.as_deref(), Some("acme-sso"));
    assert_eq!(record.credential_id, "t1");
    assert_eq!(record.owner.as_deref(), Some("team-partners"));
    let unnamed = trusting.passes(LINE, &sso.token(json!({ "jti": null })));
    assert!(
        unnamed
            .principal()
            .credential_id()
            .unwrap()
            .starts_with("sha256:")
    );
    let own = trusting.passes(LINE, &trusting.house.token("read:reports", |_| {}));
    let record = own.principal().record().unwrap();
    assert_eq!((record.issuer, record.trusted_issuer), (None, None));
}

/// JWT-070.
#[test]
fn rfc9068_4_a_token_opens_the_apis_that_its_audience_opens_and_no_other() {
    let (trusting, sso) = Trusting::one(json!({ "apis": {
        "payments": ["https://sso.acme.example/p", "urn:payments"],
        "other": ["https://sso.acme.example/o"],
    } }));
    let to = |aud: Value| sso.token(json!({ "aud": aud }));
    for aud in [
        json!("urn:payments"),
        json!("https://sso.acme.example/p"),
        json!(["x", "urn:payments"]),
    ] {
        let token = to(aud);
        trusting.passes(LINE, &token);
        assert_eq!(
            trusting.answer("GET /other", &token),
            (401, "token_audience")
        );
    }
    trusting.passes("GET /other", &to(json!("https://sso.acme.example/o")));
    for aud in [
        json!(AUDIENCE),
        json!("https://sso.acme.example/o"),
        json!("https://sso.acme.example/p/"),
        json!("https://sso.acme.example"),
        json!("HTTPS://sso.acme.example/p"),
        json!("urn:payments "),
        json!("urn%3Apayments"),
        json!("x urn:payments"),
    ] {
        assert_eq!(
            trusting.answer(LINE, &to(aud.clone())),
            (401, "token_audience"),
            "{aud}"
        );
    }
    for aud in [
        json!([]),
        json!(""),
        json!({}),
        json!(["urn:payments", 1]),
        json!(1),
    ] {
        assert_eq!(
            trusting.answer(LINE, &to(aud.clone())),
            (401, "token_claim"),
            "{aud}"
        );
    }
    // An api that is not named is not opened.
    let (trusting, sso) = Trusting::one(json!({}));
    let token = sso.token(json!({ "aud": "https://api.example.com/other" }));
    assert_eq!(
        trusting.answer("GET /other", &token),
        (401, "token_audience")
    );
}

#[test]
fn nothing_is_granted_that_is_neither_mapped_nor_ours_in_form() {
    let passes = |edits: Value, claims: Value| {
        let (trusting, sso) = Trusting::one(edits);
        matches!(
            trusting.decide(LINE, &sso.token(claims)),
            Decision::Conditional(_)
        )
    };
    let mapped =
        json!({ "scopes": { "claim": ["scope"], "map": { "reports.read": ["read:reports"] } } });
    let roles = json!({
        "scopes": null,
        "roles": { "claim": ["realm_access", "roles"], "map": { "reporter": ["read:reports"] } },
    });
    let role = |role: Value| json!({ "scope": null, "realm_access": { "roles": role } });
    for (edits, claims, expected) in [
        (json!({}), json!({ "scope": "read:reports" }), true),
        (
            json!({}),
            json!({ "scope": "openid read:reports profile" }),
            true,
        ),
        (
            json!({}),
            json!({ "scope": ["openid", "read:reports"] }),
            true,
        ),
        (json!({}), json!({ "scope": null }), false),
        (json!({}), json!({ "scope": "" }), false),
        (json!({}), json!({ "scope": "reports" }), false),
        (json!({}), json!({ "scope": "READ:reports" }), false),
        (json!({}), json!({ "scope": "read:*" }), false),
        (
            json!({}),
            json!({ "scp": "read:reports", "scope": null }),
            false,
        ),
        // A mapping says all that counts.
        (mapped.clone(), json!({ "scope": "reports.read" }), true),
        (mapped.clone(), json!({ "scope": "read:reports" }), false),
        (mapped, json!({ "scope": "reports" }), false),
        // A role is its whole text, spaces included.
        (roles.clone(), role(json!(["reporter"])), true),
        (roles.clone(), role(json!("reporter")), true),
        (roles.clone(), role(json!(["x reporter"])), false),
        (roles.clone(), role(json!("reporter x")), false),
        (roles.clone(), role(json!(["read:reports"])), false),
        (roles.clone(), role(json!([])), false),
        (
            roles,
            json!({ "roles": ["reporter"], "scope": "read:reports" }),
            false,
        ),
    ] {
        assert_eq!(
            passes(edits.clone(), claims.clone()),
            expected,
            "{edits} {claims}"
        );
    }
}

/// JWT-079.
#[test]
fn rfc6749_3_3_a_malformed_scope_is_not_read_as_another() {
    let (trusting, sso) = Trusting::one(json!({
        "roles": { "claim": ["roles"], "map": { "reporter": ["read:reports"] } },
    }));
    for scope in [
        json!(" read:reports"),
        json!("read:reports "),
        json!("read:reports  x"),
        json!("read:reports\tx"),
        json!("read:reports\nx"),
        json!("read:reports\u{a0}x"),
        json!("read:reports \"x\""),
        json!({ "read:reports": true }),
        json!(true),
        json!(7),
        json!([["read:reports"]]),
        json!(["read:reports", 1]),
        json!(["read:reports", null]),
    ] {
        let token = sso.token(json!({ "scope": scope, "roles": ["reporter"] }));
        assert_eq!(
            trusting.answer(LINE, &token),
            (401, "token_claim"),
            "{scope}"
        );
    }
    for roles in [json!({}), json!([1]), json!(null), json!(true)] {
        let mut claims = sso.claims(json!({}));
        claims["roles"] = roles.clone();
        let token = sso.key.sign(TokenType::AccessToken, &claims).unwrap();
        assert_eq!(
            trusting.answer(LINE, &token),
            (401, "token_claim"),
            "{roles}"
        );
    }
}

#[test]
fn an_organisation_comes_from_the_mapping_or_not_at_all() {
    let (trusting, sso) = Trusting::one(json!({
        "organisation": { "claim": { "claim": ["tid"], "map": { "9f": "acme" } } },
    }));
    let permit = trusting.passes(LINE, &sso.token(json!({ "tid": "9f" })));
    assert_eq!(permit.principal().organisation(), Some("acme"));
    for (tid, rule) in [
        (json!("acme"), "foreign_organisation"),
        (json!("9F"), "foreign_organisation"),
        (json!(""), "foreign_organisation"),
        (json!(null), "foreign_organisation"),
        (json!(["9f"]), "token_claim"),
        (json!(9), "token_claim"),
    ] {
        let token = sso.token(json!({ "tid": tid }));
        assert_eq!(trusting.answer(LINE, &token), (401, rule), "{tid}");
    }
}
