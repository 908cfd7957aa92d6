//! From a text to what is done about it, over a small inventory.

use base::{Lifetime, Name, Secret, SeededEntropy, Timestamp};
use boundary::Inventory;
use credential::{
    DigestKey, DigestKeys, Environment, EnvironmentClass, MintedApiKey, RetiredDigestKeys,
};
use proptest::prelude::*;
use snapshot::{Exposure, Seen, Usage};

use super::*;
use crate::accountability::{CredentialRequest, Facts};
use crate::api_key::{ApiKey, Rotation, Successor};
use crate::audit::{Action, Actor, Origin};
use crate::{Effect, Plan, api_key, client, operator_token};

const DAY: u64 = 86_400;

const INVENTORY: &str = r#"
[api.weather]
audience = "https://api.example.com/weather"
upstream = "http://127.0.0.1:9000"
owner = "team-weather"
surface = "reporting"
revoker = "weather-oncall"

[[api.weather.endpoint]]
id = "weather.forecast"
match = "GET /v1/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:forecast"]

[[api.weather.endpoint]]
id = "weather.payouts"
match = "POST /v1/payouts"
caller = "service"
authority = "own"
data = "money"
exposure = "internal"
consequence = "sensitive"
scopes = ["write:payouts"]

[[api.weather.endpoint]]
id = "weather.profile"
match = "GET /v1/profile"
caller = "mobile"
authority = "delegated"
data = "user"
exposure = "public"
consequence = "read"
scopes = ["read:profile"]

[api.billing]
audience = "https://api.example.com/billing"
upstream = "http://127.0.0.1:9000"
owner = "team-billing"
surface = "reporting"
revoker = "billing-oncall"

[[api.billing.endpoint]]
id = "billing.forecast"
match = "GET /v1/billing/forecast"
caller = "service"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:forecast"]
"#;

struct House {
    inventory: Inventory,
    environment: Environment,
    digest_key: DigestKey,
    entropy: SeededEntropy,
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000)
        .unwrap()
        .after(Lifetime::from_secs(seconds))
}

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o0123456789abcde".into()),
        environment: "production".parse().unwrap(),
    }
}

fn place() -> Place {
    Place::parse(Some("https://git.example/acme/app")).unwrap()
}

fn request(scope: &str) -> CredentialRequest {
    CredentialRequest {
        organisation: Some("acme".into()),
        owner: Some("team-weather".into()),
        purpose: Some("Anna's import".into()),
        revoker: Some("weather-oncall".into()),
        scopes: vec![scope.into()],
        audiences: vec!["https://api.example.com/weather".into()],
        expires_in: Some("30d".into()),
    }
}

impl House {
    fn new() -> Self {
        let environment = Environment {
            name: "production".parse().unwrap(),
            class: EnvironmentClass::Production,
        };
        let reading = Inventory::parse(INVENTORY, &environment, at(0));
        Self {
            inventory: reading.inventory.unwrap(),
            environment,
            digest_key: DigestKey::new([3; 32]),
            entropy: SeededEntropy::new(5),
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            environment: &self.environment,
            inventory: &self.inventory,
            digest_key: &self.digest_key,
        }
    }

    fn api_key(&mut self) -> (ApiKey, Secret) {
        let mut entropy = self.entropy.clone();
        let plan = api_key::create(
            &api_key::ApiKeyRequest {
                shared: request("read:forecast"),
                ..api_key::ApiKeyRequest::default()
            },
            &origin(),
            self.facts(),
            at(0),
            &mut entropy,
        );
        self.entropy = entropy;
        let created = plan.unwrap().outcome;
        (created.api_key, created.secret)
    }

    fn client(&mut self) -> (Leaked, Secret) {
        let mut entropy = self.entropy.clone();
        let plan = client::create(
            &request("write:payouts").into(),
            &origin(),
            self.facts(),
            at(0),
            &mut entropy,
        );
        self.entropy = entropy;
        let created = plan.unwrap().outcome;
        (
            Leaked::Client(Box::new(created.client)),
            created.secret.unwrap(),
        )
    }

    fn operator_token(&mut self) -> (Leaked, Secret) {
        let created = operator_token::create(
            "team-platform".parse().unwrap(),
            credential::ScopeSet::parse("read:audit").unwrap(),
            &origin(),
            (&self.environment, &self.digest_key),
            at(0),
            &mut self.entropy,
        )
        .outcome;
        (
            Leaked::OperatorToken(Box::new(created.operator_token)),
            created.secret,
        )
    }

    fn standing(&self, secret: &Secret, record: Option<&Leaked>, now: Timestamp) -> Standing {
        self.standing_with(secret, record, &RetiredDigestKeys::default(), now)
    }

    fn standing_with(
        &self,
        secret: &Secret,
        record: Option<&Leaked>,
        retired: &RetiredDigestKeys,
        now: Timestamp,
    ) -> Standing {
        let found = candidates(secret.expose());
        assert_eq!(found.len(), 1);
        let keys = DigestKeys::only(self.digest_key.clone());
        standing(&found[0], record, (&self.environment, &keys, retired), now)
    }

    /// The key in the middle of a rotation, and its newer secret.
    fn rotating(&mut self, api_key: &ApiKey, staged_at: u64) -> (ApiKey, Secret) {
        let minted = MintedApiKey::mint_again(
            api_key.id.clone(),
            self.environment.class,
            &self.digest_key,
            &mut self.entropy,
        );
        let mut record = api_key.clone();
        record.rotation = Some(Rotation {
            staged_at: at(staged_at),
            successor: Successor {
                digest: minted.digest,
                digest_key: self.digest_key.id(),
                generation: 2,
                expires_at: at(60 * DAY),
            },
            ends_at: at(staged_at + 7 * DAY),
            cut_over_at: None,
            used_before: 0,
        });
        (record, minted.secret)
    }
}

fn of(api_key: &ApiKey) -> Leaked {
    Leaked::ApiKey(Box::new(api_key.clone()))
}

#[test]
fn a_credential_is_found_whatever_stands_around_it() {
    let mut house = House::new();
    let (_, first) = house.api_key();
    let (_, second) = house.client();
    let (_, third) = house.operator_token();
    for text in [
        format!("  {}\r\n", first.expose()),
        format!("X-API-Key: '{}'", first.expose()),
        format!("curl 'https://a.example/?key={}&x=1#f'", first.expose()),
        format!("{{\"key\":\"{}\"}}", first.expose()),
        format!("é{}é {} .", first.expose(), first.expose()),
    ] {
        let found = candidates(&text);
        assert_eq!(found.len(), 1, "{}", text.len());
        assert_eq!(found[0].text.expose(), first.expose());
    }
    let all = format!("{} {}\n{}", first.expose(), second.expose(), third.expose());
    let kinds: Vec<&str> = candidates(&all)
        .iter()
        .map(|one| one.kind.as_str())
        .collect();
    assert_eq!(kinds, ["api_key", "client_secret", "operator_token"]);
    let (headless, cut) = (
        first.expose().get(1..).unwrap(),
        first.expose().get(..70).unwrap(),
    );
    for nothing in ["", "dw_live_", headless, cut] {
        assert!(candidates(nothing).is_empty());
    }
}

#[test]
fn only_a_text_whose_digest_stands_in_the_record_is_a_leak() {
    let mut house = House::new();
    let (api_key, secret) = house.api_key();
    let genuine = Standing::Genuine(Condition::Accepted);
    assert_eq!(house.standing(&secret, Some(&of(&api_key)), at(1)), genuine);
    assert_eq!(house.standing(&secret, None, at(1)), Standing::Unknown);

    // Whoever knows the id can write a text with a right checksum under it.
    let forged = MintedApiKey::mint_again(
        api_key.id.clone(),
        house.environment.class,
        &DigestKey::new([9; 32]),
        &mut house.entropy,
    );
    let forged = house.standing(&forged.secret, Some(&of(&api_key)), at(1));
    assert_eq!(forged, Standing::OtherSecret);

    let (other, _) = house.api_key();
    let other = house.standing(&secret, Some(&of(&other)), at(1));
    assert_eq!(other, Standing::OtherSecret);

    house.environment.class = EnvironmentClass::Sandbox;
    let elsewhere = house.standing(&secret, Some(&of(&api_key)), at(1));
    assert_eq!(elsewhere, Standing::OtherEnvironment);
}

/// Whatever kind it is, whatever it named and whenever it is found: under a
/// retired digest key nothing is left to cut off, and under another one it is.
#[test]
fn what_stands_under_a_retired_digest_key_is_not_live() {
    let mut house = House::new();
    let (api_key, secret) = house.api_key();
    let (rotating, newer) = house.rotating(&api_key, DAY);
    let mut old = api_key.clone();
    old.digest_key = None;
    let mut suspended = of(&api_key);
    if let Leaked::ApiKey(record) = &mut suspended {
        let plan = api_key::suspend(record, "seen", &origin(), at(1)).unwrap();
        **record = plan.outcome;
    }
    let mut revoked = of(&api_key);
    if let Leaked::ApiKey(record) = &mut revoked {
        record.revocation = Some(crate::accountability::Revocation {
            at: at(1),
            reason: "x".into(),
        });
    }
    let (client, client_secret) = house.client();
    let (token, token_secret) = house.operator_token();
    let gone = |number: u8| -> RetiredDigestKeys {
        let id = DigestKey::new([number; 32]).id();
        std::iter::once((id, at(2))).collect()
    };
    let dead = Condition::DigestKeyRetired;
    for (secret, record, before, named) in [
        (&secret, &of(&api_key), Condition::Accepted, true),
        (&secret, &of(&old), Condition::Accepted, false),
        (&secret, &of(&rotating), Condition::Accepted, true),
        (&newer, &of(&rotating), Condition::Accepted, true),
        (&secret, &suspended, Condition::Suspended, true),
        (&client_secret, &client, Condition::Accepted, true),
        (&token_secret, &token, Condition::Accepted, true),
    ] {
        let standing = |retired: &RetiredDigestKeys| {
            house.standing_with(secret, Some(record), retired, at(2 * DAY))
        };
        assert_eq!(standing(&gone(3)), Standing::Genuine(dead));
        // One that names no key may stand under any of them.
        let other = if named { before } else { dead };
        assert_eq!(standing(&gone(4)), Standing::Genuine(other));
    }
    let standing = house.standing_with(&secret, Some(&revoked), &gone(3), at(2 * DAY));
    assert_eq!(standing, Standing::Genuine(Condition::Revoked));
    for policy in [Policy::Revoke, Policy::Suspend, Policy::Notify] {
        let done = Done::by(policy, credential::CredentialKind::ApiKey, dead);
        assert_eq!(done, Done::NothingToCutOff);
    }
}

#[test]
fn every_kind_and_condition_is_told_apart() {
    let mut house = House::new();
    let (mut api_key, secret) = house.api_key();
    let condition = |house: &House, secret: &Secret, record: &Leaked, seconds| match house.standing(
        secret,
        Some(record),
        at(seconds),
    ) {
        Standing::Genuine(condition) => condition,
        other => panic!("{other:?}"),
    };
    for (leaked, secret) in [house.client(), house.operator_token()] {
        assert_eq!(condition(&house, &secret, &leaked, 1), Condition::Accepted);
        assert_eq!(
            condition(&house, &secret, &leaked, 100 * DAY),
            Condition::Expired
        );
        let other = House {
            digest_key: DigestKey::new([4; 32]),
            ..House::new()
        };
        assert_eq!(
            other.standing(&secret, Some(&leaked), at(1)),
            Standing::OtherSecret
        );
    }
    assert_eq!(
        condition(&house, &secret, &of(&api_key), 30 * DAY),
        Condition::Expired
    );

    let (mut rotating, newer) = house.rotating(&api_key, DAY);
    for secret in [&secret, &newer] {
        assert_eq!(
            condition(&house, secret, &of(&rotating), 2 * DAY),
            Condition::Accepted
        );
    }
    assert_eq!(
        condition(&house, &secret, &of(&rotating), 8 * DAY),
        Condition::Superseded
    );
    assert_eq!(
        condition(&house, &newer, &of(&rotating), 40 * DAY),
        Condition::Accepted
    );
    rotating.rotation.as_mut().unwrap().cut_over_at = Some(at(2 * DAY));
    assert_eq!(
        condition(&house, &secret, &of(&rotating), 2 * DAY),
        Condition::Superseded
    );
    assert_eq!(
        condition(&house, &newer, &of(&rotating), 2 * DAY),
        Condition::Accepted
    );

    let suspended = api_key::suspend(&api_key, "odd", &origin(), at(5)).unwrap();
    let suspended = suspended.outcome;
    assert_eq!(suspended.version, api_key.version + 1);
    assert_eq!(
        condition(&house, &secret, &of(&suspended), 5),
        Condition::Suspended
    );
    assert_eq!(
        condition(&house, &secret, &of(&suspended), 4),
        Condition::Suspended,
        "a clock that was set back opens nothing"
    );
    // Nobody has reviewed it in time: a review brings it back, and no resuming.
    let mut lapsed = api_key.clone();
    if let Some(review) = lapsed.review.as_mut() {
        review.suspends_at = at(DAY);
    }
    assert_eq!(
        condition(&house, &secret, &of(&lapsed), DAY),
        Condition::Lapsed
    );
    lapsed.suspension.clone_from(&suspended.suspension);
    assert_eq!(
        condition(&house, &secret, &of(&lapsed), DAY),
        Condition::Suspended
    );
    api_key.revocation = Some(crate::accountability::Revocation {
        at: at(1),
        reason: "x".into(),
    });
    assert_eq!(
        condition(&house, &secret, &of(&api_key), 60 * DAY),
        Condition::Revoked
    );
}

fn actions(plan: &Plan<Done>) -> Vec<Action> {
    plan.writes.audit.iter().map(|event| event.action).collect()
}

#[test]
fn the_policy_decides_and_what_is_over_is_left_alone() {
    let mut house = House::new();
    let (api_key, _) = house.api_key();
    let (client, _) = house.client();
    let (operator_token, _) = house.operator_token();
    let leaked = of(&api_key);
    let report = |leaked: &Leaked, condition, policy| {
        report(leaked, (condition, policy), &place(), &origin(), at(9)).unwrap()
    };

    let plan = report(&leaked, Condition::Accepted, Policy::Revoke);
    assert_eq!(plan.outcome, Done::Revoked);
    assert_eq!(
        actions(&plan),
        [Action::LeakReported, Action::ApiKeyRevoked]
    );
    assert!(
        matches!(&plan.writes.effects[..], [Effect::RevokeApiKey { reason, .. }]
        if reason == "leaked: found at https://git.example/acme/app")
    );

    let plan = report(&leaked, Condition::Accepted, Policy::Suspend);
    assert_eq!(plan.outcome, Done::Suspended);
    assert!(
        matches!(&plan.writes.effects[..], [Effect::ReplaceApiKey { from: 0, record }]
        if record.suspension.as_ref().is_some_and(|suspension| suspension.at == at(9)))
    );
    assert_eq!(plan.writes.changes.len(), 1);

    let plan = report(&leaked, Condition::Accepted, Policy::Notify);
    assert_eq!(plan.outcome, Done::Notified);
    assert_eq!(actions(&plan), [Action::LeakReported]);
    assert!(plan.writes.effects.is_empty() && plan.writes.changes.is_empty());

    for leaked in [&client, &operator_token] {
        for policy in [Policy::Revoke, Policy::Suspend] {
            let plan = report(leaked, Condition::Accepted, policy);
            assert_eq!(
                (plan.outcome, plan.writes.effects.len()),
                (Done::Revoked, 1)
            );
        }
    }
    for condition in [
        Condition::Superseded,
        Condition::Expired,
        Condition::Revoked,
    ] {
        for policy in [Policy::Revoke, Policy::Suspend, Policy::Notify] {
            let plan = report(&leaked, condition, policy);
            assert_eq!(plan.outcome, Done::NothingToCutOff);
            assert!(plan.writes.effects.is_empty());
        }
    }
    // A suspension is no end: the stricter policy still revokes.
    let plan = report(&leaked, Condition::Suspended, Policy::Revoke);
    assert_eq!(plan.outcome, Done::Revoked);
    let plan = report(&leaked, Condition::Suspended, Policy::Suspend);
    assert_eq!(plan.outcome, Done::NothingToCutOff);

    let marked = exposure(&client, at(9));
    assert_eq!(marked.credential.kind.as_str(), "client_credentials");
    assert!(marked.usage.exposures.contains_key(&Exposure::Report));
    assert_eq!(marked.usage.seen, None, "a report is no request");
}

/// Whatever is done about a key that leaked: what people do with it afterwards in
/// good faith does not let the leaked secret in again.
#[test]
fn what_leaked_while_its_review_had_lapsed_does_not_come_back_by_a_review() {
    let mut house = House::new();
    let (mut api_key, secret) = house.api_key();
    if let Some(review) = api_key.review.as_mut() {
        review.suspends_at = at(DAY);
    }
    for policy in [Policy::Revoke, Policy::Suspend] {
        let now = at(DAY + 1);
        let Standing::Genuine(condition) = house.standing(&secret, Some(&of(&api_key)), now) else {
            panic!("it is genuine")
        };
        let how = (condition, policy);
        let plan = report(&of(&api_key), how, &place(), &origin(), now).unwrap();
        let held = match plan.writes.effects.as_slice() {
            [Effect::RevokeApiKey { .. }] => continue,
            [Effect::ReplaceApiKey { record, .. }] => record.clone(),
            other => panic!("{policy:?}: {other:?}"),
        };
        let reviewed = api_key::review(&held, "needed", &origin(), now)
            .unwrap()
            .outcome;
        let standing = house.standing(&secret, Some(&of(&reviewed)), now);
        assert_eq!(
            standing,
            Standing::Genuine(Condition::Suspended),
            "{policy:?}"
        );
    }
}

#[test]
fn a_place_is_one_line_without_a_credential() {
    let mut house = House::new();
    let (_, secret) = house.api_key();
    let long = "x".repeat(LONGEST_PLACE + 1);
    let with_secret = format!("https://a.example/?key={}", secret.expose());
    for wrong in ["", "  ", "a\nb", "a\u{1b}[2Jb", &long, &with_secret] {
        let finding = Place::parse(Some(wrong)).unwrap_err();
        assert!(!format!("{finding:?}").contains(secret.expose()));
        let kept = Place::of_partner("github", wrong);
        assert!(!kept.as_str().contains(secret.expose()));
        assert!(kept.as_str().starts_with("github: "));
    }
    assert!(Place::parse(None).is_err());
    assert_eq!(Place::parse(Some(" a b ")).unwrap().as_str(), "a b");
    assert!(Place::parse(Some(&"é".repeat(LONGEST_PLACE))).is_ok());
}

#[test]
fn what_a_credential_reaches_is_what_the_inventory_lets_it() {
    let mut house = House::new();
    let (api_key, _) = house.api_key();
    let names = |leaked: &Leaked| -> Vec<String> {
        let reached = reach(leaked, &house.inventory, at(1));
        reached
            .into_iter()
            .map(|one| one.endpoint.to_string())
            .collect()
    };
    assert_eq!(names(&of(&api_key)), ["weather.forecast"]);
    let mut broad = api_key.clone();
    broad.scopes = credential::ScopeSet::parse("read:forecast write:payouts read:profile").unwrap();
    // The payouts take a token alone, which the key can be exchanged for.
    assert_eq!(names(&of(&broad)), ["weather.payouts", "weather.forecast"]);
    let reached = reach(&of(&broad), &house.inventory, at(1));
    assert_eq!(reached[0].kind.as_str(), "client_credentials");
    assert_eq!(reached[1].kind.as_str(), "api_key");
    let counts: Vec<_> = by_consequence(&reached).into_iter().collect();
    assert_eq!(
        counts,
        [
            (boundary::Consequence::Read, 1),
            (boundary::Consequence::Sensitive, 1)
        ]
    );
    broad.scopes = credential::ScopeSet::parse("read:profile").unwrap();
    assert!(names(&of(&broad)).is_empty());
    let house = &mut House::new();
    let (token, _) = house.operator_token();
    assert!(reach(&token, &house.inventory, at(1)).is_empty());
}

fn seen(first: u64, last: u64, requests: u64) -> Seen {
    Seen {
        first_at: at(first),
        last_at: at(last),
        requests,
    }
}

fn used(networks: &[(&str, Seen)]) -> Usage {
    let mut usage = Usage::default();
    for (network, seen) in networks {
        let mut one = Usage {
            seen: Some(*seen),
            ..Usage::default()
        };
        one.networks.insert(network.parse().unwrap(), *seen);
        usage.add(&one);
    }
    usage
}

#[test]
fn the_first_odd_use_is_from_a_network_that_was_not_there_before() {
    let usage = used(&[
        ("192.0.2.0/24", seen(0, 40 * DAY, 900)),
        ("198.51.100.0/24", seen(3 * DAY, 20 * DAY, 50)),
        ("203.0.113.0/24", seen(30 * DAY, 40 * DAY, 7)),
        ("2001:db8::/48", seen(35 * DAY, 36 * DAY, 5)),
    ]);
    let endpoint: Name = "weather.forecast".parse().unwrap();
    let permit = |at| Recorded {
        at,
        act: Act::Permit(Some(endpoint.clone())),
    };
    let denial = |at| Recorded {
        at,
        act: Act::Denial(None),
    };
    let recorded = [
        permit(at(DAY)),
        permit(at(30 * DAY)),
        denial(at(31 * DAY)),
        permit(at(32 * DAY)),
    ];
    let trail = trail(&usage, recorded);
    let odd = OddUse::Network("203.0.113.0/24".parse().unwrap());
    assert_eq!(trail.first_odd, Some((at(30 * DAY), odd)));
    assert_eq!(trail.odd_networks.len(), 2);
    assert_eq!((trail.requests_at_least, trail.requests_at_most), (12, 912));
    assert_eq!((trail.permits, trail.denials), (2, 1));
    assert_eq!(trail.endpoints.get(&endpoint), Some(&2));
}

#[test]
fn what_carries_half_of_the_requests_is_usual_however_late_it_came() {
    let usage = used(&[
        ("192.0.2.0/24", seen(0, 9 * DAY, 100)),
        ("203.0.113.0/24", seen(10 * DAY, 40 * DAY, 100)),
    ]);
    assert_eq!(trail(&usage, []).first_odd, None);
    let mut usage = used(&[("192.0.2.0/24", seen(0, 40 * DAY, 100))]);
    usage
        .fingerprints
        .insert("a".repeat(16), seen(0, 40 * DAY, 90));
    usage
        .fingerprints
        .insert("b".repeat(16), seen(20 * DAY, 40 * DAY, 10));
    let found = trail(&usage, []);
    assert_eq!(
        found.first_odd,
        Some((at(20 * DAY), OddUse::Fingerprint("b".repeat(16))))
    );
    assert_eq!((found.requests_at_least, found.requests_at_most), (10, 100));
}

#[test]
fn use_that_is_too_young_to_have_habits_is_all_odd() {
    let usage = used(&[
        ("192.0.2.0/24", seen(0, DAY, 90)),
        ("203.0.113.0/24", seen(DAY, 2 * DAY, 10)),
    ]);
    let found = trail(&usage, []);
    assert_eq!(found.first_odd, Some((at(0), OddUse::TooYoung)));
    assert_eq!(found.odd_networks.len(), 2);
    assert_eq!(
        (found.requests_at_least, found.requests_at_most),
        (100, 100)
    );
    let unused = trail(&Usage::default(), []);
    assert_eq!(unused, Trail::default());
}

proptest! {
    #[test]
    fn the_bounds_of_odd_requests_hold(
        parts in proptest::collection::vec((0..60_u64, 0..30_u64, 1..500_u64), 1..8)
    ) {
        let mut usage = Usage::default();
        for (number, (first, length, requests)) in parts.iter().enumerate() {
            let seen = seen(first * DAY, (first + length) * DAY, *requests);
            let mut one = Usage { seen: Some(seen), ..Usage::default() };
            one.networks.insert(format!("10.0.{number}.0/24").parse().unwrap(), seen);
            usage.add(&one);
        }
        let found = trail(&usage, []);
        prop_assert!(found.requests_at_least <= found.requests_at_most);
        prop_assert!(found.requests_at_most <= usage.seen.unwrap().requests);
        prop_assert_eq!(found.first_odd.is_some(), !found.odd_networks.is_empty());
    }
}

#[test]
fn the_steps_name_people_and_commands_that_can_be_copied() {
    let mut house = House::new();
    let (api_key, _) = house.api_key();
    let leaked = of(&api_key);
    let text = |condition, done| {
        let steps = steps(&leaked, (condition, done), &place());
        let lines = steps
            .into_iter()
            .map(|step| format!("{} {:?}", step.what, step.command));
        lines.collect::<Vec<_>>().join("\n")
    };
    let revoked = text(Condition::Accepted, Done::Revoked);
    for part in [
        "team-weather",
        "acme",
        "weather-oncall",
        "https://git.example/acme/app",
    ] {
        assert!(revoked.contains(part), "{revoked}");
    }
    assert!(revoked.contains(r"doorward key create --organisation acme --owner team-weather --purpose 'Anna'\\''s import' --revoker weather-oncall --scope read:forecast --audience 'https://api.example.com/weather' --expires-in 30d"), "{revoked}");
    let revoke = format!("doorward key revoke {} --reason leaked", api_key.id);
    assert!(!revoked.contains(&revoke));
    for (condition, done) in [
        (Condition::Accepted, Done::Notified),
        (Condition::Accepted, Done::Suspended),
        (Condition::Suspended, Done::NothingToCutOff),
    ] {
        assert!(text(condition, done).contains(&revoke), "{condition:?}");
    }
    // The next one is bound as the one that leaked was.
    let mut bound = api_key.clone();
    bound.networks = vec![
        "10.0.0.0/8".parse().unwrap(),
        "2001:db8::/32".parse().unwrap(),
    ];
    bound.limit = Some(snapshot::RateLimit {
        requests: 100,
        per_seconds: 60,
    });
    let steps = steps(&of(&bound), (Condition::Accepted, Done::Revoked), &place());
    let next = steps.iter().find_map(|step| step.command.as_deref());
    let end = "--network 10.0.0.0/8 --network 2001:db8::/32 --limit 100/60s";
    assert!(
        next.is_some_and(|command| command.ends_with(end)),
        "{next:?}"
    );

    let superseded = text(Condition::Superseded, Done::NothingToCutOff);
    assert!(superseded.contains("rollback"), "{superseded}");
    assert!(!superseded.contains("key create"), "{superseded}");
}
