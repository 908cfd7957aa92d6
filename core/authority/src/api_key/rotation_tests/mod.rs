//! Rotations: each act in and out of its stage, and all of them against a model.

mod model;

use base::{Digest, Lifetime, SeededEntropy, Timestamp};
use credential::{DigestKey, Environment, EnvironmentClass, PresentedApiKey};
use snapshot::{Seen, Usage};

use super::*;
use crate::accountability::{Accountability, Revocation};
use crate::audit::{Action, Actor, Origin};
use crate::{Effect, Plan, Refusal, Writes};

const DAY: u64 = 86_400;

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

fn first(expires_at: Timestamp) -> ApiKey {
    ApiKey::new(
        credential::ApiKeyId::generate(&mut SeededEntropy::new(7)),
        "production".parse().unwrap(),
        Accountability {
            organisation: "acme".parse().unwrap(),
            owner: "team-weather".parse().unwrap(),
            purpose: "nightly import".into(),
            revoker: "oncall".parse().unwrap(),
        },
        (
            credential::ScopeSet::parse("read:forecast").unwrap(),
            "https://api.example.com/weather".parse().unwrap(),
        ),
        (Digest::new([1; 32]), DigestKey::new([1; 32]).id()),
        (at(0), expires_at),
    )
}

fn asked(overlap: Option<u64>, expires_in: Option<u64>) -> RotationRequest {
    let text = |seconds: u64| format!("{seconds}s");
    RotationRequest {
        overlap: overlap.map(text),
        expires_in: expires_in.map(text),
    }
}

fn turn(
    api_key: &ApiKey,
    request: &RotationRequest,
    now: Timestamp,
    seed: u64,
) -> Result<Plan<RotatedApiKey>, Refusal> {
    let environment = Environment {
        name: "production".parse().unwrap(),
        class: EnvironmentClass::Production,
    };
    let mut used = Usage::default();
    for (generation, requests) in [(1, 3), (2, 4)] {
        let seen = Seen {
            requests,
            ..Seen::once(at(0))
        };
        used.generations.insert(generation, seen);
    }
    let facts = RotationFacts {
        environment: &environment,
        digest_key: &DigestKey::new([1; 32]),
        used: &used,
    };
    let mut entropy = SeededEntropy::new(seed);
    rotate(api_key, request, facts, &origin(), now, &mut entropy)
}

/// What a store makes of it: the precondition holds and the record is the next.
fn write(held: &mut ApiKey, writes: Writes) {
    let [Effect::ReplaceApiKey { from, record }] = writes.effects.as_slice() else {
        panic!("one effect: {writes:?}")
    };
    assert_eq!((*from, record.version), (held.version, held.version + 1));
    assert!(!writes.audit.is_empty());
    let [snapshot::Change::ApiKeyPut(entry)] = writes.changes.as_slice() else {
        panic!("one change: {writes:?}")
    };
    let json = |entry: &snapshot::ApiKeyEntry| serde_json::to_value(entry).unwrap();
    assert_eq!(json(entry), json(&record.entry()));
    *held = ApiKey::clone(record);
}

fn detail(refused: Result<impl Sized, Refusal>) -> String {
    match refused {
        Err(Refusal::WrongStage { detail, fix }) => {
            assert!(!fix.is_empty());
            detail
        }
        Err(refusal) => panic!("{refusal:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

fn fields(refused: Result<impl Sized, Refusal>) -> Vec<&'static str> {
    match refused {
        Err(Refusal::Invalid(findings)) => findings.iter().map(|finding| finding.field).collect(),
        Err(refusal) => panic!("{refusal:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[test]
fn a_newer_secret_has_the_same_id_and_is_written_nowhere() {
    let key = first(at(90 * DAY));
    let plan = turn(&key, &asked(None, None), at(10), 1).unwrap();
    let text = plan.outcome.secret.expose().to_owned();
    assert!(
        !serde_json::to_string(&plan.writes).unwrap().contains(&text),
        "the text is written nowhere"
    );
    let presented = PresentedApiKey::parse(&text).unwrap();
    assert_eq!(presented.id(), key.id.as_str());
    let rotation = plan.outcome.api_key.rotation.as_ref().unwrap();
    let digest = presented.digest(&DigestKey::new([1; 32]));
    assert!(digest.matches(&rotation.successor.digest));
    assert_eq!(rotation.successor.expires_at, at(10 + 90 * DAY));
    assert_eq!(rotation.ends_at, at(10 + 7 * DAY));
    assert_eq!(rotation.used_before, 3);
}

#[test]
fn no_secret_lives_longer_than_the_policy() {
    let mut key = first(at(90 * DAY));
    for (policy, longest) in [
        (RotationPolicy::Quarterly, 90),
        (
            RotationPolicy::Semiannual {
                improve_by: at(365 * DAY),
            },
            180,
        ),
        // Once it is quarterly no secret is older than 90 days.
        (
            RotationPolicy::Semiannual {
                improve_by: at(120 * DAY),
            },
            120,
        ),
        (
            RotationPolicy::Semiannual {
                improve_by: at(DAY),
            },
            90,
        ),
        (RotationPolicy::Semiannual { improve_by: at(0) }, 90),
    ] {
        key.rotation_policy = policy;
        let of = |request| turn(&key, &request, at(0), 1);
        let expires_at = |plan: Plan<RotatedApiKey>| {
            let rotation = plan.outcome.api_key.rotation.unwrap();
            rotation.successor.expires_at
        };
        assert_eq!(
            expires_at(of(asked(None, None)).unwrap()),
            at(longest * DAY)
        );
        let most = of(asked(None, Some(longest * DAY))).unwrap();
        assert_eq!(expires_at(most), at(longest * DAY));
        let more = of(asked(None, Some(longest * DAY + 1)));
        assert_eq!(fields(more), ["expires_in"], "{policy:?}");
    }
}

#[test]
fn what_is_wrong_with_the_times_is_said_at_once() {
    let key = first(at(90 * DAY));
    for (overlap, expires_in, expected) in [
        ("31d", "91d", vec!["overlap", "expires_in"]),
        ("0s", "0s", vec!["overlap", "expires_in"]),
        ("7", "a week", vec!["overlap", "expires_in"]),
        ("", "90d", vec!["overlap"]),
        ("-1d", "90d", vec!["overlap"]),
        ("2592001s", "90d", vec!["overlap"]),
        // The newer one would be the first to end.
        ("7d", "7d", vec!["expires_in"]),
        ("7d", "1d", vec!["expires_in"]),
    ] {
        let request = RotationRequest {
            overlap: Some(overlap.into()),
            expires_in: Some(expires_in.into()),
        };
        assert_eq!(
            fields(turn(&key, &request, at(0), 1)),
            expected,
            "{request:?}"
        );
    }
    // The older one's own end counts: a day after it the newer is alone.
    let brief = first(at(DAY));
    let plan = turn(&brief, &asked(Some(7 * DAY), Some(2 * DAY)), at(0), 1).unwrap();
    assert_eq!(plan.outcome.api_key.rotation.unwrap().ends_at, at(DAY));
}

#[test]
fn each_act_is_refused_out_of_its_stage() {
    let mut key = first(at(90 * DAY));
    let none = |key: &ApiKey, now| {
        for refused in [
            detail(cut_over(key, &origin(), now)),
            detail(roll_back(key, &origin(), now)),
        ] {
            assert!(refused.contains("nothing to"), "{refused}");
        }
        assert!(finish(key, &origin(), now).is_none());
    };
    none(&key, at(0));
    let plan = turn(&key, &asked(None, None), at(0), 1).unwrap();
    write(&mut key, plan.writes);
    let twice = detail(turn(&key, &asked(None, None), at(1), 2));
    assert!(twice.contains("being rotated"), "{twice}");
    assert!(finish(&key, &origin(), at(7 * DAY - 1)).is_none());
    let plan = cut_over(&key, &origin(), at(1)).unwrap();
    write(&mut key, plan.writes);
    let twice = detail(cut_over(&key, &origin(), at(2)));
    assert!(twice.contains("refused since"), "{twice}");

    // The end is an end, written down or not.
    for act in [cut_over, roll_back] {
        detail(act(&key, &origin(), at(7 * DAY)));
    }
    let finished = finish(&key, &origin(), at(7 * DAY)).unwrap();
    assert_eq!(finished.writes.audit[0].action, Action::ApiKeyRotationEnded);
    write(&mut key, finished.writes);
    none(&key, at(7 * DAY));

    // What has ended, or was revoked, has no acts.
    let ended = at(90 * DAY);
    let said = detail(turn(&key, &asked(None, None), ended, 3));
    assert!(said.contains("ended at"), "{said}");
    key.revocation = Some(Revocation {
        at: at(8 * DAY),
        reason: "left".into(),
    });
    let now = at(9 * DAY);
    for refused in [
        cut_over(&key, &origin(), now).map(|_| ()),
        roll_back(&key, &origin(), now).map(|_| ()),
        turn(&key, &asked(None, None), now, 3).map(|_| ()),
    ] {
        assert!(matches!(refused, Err(Refusal::AlreadyRevoked { .. })));
    }
    assert!(finish(&key, &origin(), now).is_none());
}

#[test]
fn a_suspended_key_can_be_rotated_away_from_what_leaked() {
    let mut key = first(at(90 * DAY));
    key.suspension = Some(Suspension {
        at: at(0),
        reason: "leaked".into(),
    });
    let plan = turn(&key, &asked(None, None), at(1), 1).unwrap();
    write(&mut key, plan.writes);
    let plan = cut_over(&key, &origin(), at(2)).unwrap();
    write(&mut key, plan.writes);
    assert!(key.suspension.is_some(), "it stays suspended");
}

#[test]
fn a_rotation_that_ended_unseen_is_told_with_the_next_act() {
    let mut key = first(at(90 * DAY));
    let plan = turn(&key, &asked(None, None), at(0), 1).unwrap();
    write(&mut key, plan.writes);
    let plan = turn(&key, &asked(None, None), at(8 * DAY), 2).unwrap();
    let actions: Vec<Action> = plan.writes.audit.iter().map(|event| event.action).collect();
    assert_eq!(
        actions,
        [Action::ApiKeyRotationEnded, Action::ApiKeyRotated]
    );
    assert_eq!(plan.outcome.api_key.generation, 2);
}

#[test]
fn a_rotation_that_ended_unseen_is_told_when_its_secret_path_is() {
    let mut key = first(at(90 * DAY));
    let plan = turn(&key, &asked(None, None), at(0), 1).unwrap();
    write(&mut key, plan.writes);
    let path = SecretPathRequest {
        level: Some("file".to_owned()),
        place: Some("/etc/weather/key".to_owned()),
        transport: Some("by hand".to_owned()),
        readers: vec!["ci-weather".to_owned()],
    };
    let plan = tell_secret_path(&key, &path, &origin(), at(8 * DAY)).unwrap();
    let actions: Vec<Action> = plan.writes.audit.iter().map(|event| event.action).collect();
    assert_eq!(
        actions,
        [Action::ApiKeyRotationEnded, Action::ApiKeySecretPathTold]
    );
    assert!(plan.outcome.rotation.is_none());
}

#[test]
fn only_the_first_secret_can_have_been_made_elsewhere() {
    let mut key = first(at(90 * DAY));
    key.imported_from = Some("kong".parse().unwrap());
    let plan = turn(&key, &asked(None, None), at(0), 1).unwrap();
    write(&mut key, plan.writes);
    assert!(key.entry().imported, "the older one is looked up as before");
    let plan = finish(&key, &origin(), at(7 * DAY)).unwrap();
    write(&mut key, plan.writes);
    assert!(!key.entry().imported);
    assert!(key.imported_from.is_some(), "where it came from is kept");
}
