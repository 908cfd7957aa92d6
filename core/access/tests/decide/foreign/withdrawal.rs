//! Time, and what is withdrawn here.

use base::Lifetime;
use serde_json::json;
use snapshot::{Change, Cutoff, CutoffTarget};

use super::*;

fn cutoff(target: CutoffTarget) -> Change {
    Change::CutOff(Cutoff {
        target,
        not_before: at(1),
        expires_at: at(100_000),
    })
}

#[test]
fn rfc9068_4_time_is_judged_by_the_issuers_own_limits() {
    let (mut trusting, sso) = Trusting::one(json!({ "leeway": "30s", "max_lifetime": "10m" }));
    let token = sso.token(json!({}));
    trusting.house.now = at(629);
    trusting.passes(LINE, &token);
    trusting.house.now = at(630);
    assert_eq!(trusting.answer(LINE, &token), (401, "token_expired"));
    trusting.house.now = at(0);
    let longer = sso.token(json!({ "exp": SECONDS + 601 }));
    assert_eq!(
        trusting.answer(LINE, &longer),
        (401, "token_lifetime_too_long")
    );
    let ahead = sso.token(json!({ "iat": SECONDS + 31, "exp": SECONDS + 60 }));
    assert_eq!(trusting.answer(LINE, &ahead), (401, "token_issued_ahead"));
    let later = sso.token(json!({ "nbf": SECONDS + 31 }));
    assert_eq!(trusting.answer(LINE, &later), (401, "token_not_yet_valid"));
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        assert_eq!(
            trusting
                .denies(LINE, &sso.token(json!({ claim: null })))
                .status()
                .as_u16(),
            401
        );
    }
}

/// Nobody can ask another issuer whether its token still counts.
#[test]
fn an_old_token_is_denied_where_ours_would_be_checked_live() {
    let (mut trusting, sso) = Trusting::one(json!({}));
    let scope = "write:payouts";
    let ours = trusting.house.token(scope, |_| {});
    let theirs = sso.token(json!({ "scope": scope }));
    trusting.house.now = at(45);
    assert!(
        !trusting
            .passes("POST /payouts", &theirs)
            .claims()
            .live_check
    );
    trusting.house.now = at(46);
    assert!(trusting.passes("POST /payouts", &ours).claims().live_check);
    assert_eq!(
        trusting.answer("POST /payouts", &theirs),
        (401, "token_age")
    );
    // What was withdrawn here can be known, so a late feed asks for a look.
    trusting.house.now = at(10);
    trusting.house.lag = Lifetime::from_secs(2);
    assert!(
        trusting
            .passes("POST /payouts", &theirs)
            .claims()
            .live_check
    );
}

#[test]
fn rfc7800_3_1_a_bound_token_is_no_bearer_token() {
    let (trusting, sso) = Trusting::one(json!({}));
    for cnf in [
        json!({ "jkt": "x" }),
        json!({ "kid": "x" }),
        json!({}),
        json!("x"),
    ] {
        let token = sso.token(json!({ "cnf": cnf }));
        assert_eq!(trusting.answer(LINE, &token), (401, "token_confirmation"));
    }
}

#[test]
fn a_cutoff_of_the_issuer_of_one_of_its_names_or_of_ours_ends_its_tokens() {
    let issuer = SSO.to_owned();
    for target in [
        CutoffTarget::Environment,
        CutoffTarget::Organisation("acme".parse().unwrap()),
        CutoffTarget::TrustedIssuer(issuer.clone()),
        CutoffTarget::ForeignClient {
            issuer: issuer.clone(),
            client: "robot".into(),
        },
        CutoffTarget::ForeignSubject {
            issuer: issuer.clone(),
            subject: "robot".into(),
        },
    ] {
        let (mut trusting, sso) = Trusting::one(json!({}));
        let (old, new) = (
            sso.token(json!({})),
            sso.token(json!({ "iat": SECONDS + 1 })),
        );
        trusting.passes(LINE, &old);
        trusting.house.fold(cutoff(target.clone()));
        assert_eq!(
            trusting.answer(LINE, &old),
            (401, "token_cut_off"),
            "{target:?}"
        );
        trusting.passes(LINE, &new);
    }
}

#[test]
fn one_token_can_be_ended_whether_or_not_it_has_an_id() {
    for jti in [json!("t1"), json!(null)] {
        let (mut trusting, sso) = Trusting::one(json!({}));
        let token = sso.token(json!({ "jti": jti }));
        let other = sso.token(json!({ "jti": jti, "sub": "robot", "iat": SECONDS + 1 }));
        let permit = trusting.passes(LINE, &token);
        let named = permit.principal().credential_id().unwrap().to_owned();
        trusting.house.fold(cutoff(CutoffTarget::ForeignToken {
            issuer: SSO.into(),
            token: named,
        }));
        assert_eq!(trusting.answer(LINE, &token), (401, "token_denied"));
        if jti.is_null() {
            trusting.passes(LINE, &other);
        } else {
            // The same id is the same token, whenever it says it was issued.
            assert_eq!(trusting.answer(LINE, &other), (401, "token_denied"));
        }
    }
}

/// The names of one issuer say nothing about those of another, or about ours.
#[test]
fn what_is_withdrawn_of_another_issuer_or_of_ours_is_not_withdrawn_of_this_one() {
    let (mut trusting, sso) = Trusting::one(json!({}));
    let client = trusting.house.client.clone();
    let name = client.as_str();
    let theirs = sso.token(json!({ "sub": name, "client_id": name, "jti": "t1" }));
    let ours = trusting.house.token("read:reports", |_| {});
    let elsewhere = "https://login.other.example".to_owned();
    for target in [
        CutoffTarget::TrustedIssuer(elsewhere.clone()),
        CutoffTarget::ForeignClient {
            issuer: elsewhere.clone(),
            client: name.into(),
        },
        CutoffTarget::ForeignSubject {
            issuer: elsewhere.clone(),
            subject: name.into(),
        },
        CutoffTarget::ForeignToken {
            issuer: elsewhere,
            token: "t1".into(),
        },
    ] {
        trusting.house.fold(cutoff(target));
    }
    trusting.passes(LINE, &theirs);
    trusting.passes(LINE, &ours);
    // Ours of the same names end, theirs do not.
    for change in [
        cutoff(CutoffTarget::Subject(name.into())),
        cutoff(CutoffTarget::Client(client.clone())),
        Change::TokenDenied {
            jti: "t1".into(),
            expires_at: at(100_000),
        },
        Change::ClientRevoked {
            id: client.clone(),
            at: at(0),
        },
    ] {
        trusting.house.fold(change);
        assert_eq!(trusting.denies(LINE, &ours).status().as_u16(), 401);
        trusting.passes(LINE, &theirs);
    }
    // And theirs of the same names end, ours do not.
    let (mut trusting, sso) = Trusting::one(json!({}));
    let ours = trusting.house.token("read:reports", |_| {});
    let theirs = sso.token(json!({ "sub": name, "client_id": name, "jti": "t1" }));
    for target in [
        CutoffTarget::ForeignClient {
            issuer: SSO.into(),
            client: name.into(),
        },
        CutoffTarget::ForeignSubject {
            issuer: SSO.into(),
            subject: name.into(),
        },
        CutoffTarget::ForeignToken {
            issuer: SSO.into(),
            token: "t1".into(),
        },
        CutoffTarget::TrustedIssuer(SSO.into()),
    ] {
        trusting.house.fold(cutoff(target));
        trusting.passes(LINE, &ours);
        assert_eq!(trusting.denies(LINE, &theirs).status().as_u16(), 401);
    }
}
