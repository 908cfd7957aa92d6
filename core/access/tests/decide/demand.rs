//! What an endpoint demands of a good credential.

use base::Lifetime;
use jose::AccessTokenClaims;

use crate::house::{House, at, bearer, name};

fn answer(house: &House, line: &str, token: &str) -> (u16, &'static str, &'static str) {
    let [(slot, value)] = bearer(token);
    house.answer(line, &[(slot, &value)])
}

fn passes(house: &House, line: &str, token: &str) -> access::Conditional {
    let [(slot, value)] = bearer(token);
    house.passes(line, &[(slot, &value)])
}

fn delegated(house: &House, subject: &str, scopes: &str) -> String {
    house.token(scopes, |c: &mut AccessTokenClaims| {
        c.subject = subject.parse().unwrap()
    })
}

#[test]
fn a_kind_that_the_facts_exclude_is_401_and_names_the_rule_and_the_way_out() {
    let mut house = House::new();
    let key = house.api_key("write:payouts", |_| {});
    let denial = house.denies("POST /payouts", &[("x-api-key", &key)]);
    assert_eq!(
        (denial.status().as_u16(), denial.reason().as_str()),
        (401, "credential_kind_not_accepted")
    );
    assert_eq!(
        denial.detail(),
        "The endpoint does not accept an API key (rules: lightest_that_fits)."
    );
    assert_eq!(
        denial.fix(),
        "Use instead: an access token from the client credentials grant or an access token from the authorization code grant with PKCE."
    );
    assert_eq!(
        (denial.genuine(), denial.still_accepted()),
        (Some(true), Some(true))
    );
    let user = delegated(&house, "alice", "read:reports");
    assert_eq!(
        answer(&house, "GET /reports/all", &user).1,
        "credential_kind_not_accepted"
    );
    let own = house.token("read:reports", |_| {});
    passes(&house, "GET /reports/all", &own);
}

#[test]
fn a_raw_key_is_accepted_only_inside_its_window() {
    let mut house = House::new();
    let key = house.api_key("", |_| {});
    house.now = at(99);
    house.passes("GET /window", &[("x-api-key", &key)]);
    house.now = at(100);
    let denial = house.denies("GET /window", &[("x-api-key", &key)]);
    assert_eq!(denial.reason().as_str(), "credential_kind_not_accepted");
    assert_eq!(
        denial.fix(),
        "Use instead: an access token from the client credentials grant."
    );
}

#[test]
fn an_endpoint_that_demands_a_proof_takes_nothing_that_has_none() {
    let mut house = House::new();
    let key = house.api_key("", |_| {});
    let token = house.token("", |_| {});
    assert_eq!(
        house.answer("GET /bound", &[("x-api-key", &key)]),
        (401, "proof_unsupported", "sender_constrained")
    );
    assert_eq!(
        answer(&house, "GET /bound", &token),
        (401, "proof_unsupported", "sender_constrained")
    );
}

#[test]
fn rfc6750_3_1_a_missing_scope_is_403_and_the_challenge_names_it() {
    let house = House::new();
    passes(
        &house,
        "GET /reports/all",
        &house.token("a:b read:reports", |_| {}),
    );
    for scopes in [
        "",
        "read",
        "read:report",
        "read:reportsx",
        "xread:reports",
        "READ:reports",
        "read:reports_all",
        "reports:read",
    ] {
        let token = house.token(scopes, |_| {});
        let [(slot, value)] = bearer(&token);
        let denial = house.denies("GET /reports/all", &[(slot, &value)]);
        assert_eq!(
            (denial.status().as_u16(), denial.reason().as_str()),
            (403, "insufficient_scope"),
            "{scopes}"
        );
        assert_eq!(
            (denial.genuine(), denial.still_accepted()),
            (Some(true), Some(true))
        );
        assert_eq!(
            denial.challenges(),
            [
                "Bearer realm=\"payments\", error=\"insufficient_scope\", error_description=\"The endpoint demands read:reports, and the credential lacks some of it.\", scope=\"read:reports\""
            ]
        );
    }
}

#[test]
fn a_user_reaches_only_what_is_its_own() {
    let mut house = House::new();
    let line = |user: &str| format!("GET /users/{user}/profile");
    let alice = delegated(&house, "alice", "read:profile");
    passes(&house, &line("alice"), &alice);
    for other in ["bob", "Alice", "alice2", "alic", "alice@x", "%C3%A9"] {
        assert_eq!(
            answer(&house, &line(other), &alice),
            (403, "not_owner", "owner"),
            "{other}"
        );
    }
    let odd = delegated(&house, "%C3%A9", "read:profile");
    assert_eq!(answer(&house, &line("%C3%A9"), &odd).1, "not_owner");
    let client = house.token("read:profile", |_| {});
    passes(&house, &line(house.client.as_str()), &client);
    let key = house.api_key("read:profile", |_| {});
    assert_eq!(
        house.answer(&line("alice"), &[("x-api-key", &key)]).1,
        "not_owner"
    );
    // A bad credential is told before a forbidden act.
    house.edit_client(|entry| entry.revoked_at = Some(at(0)));
    assert_eq!(answer(&house, &line("bob"), &alice).0, 401);
}

#[test]
fn rfc9470_3_a_token_that_is_too_old_gets_a_max_age() {
    let mut house = House::new();
    let token = house.token("", |_| {});
    let line = "DELETE /users/alice";
    house.now = at(300);
    passes(&house, line, &token);
    house.now = at(301);
    let [(slot, value)] = bearer(&token);
    let denial = house.denies(line, &[(slot, &value)]);
    assert_eq!(
        (denial.status().as_u16(), denial.reason().as_str()),
        (401, "token_too_old")
    );
    let challenge = &denial.challenges()[0];
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert!(challenge.ends_with(", max_age=\"300\""), "{challenge}");
    // An API key has no age.
    let key = house.api_key("", |_| {});
    house.now = at(10_000);
    house.passes(line, &[("x-api-key", &key)]);
}

#[test]
fn a_feed_that_lags_more_than_the_endpoint_bears_denies() {
    let mut house = House::new();
    let token = house.token("", |_| {});
    let key = house.api_key("", |_| {});
    let line = "DELETE /users/alice";
    house.lag = Lifetime::from_secs(5);
    passes(&house, line, &token);
    house.lag = Lifetime::from_micros(5_000_001);
    assert_eq!(
        answer(&house, line, &token),
        (503, "feed_stale", "feed_lag")
    );
    let denial = house.denies(line, &[("x-api-key", &key)]);
    assert_eq!(
        (
            denial.status().as_u16(),
            denial.genuine(),
            denial.still_accepted()
        ),
        (503, Some(true), None)
    );
    assert!(denial.challenges().is_empty());
    // Nobody in particular has nothing that could have been revoked.
    house.lag = Lifetime::from_secs(1_000_000);
    house.passes("GET /public/a", &[]);
}

#[test]
fn an_irreversible_act_claims_a_live_check_and_a_durable_record() {
    let mut house = House::new();
    let token = house.token("write:payouts", |_| {});
    let claims = |house: &House| {
        let claims = passes(house, "POST /payouts", &token).claims();
        (claims.live_check, claims.durable_record)
    };
    assert_eq!(claims(&house), (false, true));
    house.now = at(45);
    assert_eq!(claims(&house), (false, true));
    house.now = at(46);
    assert_eq!(claims(&house), (true, true));
    house.now = at(0);
    house.lag = Lifetime::from_millis(1001);
    assert_eq!(claims(&house), (true, true));
    // A live check averts no other denial.
    let weak = house.token("read:payouts", |_| {});
    assert_eq!(answer(&house, "POST /payouts", &weak).0, 403);
    let own = house.token("", |_| {});
    house.lag = Lifetime::ZERO;
    let conditional = passes(&house, "DELETE /users/alice", &own);
    assert_eq!(conditional.claims(), access::Claims::default());
}

#[test]
fn organisations_are_told_to_the_upstream_as_the_token_has_them() {
    let house = House::new();
    let token = house.token("read:profile", |c| {
        (c.subject, c.organisation) = ("alice".parse().unwrap(), "umbrella".parse().unwrap());
    });
    let conditional = passes(&house, "GET /users/alice/profile", &token);
    assert_eq!(
        conditional.principal().organisation(),
        Some(name("umbrella").as_str())
    );
}
