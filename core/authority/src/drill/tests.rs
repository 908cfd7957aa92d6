//! What can be written down as a drill.

use base::{Digest, Lifetime, SeededEntropy, Timestamp};
use credential::DigestKey;

use super::*;
use crate::accountability::Accountability;
use crate::api_key::ApiKey;
use crate::audit::{Action, Actor, Origin};
use crate::{Effect, Plan, Refusal};
use DrillStepKind::{CutOver, RollBack, RollForward, Stage, Withdraw};

fn at(seconds: u64) -> Timestamp {
    let start = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
    start.after(Lifetime::from_secs(seconds))
}

fn request(outcome: DrillOutcome, steps: &[DrillStepKind]) -> DrillRequest {
    let step = |step: &DrillStepKind| DrillStep {
        step: *step,
        call_ms: 12,
        in_force_ms: Some(3),
    };
    DrillRequest {
        started_at: at(0),
        outcome,
        steps: steps.iter().map(step).collect(),
        networks: Vec::new(),
        notes: " nobody noticed\nanything ".to_owned(),
    }
}

fn ask(request: DrillRequest) -> Result<Plan<Drill>, Refusal> {
    let key = ApiKey::new(
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
        (at(0), at(90)),
    );
    let origin = Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o0123456789abcde".into()),
        environment: "production".parse().unwrap(),
    };
    let mut entropy = SeededEntropy::new(9);
    remember(&key, request, &origin, at(60), &mut entropy)
}

fn fields(request: DrillRequest) -> Vec<&'static str> {
    match ask(request) {
        Err(Refusal::Invalid(findings)) => findings.iter().map(|finding| finding.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_drill_is_written_down_with_who_did_it() {
    let whole = [Stage, CutOver, RollBack, RollForward];
    let plan = ask(request(DrillOutcome::Completed, &whole)).unwrap();
    let [Effect::RecordDrill(drill)] = plan.writes.effects.as_slice() else {
        panic!("one effect")
    };
    assert_eq!(drill, &plan.outcome);
    assert_eq!(drill.by, "o0123456789abcde");
    assert_eq!(drill.notes, "nobody noticed\nanything");
    assert_eq!(plan.writes.audit[0].action, Action::ApiKeyDrilled);
    assert!(plan.writes.changes.is_empty(), "gates need not know");
}

#[test]
fn the_steps_are_those_of_the_outcome() {
    let all = [Stage, CutOver, RollBack, RollForward, Withdraw];
    let mut sequences: Vec<Vec<DrillStepKind>> = vec![Vec::new()];
    for length in 0..5 {
        let longest: Vec<_> = sequences
            .iter()
            .filter(|one| one.len() == length)
            .cloned()
            .collect();
        for one in longest {
            sequences.extend(all.map(|next| [one.clone(), vec![next]].concat()));
        }
    }
    let accepted = |outcome| -> Vec<Vec<DrillStepKind>> {
        let asked = sequences
            .iter()
            .filter(|steps| ask(request(outcome, steps)).is_ok());
        asked.cloned().collect()
    };
    assert_eq!(
        accepted(DrillOutcome::Completed),
        [vec![Stage, CutOver, RollBack, RollForward]]
    );
    for outcome in [DrillOutcome::Rehearsed, DrillOutcome::OlderInUse] {
        assert_eq!(accepted(outcome), [vec![Stage, Withdraw]]);
    }
    let broken_off = accepted(DrillOutcome::Unconfirmed);
    assert_eq!(broken_off.len(), 8, "{broken_off:?}");
    assert!(broken_off.iter().all(|steps| steps[0] == Stage));
}

#[test]
fn what_cannot_be_is_named() {
    let whole = [Stage, CutOver, RollBack, RollForward];
    let good = || request(DrillOutcome::Completed, &whole);
    let with = |change: &dyn Fn(&mut DrillRequest)| {
        let mut request = good();
        change(&mut request);
        fields(request)
    };
    assert_eq!(with(&|it| it.started_at = at(61)), ["started_at"]);
    assert_eq!(
        with(&|it| it.started_at = at(60).before(Lifetime::from_secs(32 * 86_400))),
        ["started_at"]
    );
    assert_eq!(with(&|it| it.steps[0].call_ms = u64::MAX), ["steps"]);
    assert_eq!(
        with(&|it| it.steps[3].in_force_ms = Some(u64::MAX)),
        ["steps"]
    );
    assert_eq!(with(&|it| it.notes = "a".repeat(2001)), ["notes"]);
    assert_eq!(with(&|it| it.notes = "a\u{1b}[2J".into()), ["notes"]);
    let network = |n: u8| format!("192.0.{n}.0/24").parse().unwrap();
    assert_eq!(
        with(&|it| it.networks = (0..65).map(network).collect()),
        ["networks"]
    );
    // Nobody keeps a secret in the notes.
    let minted = credential::MintedApiKey::mint(
        credential::EnvironmentClass::Production,
        &DigestKey::new([1; 32]),
        &mut SeededEntropy::new(3),
    );
    let notes = format!("gave {} to acme", minted.secret.expose());
    assert_eq!(with(&|it| it.notes = notes.clone()), ["notes"]);
}
