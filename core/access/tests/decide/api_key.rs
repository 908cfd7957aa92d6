//! API keys: one answer for everyone, the truth for the audit.

use access::Principal;
use base::SeededEntropy;
use credential::{
    EnvironmentClass, MintedApiKey, MintedClientSecret, MintedOperatorToken, PresentedForeignKey,
};
use snapshot::{ApiKeyEntry, Change};

use crate::house::{House, at, name};

const LINE: &str = "GET /reports/all";

fn minted(house: &House, class: EnvironmentClass, seed: u64) -> String {
    let minted = MintedApiKey::mint(class, &house.digest_key, &mut SeededEntropy::new(seed));
    minted.secret.expose().to_owned()
}

#[test]
fn a_good_key_passes_in_each_of_its_slots() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |_| {});
    for (slot, value) in [
        ("authorization", format!("ApiKey {key}")),
        ("authorization", format!("apikey {key}")),
        ("authorization", format!("Bearer {key}")),
        ("authorization", format!("BEARER {key} ")),
        ("x-api-key", key.clone()),
    ] {
        let conditional = house.passes(LINE, &[(slot, &value)]);
        assert!(matches!(conditional.principal(), Principal::ApiKey(_)));
        assert_eq!(conditional.endpoint().id.as_str(), "reports.read");
    }
}

#[test]
fn gte054_what_an_unknown_id_is_compared_with_never_lets_it_in() {
    for seed in 1_001..=1_020 {
        let mut house = House::new();
        // The one key beside the place of the unknown id has, of all digests,
        // that of the text that is presented.
        let unknown = minted(&house, EnvironmentClass::Production, seed);
        let kind = credential::CredentialKind::ApiKey;
        let digest = house.digest_key.digest(kind, unknown.as_bytes());
        house.api_key("read:reports", |entry| entry.digest = digest);
        let denial = house.denies(LINE, &[("x-api-key", &unknown)]);
        assert_eq!(denial.rule().as_str(), "api_key_unknown", "{seed}");
    }
}

/// Every way a key can fail: the rule for the audit, and whether it is genuine.
fn failures(house: &mut House) -> Vec<(String, &'static str, bool)> {
    let revoked = house.api_key("read:reports", |entry| entry.revoked_at = Some(at(-1)));
    let expired = house.api_key("read:reports", |entry| entry.expires_at = at(0));
    let elsewhere = house.api_key("read:reports", |entry| {
        entry.environment = name("staging-eu")
    });
    let bound = house.api_key("read:reports", |entry| {
        entry.networks = vec!["198.51.100.0/24".parse().unwrap()];
    });
    let suspended = house.api_key("read:reports", |entry| entry.suspended_at = Some(at(0)));
    let owner_gone = house.api_key("read:reports", |entry| entry.owner = name("gone"));
    house.fold(Change::OwnerDisabled {
        owner: name("gone"),
        at: at(-1),
    });
    let gone_import = "old-gateway-revoked".to_owned();
    import(house, &gone_import, |entry| entry.revoked_at = Some(at(-1)));
    let good = house.api_key("read:reports", |_| {});
    // The same id with another secret: its checksum is right, its digest is not.
    let mut entry = house
        .snapshot
        .api_key(&good[8..24])
        .unwrap()
        .to_entry()
        .unwrap();
    entry.digest = base::Digest::new([3; 32]);
    house.fold(Change::ApiKeyPut(Box::new(entry)));
    let last = good.chars().last().unwrap();
    let other = if last == 'A' { 'B' } else { 'A' };
    let typo = format!("{}{other}", &good[..good.len() - 1]);
    let class = EnvironmentClass::Production;
    let entropy = &mut SeededEntropy::new(77);
    let client_secret = MintedClientSecret::mint(class, &house.digest_key, entropy);
    let operator_token = MintedOperatorToken::mint(class, &house.digest_key, entropy);
    vec![
        (revoked, "api_key_revoked", true),
        (expired, "api_key_expired", true),
        (elsewhere, "wrong_environment", true),
        (good, "api_key_digest", false),
        (typo, "api_key_malformed", false),
        (minted(house, class, 991), "api_key_unknown", false),
        (
            minted(house, EnvironmentClass::Sandbox, 992),
            "wrong_environment",
            false,
        ),
        ("dw_live_x".to_owned(), "api_key_malformed", false),
        (bound, "api_key_network", true),
        (
            client_secret.secret.expose().to_owned(),
            "api_key_malformed",
            false,
        ),
        (
            operator_token.secret.expose().to_owned(),
            "api_key_malformed",
            false,
        ),
        (suspended, "api_key_suspended", true),
        (owner_gone, "api_key_owner_disabled", true),
        (gone_import, "api_key_revoked", true),
        ("old-gateway-nobody".to_owned(), "api_key_unknown", false),
        ("old key".to_owned(), "api_key_malformed", false),
    ]
}

/// A key that another system made, with that text.
fn import(house: &mut House, text: &str, change: impl FnOnce(&mut ApiKeyEntry)) {
    let key = house.api_key("read:reports", |_| {});
    let entry = house.snapshot.api_key(&key[8..24]).unwrap();
    let mut entry = entry.to_entry().unwrap();
    let presented = PresentedForeignKey::parse(text).unwrap();
    entry.digest = presented.digest(&house.digest_key);
    entry.imported = true;
    change(&mut entry);
    house.fold(Change::ApiKeyPut(Box::new(entry)));
}

#[test]
fn an_imported_key_passes_as_an_api_key_and_never_as_a_bearer_token() {
    let mut house = House::new();
    let text = "old-gateway-key";
    let before = house.denies(LINE, &[("x-api-key", text)]);
    assert_eq!(before.rule().as_str(), "api_key_malformed");
    import(&mut house, text, |_| {});
    house.passes(LINE, &[("x-api-key", text)]);
    house.passes(LINE, &[("authorization", &format!("ApiKey {text}"))]);
    house.denies(LINE, &[("authorization", &format!("Bearer {text}"))]);
    for near in [
        "old-gateway-kez",
        "Old-gateway-key",
        "old-gateway-key1",
        "ld-gateway-key",
    ] {
        let denial = house.denies(LINE, &[("x-api-key", near)]);
        assert_eq!(denial.rule().as_str(), "api_key_unknown", "{near}");
    }
    // Its first secret is all that was made elsewhere.
    let id = house.snapshot.imported_key(
        &PresentedForeignKey::parse(text)
            .unwrap()
            .digest(&house.digest_key),
    );
    let entry = house.snapshot.api_key(id.unwrap().as_str()).unwrap();
    let mut entry = entry.to_entry().unwrap();
    entry.imported = false;
    entry.generation = 2;
    entry.digest = base::Digest::new([9; 32]);
    house.fold(Change::ApiKeyPut(Box::new(entry)));
    let after = house.denies(LINE, &[("x-api-key", text)]);
    assert_eq!(after.rule().as_str(), "api_key_malformed");
}

/// Where others read it, it is named as one of ours is.
#[test]
fn an_imported_key_in_a_wrong_place_is_named_as_exposed() {
    let mut house = House::new();
    let text = "old-gateway-key";
    let before = house.denies(&format!("{LINE}?api_key={text}"), &[]);
    assert_eq!(before.exposed_api_key(), None);
    import(&mut house, text, |_| {});
    for query in [
        "api_key=old-gateway-key",
        "page=2&X-API-KEY=old-gateway-key",
        "q=1;apikey=old%2Dgateway%2Dkey",
    ] {
        let denial = house.denies(&format!("{LINE}?{query}"), &[]);
        assert!(denial.exposed_api_key().is_some(), "{query}");
    }
    let browser = [("x-api-key", text), ("origin", "https://app.example")];
    let denial = house.denies(LINE, &browser);
    assert!(denial.exposed_api_key().is_some());
    for other in [
        "api_key=old-gateway-kez",
        "api_key=",
        "page=old-gateway-key&api_key",
    ] {
        let denial = house.denies(&format!("{LINE}?{other}"), &[]);
        assert_eq!(denial.exposed_api_key(), None, "{other}");
    }
}

#[test]
fn what_an_owner_leaves_is_refused_until_they_are_back() {
    let mut house = House::new();
    let theirs = house.api_key("read:reports", |entry| entry.owner = name("alex"));
    let others = house.api_key("read:reports", |_| {});
    house.passes(LINE, &[("x-api-key", &theirs)]);
    house.fold(Change::OwnerDisabled {
        owner: name("alex"),
        at: at(-1),
    });
    let denial = house.denies(LINE, &[("x-api-key", &theirs)]);
    assert_eq!(denial.rule().as_str(), "api_key_owner_disabled");
    assert_eq!(denial.reason().as_str(), "api_key_invalid");
    house.passes(LINE, &[("x-api-key", &others)]);
    house.fold(Change::OwnerEnabled {
        owner: name("alex"),
    });
    house.passes(LINE, &[("x-api-key", &theirs)]);
}

#[test]
fn every_failed_key_gets_the_same_answer_and_its_own_rule() {
    let mut house = House::new();
    let control = house.api_key("read:reports", |_| {});
    house.passes(LINE, &[("x-api-key", &control)]);
    let mut answers = Vec::new();
    for (text, rule, genuine) in failures(&mut house) {
        let denial = house.denies(LINE, &[("x-api-key", &text)]);
        assert_eq!(denial.rule().as_str(), rule);
        assert_eq!(denial.genuine(), Some(genuine), "{rule}");
        assert_eq!(denial.still_accepted(), Some(false), "{rule}");
        assert_eq!(denial.principal().is_some(), genuine, "{rule}");
        answers.push((
            denial.status().as_u16(),
            denial.reason().as_str(),
            denial.detail().to_owned(),
            denial.fix().to_owned(),
            denial.challenges(),
        ));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!((answers[0].0, answers[0].1), (401, "api_key_invalid"));
    assert_eq!(
        answers[0].4,
        [
            "Bearer realm=\"payments\", error=\"invalid_token\", error_description=\"The API key is not accepted.\"",
            "ApiKey realm=\"payments\"",
        ]
    );
}

#[test]
fn the_audit_is_told_why_in_a_sentence_that_the_presenter_does_not_see() {
    let mut house = House::new();
    let failures = failures(&mut house);
    let finding = |position: usize, rule: &str| {
        let (text, named, _) = &failures[position];
        assert_eq!(*named, rule);
        let denial = house.denies(LINE, &[("x-api-key", text)]);
        assert_ne!(denial.finding(), denial.detail(), "{rule}");
        denial.finding().to_owned()
    };
    assert_eq!(finding(0, "api_key_revoked"), "The API key was revoked.");
    assert_eq!(finding(1, "api_key_expired"), "The API key has ended.");
    assert_eq!(
        finding(2, "wrong_environment"),
        "The API key belongs to another environment."
    );
    assert_eq!(
        finding(6, "wrong_environment"),
        "The API key is tagged for another class of environment."
    );
}

#[test]
fn a_key_ends_exactly_at_its_expiry() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |entry| entry.expires_at = at(10));
    house.now = at(9);
    house.passes(LINE, &[("x-api-key", &key)]);
    house.now = at(10);
    assert_eq!(
        house.answer(LINE, &[("x-api-key", &key)]),
        (401, "api_key_invalid", "api_key_expired")
    );
}

#[test]
fn a_bad_key_is_401_before_a_missing_scope_is_403() {
    let mut house = House::new();
    let revoked = house.api_key("", |entry| entry.revoked_at = Some(at(-1)));
    let weak = house.api_key("", |_| {});
    assert_eq!(house.answer(LINE, &[("x-api-key", &revoked)]).0, 401);
    assert_eq!(
        house.answer(LINE, &[("x-api-key", &weak)]),
        (403, "insufficient_scope", "scope")
    );
}

#[test]
fn a_key_of_another_api_is_refused() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |entry| {
        entry.audience = "https://api.example.com/other".parse().unwrap();
    });
    assert_eq!(
        house.answer(LINE, &[("x-api-key", &key)]),
        (401, "api_key_audience", "api_key_audience")
    );
    house.passes("GET /other", &[("x-api-key", &key)]);
}

#[test]
fn while_a_key_is_rotated_both_of_its_secrets_are_accepted_and_each_ends_alone() {
    let mut house = House::new();
    let newer = MintedApiKey::mint(
        EnvironmentClass::Production,
        &house.digest_key,
        &mut SeededEntropy::new(77),
    );
    let (digest, digest_key) = (newer.digest, house.digest_key.id());
    let newer = newer.secret.expose().to_owned();
    let older = house.api_key("read:reports", |entry| {
        entry.expires_at = at(10);
        entry.id = newer[8..24].parse().unwrap();
        entry.successor = Some(snapshot::SuccessorEntry {
            digest,
            digest_key,
            generation: 2,
            expires_at: at(20),
        });
    });
    // The older text was minted for another id: it is written again for this one.
    let older = {
        let minted = MintedApiKey::mint_again(
            newer[8..24].parse().unwrap(),
            EnvironmentClass::Production,
            &house.digest_key,
            &mut SeededEntropy::new(78),
        );
        let mut entry = house
            .snapshot
            .api_key(&newer[8..24])
            .unwrap()
            .to_entry()
            .unwrap();
        entry.digest = minted.digest;
        entry.digest_key = Some(digest_key);
        house.fold(snapshot::Change::ApiKeyPut(Box::new(entry)));
        drop(older);
        minted.secret.expose().to_owned()
    };
    for (second, older_rule, newer_rule) in [
        (9, None, None),
        (10, Some("api_key_superseded"), None),
        (19, Some("api_key_superseded"), None),
        (20, Some("api_key_superseded"), Some("api_key_expired")),
    ] {
        house.now = at(second);
        for (key, rule) in [(&older, older_rule), (&newer, newer_rule)] {
            match rule {
                None => drop(house.passes(LINE, &[("x-api-key", key)])),
                Some(rule) => assert_eq!(
                    house.answer(LINE, &[("x-api-key", key)]),
                    (401, "api_key_invalid", rule)
                ),
            }
        }
    }
}

#[test]
fn a_suspended_key_is_refused_from_that_moment_and_not_before() {
    let mut house = House::new();
    let key = house.api_key("read:reports", |entry| entry.suspended_at = Some(at(5)));
    house.now = at(4);
    house.passes(LINE, &[("x-api-key", &key)]);
    house.now = at(5);
    assert_eq!(
        house.answer(LINE, &[("x-api-key", &key)]),
        (401, "api_key_invalid", "api_key_suspended")
    );
}

/// What stands under a retired digest key is refused, what stands under another
/// goes on, and what does not say under which is refused once any is retired.
#[test]
fn what_stands_under_a_retired_digest_key_is_refused() {
    let own = House::new().digest_key.id();
    let other = credential::DigestKey::new([8; 32]).id();
    for (named, retired, passes) in [
        (Some(own), vec![], true),
        (None, vec![], true),
        (Some(own), vec![other], true),
        (Some(own), vec![own], false),
        (Some(own), vec![other, own], false),
        (None, vec![own], false),
        (None, vec![other], false),
    ] {
        let mut house = House::new();
        let text = house.api_key("read:reports", |entry| entry.digest_key = named);
        house.passes(LINE, &[("x-api-key", &text)]);
        for digest_key in &retired {
            house.fold(Change::DigestKeyRetired {
                digest_key: *digest_key,
                at: at(-1),
            });
        }
        if passes {
            house.passes(LINE, &[("x-api-key", &text)]);
            continue;
        }
        let denial = house.denies(LINE, &[("x-api-key", &text)]);
        assert_eq!(denial.rule().as_str(), "api_key_digest_key_retired");
        assert_eq!(denial.reason().as_str(), "api_key_invalid");
        assert_eq!(denial.genuine(), Some(true), "{named:?} {retired:?}");
    }
}
