//! A token that an API key was exchanged for: judged by the key, every time.

use access::Principal;
use credential::CredentialKind;
use serde_json::json;
use snapshot::{ApiKeyEntry, Change, Cutoff, CutoffTarget};

use crate::house::{AUDIENCE, House, at, bearer, endpoint, inventory, name};

const LINE: &str = "GET /v1/reports";

/// A partner's endpoint, one that takes raw keys too, one with a window, and
/// one that takes a client's own tokens alone.
fn house() -> House {
    let exchanged = |accepts: &[&str], more: serde_json::Value| {
        let mut demand = json!({ "scopes": ["read:reports"], "exchanged_api_key": true });
        let more = more.as_object().unwrap().clone();
        demand.as_object_mut().unwrap().extend(more);
        (
            accepts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            demand,
        )
    };
    let of = |id, line, (accepts, demand): (Vec<String>, serde_json::Value)| {
        let accepts: Vec<&str> = accepts.iter().map(String::as_str).collect();
        endpoint(id, line, &accepts, demand)
    };
    let partner = ["client_credentials"];
    House::with(inventory(&[
        of("reports.list", LINE, exchanged(&partner, json!({}))),
        of(
            "reports.light",
            "GET /v1/light",
            exchanged(&["api_key", "client_credentials"], json!({})),
        ),
        of(
            "reports.keys",
            "GET /v1/keys",
            exchanged(&["api_key"], json!({})),
        ),
        of(
            "reports.window",
            "GET /v1/window",
            exchanged(
                &["api_key", "client_credentials"],
                json!({ "raw_api_key_until": at(100) }),
            ),
        ),
        of(
            "reports.users",
            "GET /v1/users",
            exchanged(&partner, json!({ "exchanged_api_key": false })),
        ),
        of(
            "reports.fresh",
            "GET /v1/fresh",
            exchanged(&partner, json!({ "max_token_age": "45s" })),
        ),
    ]))
}

/// A key, and a token that it was exchanged for.
fn exchanged(house: &mut House, edit: impl FnOnce(&mut ApiKeyEntry)) -> (String, String) {
    let text = house.api_key("read:reports", edit);
    let id = text[8..24].to_owned();
    let token = house.token("read:reports", |claims| {
        claims.subject = id.parse().unwrap();
        claims.client_id = id.parse().unwrap();
        claims.expires_at = at(300);
    });
    (id, token)
}

fn headers(token: &str) -> [(&'static str, String); 1] {
    bearer(token)
}

/// The status, the reason and the rule.
fn answer(house: &House, line: &str, token: &str) -> (u16, &'static str, &'static str) {
    let [(slot, value)] = headers(token);
    house.answer(line, &[(slot, &value)])
}

fn passes(house: &House, line: &str, token: &str) -> access::Conditional {
    let [(slot, value)] = headers(token);
    house.passes(line, &[(slot, &value)])
}

#[test]
fn it_passes_where_exchanged_keys_do_and_nowhere_else() {
    let mut house = house();
    let (id, token) = exchanged(&mut house, |_| {});
    for line in [LINE, "GET /v1/light", "GET /v1/keys", "GET /v1/window"] {
        let conditional = passes(&house, line, &token);
        let principal = conditional.principal();
        assert!(matches!(principal, Principal::Token(_)));
        assert_eq!(principal.kind(), Some(CredentialKind::ClientCredentials));
        assert_eq!(principal.client(), Some(id.as_str()));
        assert_eq!(principal.owner(), Some("team-acme"));
    }
    assert_eq!(
        answer(&house, "GET /v1/users", &token),
        (401, "credential_kind_not_accepted", "credential_kind")
    );
    let [(slot, value)] = headers(&token);
    let denial = house.denies("GET /v1/users", &[(slot, &value)]);
    assert!(denial.detail().contains("an API key was exchanged for"));
    assert!(denial.fix().contains("client credentials grant"));
    // A client's own token passes there: it is the key behind it that does not.
    let own = house.token("read:reports", |_| {});
    passes(&house, "GET /v1/users", &own);
}

#[test]
fn a_raw_key_is_told_how_to_become_a_token() {
    let mut house = house();
    let key = house.api_key("read:reports", |_| {});
    let slot = [("x-api-key", key.as_str())];
    let denial = house.denies(LINE, &slot);
    assert_eq!(denial.rule().as_str(), "credential_kind");
    assert!(denial.fix().contains("/oauth2/token"), "{}", denial.fix());
    assert!(!denial.fix().contains(&key) && !denial.detail().contains(&key));
    house.passes("GET /v1/light", &slot);
    // In its window the raw key passes; the day after it is told the same.
    house.passes("GET /v1/window", &slot);
    house.now = at(100);
    let denial = house.denies("GET /v1/window", &slot);
    assert!(denial.fix().contains("/oauth2/token"), "{}", denial.fix());
    let (_, token) = exchanged(&mut house, |_| {});
    passes(&house, "GET /v1/window", &token);
    // Where no exchange helps, none is advised.
    let denial = house.denies("GET /v1/users", &slot);
    assert!(!denial.fix().contains("/oauth2/token"), "{}", denial.fix());
}

#[test]
fn what_ends_the_key_ends_its_tokens_on_the_next_request() {
    type Edit = fn(&mut ApiKeyEntry);
    let ends: [(Edit, &str, &str); 6] = [
        (
            |entry| entry.revoked_at = Some(at(0)),
            "client_revoked",
            "client_revoked",
        ),
        (
            |entry| entry.suspended_at = Some(at(0)),
            "client_suspended",
            "client_suspended",
        ),
        (
            |entry| entry.expires_at = at(0),
            "client_expired",
            "client_expired",
        ),
        (
            |entry| entry.environment = name("staging-eu"),
            "client_unknown",
            "wrong_environment",
        ),
        (
            |entry| entry.organisation = name("globex"),
            "client_unknown",
            "client_organisation",
        ),
        (
            |entry| entry.networks = vec!["10.0.0.0/8".parse().unwrap()],
            "client_network",
            "client_network",
        ),
    ];
    for (edit, reason, rule) in ends {
        let mut house = house();
        let (id, token) = exchanged(&mut house, |_| {});
        let (_, other) = exchanged(&mut house, |_| {});
        passes(&house, LINE, &token);
        let mut entry = house.snapshot.api_key(&id).unwrap().to_entry().unwrap();
        edit(&mut entry);
        house.fold(Change::ApiKeyPut(Box::new(entry)));
        assert_eq!(answer(&house, LINE, &token), (401, reason, rule));
        passes(&house, LINE, &other);
    }
}

#[test]
fn a_revoked_key_and_one_that_is_not_there() {
    let mut house = house();
    let (id, token) = exchanged(&mut house, |_| {});
    let nobody = house.token("read:reports", |claims| {
        claims.subject = "k0123456789abcde".parse().unwrap();
        claims.client_id = "k0123456789abcde".parse().unwrap();
    });
    assert_eq!(
        answer(&house, LINE, &nobody),
        (401, "client_unknown", "client_unknown")
    );
    passes(&house, LINE, &token);
    house.fold(Change::ApiKeyRevoked {
        id: id.parse().unwrap(),
        at: at(0),
    });
    assert_eq!(
        answer(&house, LINE, &token),
        (401, "client_revoked", "client_revoked")
    );
}

#[test]
fn its_networks_bind_its_tokens() {
    let mut house = house();
    // The house's requests come from 192.0.2.1.
    let networks = |list: &[&str]| list.iter().map(|net| net.parse().unwrap()).collect();
    for (list, allowed) in [
        (&["192.0.2.0/24"][..], true),
        (&["10.0.0.0/8", "192.0.2.1/32"], true),
        (&["10.0.0.0/8"], false),
        (&["192.0.2.0/32", "2001:db8::/32"], false),
    ] {
        let (_, token) = exchanged(&mut house, |entry| entry.networks = networks(list));
        if allowed {
            passes(&house, LINE, &token);
        } else {
            assert_eq!(
                answer(&house, LINE, &token),
                (401, "client_network", "client_network"),
                "{list:?}"
            );
        }
    }
}

#[test]
fn a_rotation_ends_no_token_before_its_time() {
    let mut house = house();
    let newer = |ends_at| snapshot::SuccessorEntry {
        digest: base::Digest::new([9; 32]),
        digest_key: credential::DigestKey::new([7; 32]).id(),
        generation: 2,
        expires_at: ends_at,
    };
    let (_, token) = exchanged(&mut house, |entry| {
        entry.expires_at = at(10);
        entry.successor = Some(newer(at(1000)));
    });
    house.now = at(11);
    passes(&house, LINE, &token);
}

#[test]
fn every_other_check_of_a_token_holds_for_it_too() {
    let mut house = house();
    let (id, token) = exchanged(&mut house, |_| {});
    house.now = at(46);
    assert_eq!(answer(&house, "GET /v1/fresh", &token).2, "token_age");
    house.now = at(0);
    let elsewhere = house.token("read:reports", |claims| {
        claims.subject = id.parse().unwrap();
        claims.client_id = id.parse().unwrap();
        claims.audience = jose::Audience::only("https://api.example.com/other".parse().unwrap());
    });
    assert_eq!(answer(&house, LINE, &elsewhere).2, "token_audience");
    assert_ne!(AUDIENCE, "https://api.example.com/other");
    let weak = house.token("read:other", |claims| {
        claims.subject = id.parse().unwrap();
        claims.client_id = id.parse().unwrap();
    });
    assert_eq!(
        answer(&house, LINE, &weak),
        (403, "insufficient_scope", "scope")
    );
    // Cutoffs of others do not touch it; one of its own does.
    house.fold(Change::CutOff(Cutoff {
        target: CutoffTarget::Subject("somebody".into()),
        not_before: at(1000),
        expires_at: at(10_000),
    }));
    passes(&house, LINE, &token);
    house.fold(Change::CutOff(Cutoff {
        target: CutoffTarget::Subject(id),
        not_before: at(1),
        expires_at: at(10_000),
    }));
    assert_eq!(answer(&house, LINE, &token).2, "token_cut_off");
}

/// A token ends with a digest key that a secret of its API key stands under,
/// unless it was got since: the issuer has refused that secret by then.
#[test]
fn a_token_from_before_a_digest_key_was_retired_ends_with_it() {
    let id = |number: u8| credential::DigestKey::new([number; 32]).id();
    for (older, newer, retired, seconds, passes_then) in [
        (Some(7), None, 7, 5, false),
        (Some(7), None, 7, -5, true),
        (Some(7), None, 8, 5, true),
        (None, None, 8, 5, false),
        (None, None, 8, -5, true),
        (Some(6), Some(7), 7, 5, false),
        (Some(6), Some(7), 7, -5, true),
        (Some(6), Some(7), 6, 5, false),
        (Some(6), Some(7), 8, 5, true),
    ] {
        let mut house = house();
        let (_, token) = exchanged(&mut house, |entry| {
            entry.digest_key = older.map(id);
            entry.successor = newer.map(|number| snapshot::SuccessorEntry {
                digest: base::Digest::new([9; 32]),
                digest_key: id(number),
                generation: 2,
                expires_at: at(1000),
            });
        });
        house.now = at(10);
        passes(&house, LINE, &token);
        house.fold(Change::DigestKeyRetired {
            digest_key: id(retired),
            at: at(seconds),
        });
        match passes_then {
            true => {
                passes(&house, LINE, &token);
            }
            false => assert_eq!(answer(&house, LINE, &token).2, "token_cut_off"),
        }
    }
}
