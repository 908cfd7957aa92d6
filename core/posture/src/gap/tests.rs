//! Each rule alone: what it finds, what it lets be, and its edge.

use std::collections::BTreeSet;

use base::{Lifetime, Timestamp};
use boundary::Inventory;
use credential::{CredentialKind, ScopeSet};
use snapshot::{CredentialRef, Exposure, Seen, Usage, UsageReport};

use super::*;
use crate::{DotEnvFile, Ended, Owner, OwnerKind, RevokePath, RowKind, Storage, StorageLevel};

const DAY: u64 = 86_400;

fn days(days: u64) -> Lifetime {
    Lifetime::from_secs(days * DAY)
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000).unwrap()
}

fn inventory(endpoints: usize) -> Inventory {
    let endpoints: Vec<serde_json::Value> = (0..endpoints)
        .map(|number| {
            serde_json::json!({
                "id": format!("e{number}"),
                "matches": format!("GET /e{number}"),
                "facts": {
                    "caller": "service", "authority": "own", "data": "own",
                    "exposure": "internal", "consequence": "read",
                },
                "demand": {
                    "accepts": ["api_key"],
                    "scopes": [if number == 0 { "read:zero" } else { "read:more" }],
                    "max_token_age": "30m", "max_feed_lag": "10m", "when_lagging": "deny",
                    "live_check_beyond_age": false, "limit_per_address": false,
                    "record": "denials", "reasons": [],
                },
                "owner": "team", "revoker": "oncall", "surface": "s",
            })
        })
        .collect();
    let api = serde_json::json!({ "apis": [{
        "name": "a", "audience": "https://api.example.com/a", "upstream": "http://127.0.0.1:9",
        "owner": "team", "surface": "s", "endpoints": endpoints,
    }]});
    serde_json::from_value(api).unwrap()
}

/// A row without any gap.
fn good() -> Row {
    let seen = Seen {
        first_at: now().before(days(20)),
        last_at: now().before(days(1)),
        requests: 4711,
    };
    Row {
        kind: RowKind::ApiKey,
        id: "k0123456789abcde".to_owned(),
        presented_as: vec![CredentialKind::ApiKey],
        types: vec!["api_key".to_owned()],
        actor: Some("service of acme: x".to_owned()),
        scopes: ScopeSet::parse("read:more read:zero").unwrap(),
        audiences: vec!["https://api.example.com/a".to_owned()],
        owns_paths: false,
        owner: Some(Owner {
            name: "team-a".parse().unwrap(),
            kind: OwnerKind::Service,
        }),
        organisation: Some("acme".parse().unwrap()),
        revoke: RevokePath::of(RowKind::ApiKey, "k0123456789abcde"),
        storage: Some(storage(StorageLevel::SecretsManager)),
        created_at: Some(now().before(days(20))),
        secret_since: Some(now().before(days(20))),
        longest_age: Some(days(90)),
        expires_at: Some(now().after(days(70))),
        is_ahead: false,
        has_successor: false,
        ended: None,
        usage: Some(Usage {
            seen: Some(seen),
            ..Usage::default()
        }),
        is_watched: true,
        last_drill_at: None,
    }
}

fn storage(level: StorageLevel) -> Storage {
    Storage {
        level,
        place: "somewhere".to_owned(),
        transport: Some("sealed".to_owned()),
        readers: vec!["job".to_owned()],
        readable_by_others: None,
    }
}

struct World {
    inventory: Inventory,
    production: bool,
    gone: BTreeSet<base::Name>,
    dot_env: Vec<DotEnvFile>,
}

impl World {
    fn new() -> Self {
        Self {
            inventory: inventory(3),
            production: true,
            gone: BTreeSet::new(),
            dot_env: Vec::new(),
        }
    }

    fn found(&self, row: &Row) -> Vec<GapRule> {
        let surroundings = Surroundings {
            inventory: &self.inventory,
            production: self.production,
            gone_owners: &self.gone,
            dot_env: &self.dot_env,
            thresholds: Thresholds::default(),
            now: now(),
        };
        let gaps = of_row(row, &surroundings);
        for gap in &gaps {
            assert!(gap.finding.sentence.ends_with('.'), "{gap:?}");
            assert!(!gap.finding.fix.is_empty() && gap.id == row.id, "{gap:?}");
        }
        gaps.into_iter().map(|gap| gap.rule).collect()
    }
}

type Edit = fn(&mut Row);

/// What is done to a good row, and what is found then.
#[rustfmt::skip] // one row, one case
const CASES: &[(&str, Edit, &[GapRule])] = &[
    ("nothing", |_| {}, &[]),
    ("no type", |row| row.types.clear(), &[GapRule::RowIncomplete]),
    ("no actor", |row| row.actor = None, &[GapRule::RowIncomplete]),
    ("no scope", |row| row.scopes = ScopeSet::empty(), &[GapRule::RowIncomplete]),
    ("no audience", |row| row.audiences.clear(), &[GapRule::RowIncomplete]),
    ("no owner", |row| row.owner = None, &[GapRule::RowIncomplete]),
    ("no revoke path", |row| row.revoke = None, &[GapRule::RowIncomplete]),
    ("never used, too young", |row| { row.usage = None; row.created_at = Some(now().before(days(29))); }, &[]),
    ("never used", |row| { row.usage = None; row.created_at = Some(now().before(days(30))); row.last_drill_at = Some(now()); }, &[GapRule::NeverUsed]),
    ("never used, and nobody looks", |row| { row.usage = None; row.is_watched = false; }, &[]),
    ("used 89 days ago", |row| used(row, 89), &[]),
    ("used 90 days ago", |row| used(row, 90), &[GapRule::Unused]),
    ("a scope unused", |row| watched(row, &["e0"]), &[GapRule::ScopeUnused]),
    ("each scope used", |row| watched(row, &["e0", "e1"]), &[]),
    ("a scope unused, for all that can be told", |row| { watched(row, &["e0"]); row.usage.as_mut().unwrap().untold = 1; }, &[]),
    ("90 days old", |row| row.secret_since = Some(now().before(days(90))), &[]),
    ("older", |row| row.secret_since = Some(now().before(days(91))), &[GapRule::OlderThanPolicy]),
    ("ends in 15 days", |row| row.expires_at = Some(now().after(days(15))), &[]),
    ("ends in 14 days", |row| row.expires_at = Some(now().after(days(14))), &[GapRule::EndsWithoutSuccessor]),
    ("ends in 14 days, rotated", |row| { row.expires_at = Some(now().after(days(14))); row.has_successor = true; }, &[]),
    ("ends in 14 days, unneeded", |row| { row.expires_at = Some(now().after(days(14))); row.usage = None; }, &[]),
    ("never drilled", |row| row.created_at = Some(now().before(days(30))), &[GapRule::DrillMissing]),
    ("drilled", |row| { row.created_at = Some(now().before(days(300))); row.last_drill_at = Some(now().before(days(180))); }, &[]),
    ("drilled long ago", |row| { row.created_at = Some(now().before(days(300))); row.last_drill_at = Some(now().before(days(181))); }, &[GapRule::DrillMissing]),
    ("exposed", |row| exposed(row, 1), &[GapRule::Exposed]),
    ("exposed before its rotation", |row| exposed(row, 21), &[]),
    ("no storage", |row| row.storage = None, &[GapRule::SecretPathMissing]),
    ("no storage, of a kind that has no place for it", |row| { row.storage = None; row.kind = RowKind::Client; }, &[]),
    ("build system", |row| row.storage = Some(storage(StorageLevel::CiVariable)), &[GapRule::CiVariable]),
    ("shared", |row| row.storage = Some(storage(StorageLevel::SharedStorage)), &[GapRule::SharedStorage]),
    (".env", |row| row.storage = Some(storage(StorageLevel::DotEnv)), &[GapRule::DotEnv]),
    ("environment", |row| row.storage = Some(storage(StorageLevel::Environment)), &[GapRule::EnvironmentVariable]),
    ("file", |row| row.storage = Some(storage(StorageLevel::File)), &[]),
    ("file of others", |row| readable(row, true), &[GapRule::ReadableByOthers]),
    ("file of its own", |row| readable(row, false), &[]),
    ("three readers", |row| readers(row, 3), &[]),
    ("four readers", |row| readers(row, 4), &[GapRule::TooManyReaders]),
    ("revoked", |row| row.ended = Some(Ended::Revoked(now())), &[]),
    ("revoked and still presented", |row| row.ended = Some(Ended::Revoked(now().before(days(2)))), &[GapRule::UsedAfterEnd]),
    ("expired and still presented", |row| row.ended = Some(Ended::Expired(now().before(days(2)))), &[GapRule::UsedAfterEnd]),
    ("suspended and still presented", |row| row.ended = Some(Ended::Suspended(now().before(days(2)))), &[]),
];

fn used(row: &mut Row, ago: u64) {
    let seen = row.usage.as_mut().unwrap().seen.as_mut().unwrap();
    seen.last_at = now().before(days(ago));
}

fn watched(row: &mut Row, endpoints: &[&str]) {
    let usage = row.usage.as_mut().unwrap();
    let seen = usage.seen.as_mut().unwrap();
    seen.first_at = now().before(days(30));
    for id in endpoints {
        usage.endpoints.insert(id.parse().unwrap(), *seen);
    }
}

fn exposed(row: &mut Row, ago: u64) {
    let usage = row.usage.as_mut().unwrap();
    let seen = Seen::once(now().before(days(ago)));
    usage.exposures.insert(Exposure::Query, seen);
}

fn readable(row: &mut Row, by_others: bool) {
    let mut file = storage(StorageLevel::File);
    file.readable_by_others = Some(by_others);
    row.storage = Some(file);
}

fn readers(row: &mut Row, count: usize) {
    let mut many = storage(StorageLevel::SecretsManager);
    many.readers = (0..count).map(|number| format!("r{number}")).collect();
    row.storage = Some(many);
}

#[test]
fn each_rule_finds_what_it_says_and_nothing_else() {
    let world = World::new();
    for (name, edit, expected) in CASES {
        let mut row = good();
        edit(&mut row);
        assert_eq!(world.found(&row), *expected, "{name}");
    }
}

#[test]
fn every_rule_of_the_tables_is_found_by_a_case() {
    let found: BTreeSet<GapRule> = CASES
        .iter()
        .flat_map(|(_, _, rules)| *rules)
        .copied()
        .collect();
    let elsewhere = [GapRule::OwnerGone, GapRule::WideReach];
    for (rule, _) in LIVE.iter().chain(ENDED) {
        assert!(
            found.contains(rule) || elsewhere.contains(rule),
            "{}",
            rule.as_str()
        );
    }
}

#[test]
fn a_row_whose_owner_has_left_has_nobody_behind_it() {
    let mut world = World::new();
    world.gone.insert("team-b".parse().unwrap());
    assert_eq!(world.found(&good()), []);
    world.gone.insert("team-a".parse().unwrap());
    assert_eq!(world.found(&good()), [GapRule::OwnerGone]);
}

#[test]
fn a_key_that_opens_more_than_twenty_endpoints_reaches_wide() {
    let mut world = World::new();
    for (endpoints, expected) in [(20, &[][..]), (21, &[GapRule::WideReach][..])] {
        world.inventory = inventory(endpoints);
        assert_eq!(world.found(&good()), expected, "{endpoints}");
    }
    // What it lacks the scope for it does not reach.
    let mut narrow = good();
    narrow.scopes = ScopeSet::parse("read:zero").unwrap();
    assert_eq!(world.found(&narrow), []);
}

#[test]
fn a_credential_of_production_in_a_dot_env_file_is_found_there() {
    let mut world = World::new();
    world.dot_env = vec![DotEnvFile {
        path: "/etc/doorward/.env".to_owned(),
        holds: vec![(RowKind::ApiKey, good().id)],
    }];
    assert_eq!(world.found(&good()), [GapRule::DotEnv]);
    let mut other = good();
    other.id = "kzzzzzzzzzzzzzzz".to_owned();
    assert_eq!(world.found(&other), []);
    world.production = false;
    for level in [StorageLevel::DotEnv, StorageLevel::Environment] {
        let mut row = good();
        row.storage = Some(storage(level));
        assert_eq!(world.found(&row), [], "a sandbox may");
    }
}

#[test]
fn what_traffic_shows_and_no_complete_row_describes_is_a_gap() {
    let report = UsageReport {
        credential: CredentialRef {
            kind: CredentialKind::ClientCredentials,
            id: "partner/batch".to_owned(),
        },
        usage: good().usage.unwrap(),
    };
    assert_eq!(unregistered(&report, Some(&good())), None);
    let mut incomplete = good();
    incomplete.owner = None;
    for (row, says) in [
        (None, "no row describes it"),
        (Some(&incomplete), "no owner"),
    ] {
        let gap = unregistered(&report, row).unwrap();
        assert_eq!(
            (gap.rule, gap.kind, gap.id.as_str()),
            (GapRule::Unregistered, "client_credentials", "partner/batch")
        );
        assert!(gap.finding.sentence.contains("4711"), "{gap:?}");
        assert!(gap.finding.sentence.contains(says), "{gap:?}");
    }
}

/// One key for everything: too many endpoints or too many scopes, whichever is
/// first, and of a caller's credential alone.
#[test]
fn a_reach_is_wide_from_the_threshold_on() {
    let most = Thresholds::default();
    for endpoints in [1, most.endpoints, most.endpoints + 1] {
        for scopes in [2, most.scopes - 1, most.scopes, most.scopes + 1, 40] {
            for kind in [RowKind::ApiKey, RowKind::Client, RowKind::SigningKey] {
                let mut world = World::new();
                world.inventory = inventory(endpoints);
                let mut row = good();
                row.kind = kind;
                let more = (2..scopes).map(|number| format!("read:r{number}").parse().unwrap());
                row.scopes = row.scopes.iter().cloned().chain(more).collect();
                let is_wide = endpoints > most.endpoints || scopes > most.scopes;
                let expected = is_wide && kind != RowKind::SigningKey;
                let found = world.found(&row).contains(&GapRule::WideReach);
                assert_eq!(
                    found, expected,
                    "{endpoints} endpoints, {scopes} scopes, {kind}"
                );
            }
        }
    }
}
