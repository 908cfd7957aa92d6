//! Random lives of a ring against a model that is too simple to be wrong, and
//! the promises of each act.

use std::collections::{BTreeMap, BTreeSet};

use base::{Entropy, Lifetime, Name, SeededEntropy, Timestamp};
use credential::{Environment, EnvironmentClass};
use jose::{Algorithm, KeyId, SigningKey};
use proptest::prelude::*;
use snapshot::{Change, KeyStage, PublishedKey};

use super::schedule::{PUBLISH_AHEAD, ROTATE_BEFORE_END, usable_from};
use super::*;
use crate::audit::{Action, Actor, Origin};
use crate::token::ACCESS_TOKEN_LIFETIME;
use crate::{Effect, Plan};

const LANES: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

struct World {
    environment: Environment,
    sealing_key: SealingKey,
    entropy: SeededEntropy,
    ring: KeyRing,
    now: Timestamp,
}

fn origin() -> Origin {
    Origin {
        request_id: "r1".parse().unwrap(),
        actor: Actor::Operator("o1".to_owned()),
        environment: "production".parse::<Name>().unwrap(),
    }
}

#[derive(Debug, Clone)]
enum Act {
    Pass(u64),
    Tend,
    Rotate(Algorithm),
    RotateToRemote(Algorithm),
    Emergency(Option<Algorithm>),
    RollBack(Algorithm),
    Retire(usize),
    Add(Algorithm),
    MakeDefault(Algorithm),
}

impl World {
    fn new(class: EnvironmentClass) -> Self {
        let environment = Environment {
            name: "production".parse().unwrap(),
            class,
        };
        let sealing_key = SealingKey::new(&[7; 32]).unwrap();
        let mut entropy = SeededEntropy::new(1);
        let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        let first = create(
            LANES[0],
            (&environment, &sealing_key),
            &origin(),
            now,
            &mut entropy,
        );
        Self {
            ring: first.unwrap().outcome,
            environment,
            sealing_key,
            entropy,
            now,
        }
    }

    fn plan(&mut self, act: &Act) -> Result<Option<Plan<KeyRing>>, Unmade> {
        let facts = Facts {
            ring: &self.ring,
            environment: &self.environment,
            sealing_key: &self.sealing_key,
        };
        let (origin, now, entropy) = (origin(), self.now, &mut self.entropy);
        let plan = match act {
            Act::Pass(_) => return Ok(None),
            Act::Tend => return Ok(tend(facts, &origin, now, entropy)?.plan),
            Act::Rotate(lane) => {
                let rotation = Rotation {
                    algorithm: Some(*lane),
                    key: None,
                };
                rotate(rotation, facts, &origin, now, entropy)?
            }
            Act::RotateToRemote(lane) => {
                let rotation = Rotation {
                    algorithm: Some(*lane),
                    key: Some(remote(*lane, entropy)),
                };
                rotate(rotation, facts, &origin, now, entropy)?
            }
            Act::Emergency(algorithm) => {
                let emergency = Emergency {
                    algorithm: *algorithm,
                    reason: "it leaked".to_owned(),
                };
                replace_all(&emergency, facts, &origin, now, entropy)?
            }
            Act::RollBack(lane) => roll_back(Some(*lane), facts, &origin, now)?,
            Act::Retire(index) => {
                let key = &facts.ring.keys[index % facts.ring.keys.len()];
                retire(&key.key_id, "asked for", facts, &origin, now)?
            }
            Act::Add(lane) => add(*lane, None, (facts, &origin), now, entropy)?,
            Act::MakeDefault(lane) => make_default(*lane, facts, &origin, now)?,
        };
        Ok(Some(plan))
    }

    /// Does it, and gives what it wrote.
    fn act(&mut self, act: &Act) -> Result<Vec<Effect>, Unmade> {
        let Some(plan) = self.plan(act)? else {
            return Ok(Vec::new());
        };
        self.ring = plan.outcome;
        Ok(plan.writes.effects)
    }

    fn pass(&mut self, lifetime: Lifetime) {
        self.now = self.now.after(lifetime);
    }

    fn active(&self) -> &SigningKeyRecord {
        self.ring.active(LANES[0]).unwrap()
    }

    fn refused(&mut self, act: &Act) -> Refusal {
        match self.plan(act) {
            Err(Unmade::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }
}

fn remote(lane: Algorithm, entropy: &mut dyn Entropy) -> RemoteKey {
    let key_id = base::generate_id_text('s', entropy).parse().unwrap();
    RemoteKey {
        uri: "vault-transit:transit/doorward".to_owned(),
        key: SigningKey::generate(lane, key_id)
            .unwrap()
            .verification_key()
            .clone(),
    }
}

fn lane() -> impl Strategy<Value = Algorithm> {
    prop_oneof![3 => Just(LANES[0]), 1 => Just(LANES[1])]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0_u64..1_500).prop_map(Act::Pass),
        1 => (0_u64..60 * 86_400).prop_map(Act::Pass),
        4 => Just(Act::Tend),
        4 => lane().prop_map(Act::Rotate),
        1 => lane().prop_map(Act::RotateToRemote),
        1 => proptest::option::of(lane()).prop_map(Act::Emergency),
        2 => lane().prop_map(Act::RollBack),
        2 => (0_usize..9).prop_map(Act::Retire),
        2 => lane().prop_map(Act::Add),
        1 => lane().prop_map(Act::MakeDefault),
    ];
    proptest::collection::vec(act, 1..60)
}

/// The model: which stage each key is in, and which were ever retired.
#[derive(Default)]
struct Model {
    stages: BTreeMap<KeyId, KeyStage>,
    retired: BTreeSet<KeyId>,
    begun: BTreeSet<Algorithm>,
}

impl Model {
    /// Looks at the ring after an act.
    fn check(&mut self, world: &World, act: &Act) -> Result<(), TestCaseError> {
        for lane in LANES {
            let of = |stage| {
                let keys = world.ring.keys.iter();
                keys.filter(|key| key.algorithm == lane && key.stage == stage)
                    .count()
            };
            let active = of(KeyStage::Active);
            prop_assert!(active <= 1, "{active} active keys after {act:?}");
            prop_assert!(of(KeyStage::Next) <= 1, "after {act:?}");
            if active == 1 {
                self.begun.insert(lane);
            }
            prop_assert_eq!(active == 1, self.begun.contains(&lane), "after {:?}", act);
        }
        for key in &world.ring.keys {
            let before = self.stages.insert(key.key_id.clone(), key.stage);
            let activated = key.stage == KeyStage::Active && before != Some(KeyStage::Active);
            if activated && before.is_some() {
                let usable = usable_from(key, &world.environment);
                prop_assert!(usable <= world.now, "too early after {act:?}");
            }
            if activated && before.is_none() {
                let at_once = matches!(act, Act::Emergency(_) | Act::Pass(_));
                let no_wait = usable_from(key, &world.environment) <= world.now;
                prop_assert!(at_once || no_wait, "unpublished after {act:?}");
            }
            let is_retired = key.stage == KeyStage::Retired;
            prop_assert!(is_retired || !self.retired.contains(&key.key_id));
            if is_retired {
                self.retired.insert(key.key_id.clone());
                prop_assert!(!matches!(key.custody, Custody::Sealed(_)));
            }
        }
        let published: Vec<KeyId> = world
            .ring
            .published()
            .iter()
            .filter_map(|key| key.jwk.key_id().cloned())
            .collect();
        prop_assert!(published.iter().all(|id| !self.retired.contains(id)));
        Ok(())
    }
}

/// The ring that the effects make of another one: what a store does.
fn folded(ring: &KeyRing, effects: &[Effect]) -> KeyRing {
    let mut ring = ring.clone();
    for effect in effects {
        match effect {
            Effect::CreateSigningKey(record) => ring.keys.push(record.clone()),
            Effect::SetSigningKeyStage(change) => {
                let mut keys = ring.keys.iter_mut();
                let key = keys.find(|key| key.key_id == change.key_id).unwrap();
                assert!(key.step(change));
            }
            Effect::ForgetSigningKey { key_id } => ring.keys.retain(|key| key.key_id != *key_id),
            Effect::AdvanceKeyRing { from, default } => {
                assert_eq!(ring.version, *from);
                ring.version += 1;
                ring.default = *default;
            }
            other => panic!("{other:?}"),
        }
    }
    ring.sort();
    ring
}

fn json<R: serde::Serialize>(record: &R) -> String {
    serde_json::to_string(record).unwrap()
}

proptest! {
    #[test]
    fn every_life_of_a_ring_keeps_its_promises(acts in acts(), sandbox in any::<bool>()) {
        let class = if sandbox { EnvironmentClass::Sandbox } else { EnvironmentClass::Production };
        let mut world = World::new(class);
        let mut model = Model::default();
        model.check(&world, &Act::Pass(0))?;
        for act in &acts {
            if let Act::Pass(seconds) = act {
                world.pass(Lifetime::from_secs(*seconds));
            }
            let before = world.ring.clone();
            match world.act(act) {
                Ok(effects) if effects.is_empty() => prop_assert_eq!(json(&world.ring), json(&before)),
                Ok(effects) => {
                    prop_assert_eq!(json(&folded(&before, &effects)), json(&world.ring));
                    prop_assert_eq!(world.ring.version, before.version + 1);
                }
                Err(Unmade::Refused(_)) => prop_assert_eq!(json(&world.ring), json(&before)),
                Err(Unmade::Fault(fault)) => prop_assert!(false, "{fault}"),
            }
            model.check(&world, act)?;
            if matches!(act, Act::Tend) {
                prop_assert!(world.plan(&Act::Tend).unwrap().is_none(), "it is done at once");
            }
        }
    }

    #[test]
    fn a_ring_that_is_tended_when_it_says_so_signs_at_every_instant(late in 0_u64..86_000) {
        let mut world = World::new(EnvironmentClass::Production);
        let end = world.now.after(LIFETIME * 5);
        let mut signed: BTreeSet<KeyId> = BTreeSet::new();
        while world.now < end {
            let facts = Facts {
                ring: &world.ring,
                environment: &world.environment,
                sealing_key: &world.sealing_key,
            };
            let tended = tend(facts, &origin(), world.now, &mut world.entropy).unwrap();
            prop_assert!(tended.wants.is_empty(), "{:?}", tended.wants);
            if let Some(plan) = tended.plan {
                world.ring = plan.outcome;
            }
            signed.insert(world.active().key_id.clone());
            let due = tended.due.unwrap();
            prop_assert!(due > world.now);
            // It is looked at late, but not by more than the day of slack.
            world.now = due.after(Lifetime::from_secs(late));
            prop_assert!(world.active().is_live(world.now), "nothing signs at {}", world.now);
        }
        prop_assert!(signed.len() >= 5, "{} keys signed", signed.len());
    }
}

#[test]
fn rfc7517_5_the_published_list_has_the_default_lane_first_and_nothing_retired() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    for act in [
        Act::Add(Algorithm::EdDsa),
        Act::MakeDefault(Algorithm::EdDsa),
    ] {
        world.act(&act).unwrap();
    }
    let first = |keys: &[PublishedKey]| {
        let key = jose::VerificationKey::from_jwk(&keys[0].jwk).unwrap();
        key.algorithm()
    };
    assert_eq!(first(&world.ring.published()), Algorithm::EdDsa);
    assert_eq!(world.ring.published().len(), 4);
    let plan = world.plan(&Act::Emergency(None)).unwrap().unwrap();
    let [Change::KeysPublished { keys }] = plan.writes.changes.as_slice() else {
        panic!("{:?}", plan.writes.changes);
    };
    assert_eq!(
        first(keys),
        Algorithm::EdDsa,
        "the default outlives an emergency"
    );
    assert_eq!(keys.len(), 4);
    for old in &world.ring.keys {
        assert!(keys.iter().all(|key| key.jwk.key_id() != Some(&old.key_id)));
    }
}

#[test]
fn a_key_is_published_for_a_while_before_it_signs_unless_it_is_an_emergency() {
    let mut world = World::new(EnvironmentClass::Production);
    let refusal = world.refused(&Act::Rotate(LANES[0]));
    let from = world.now.after(PUBLISH_AHEAD);
    assert!(
        matches!(&refusal, Refusal::NotYet { from: said, .. } if *said == from),
        "{refusal:?}"
    );
    world.pass(PUBLISH_AHEAD);
    let waited = world.ring.next(LANES[0]).unwrap().key_id.clone();
    world.act(&Act::Rotate(LANES[0])).unwrap();
    assert_eq!(world.active().key_id, waited);
    assert!(matches!(
        world.refused(&Act::Rotate(LANES[0])),
        Refusal::NotYet { .. }
    ));
    world.act(&Act::Emergency(None)).unwrap();
    assert_ne!(world.active().key_id, waited);
}

#[test]
fn a_retiring_key_outlives_every_token_that_it_signed() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    let old = world.active().key_id.clone();
    world.act(&Act::Rotate(LANES[0])).unwrap();
    world.pass(ACCESS_TOKEN_LIFETIME + jose::MAX_LEEWAY);
    assert!(world.act(&Act::Tend).unwrap().is_empty(), "too early");
    world.pass(Lifetime::from_secs(60) + schedule::SETTLING);
    world.act(&Act::Tend).unwrap();
    assert_eq!(world.ring.find(&old).unwrap().stage, KeyStage::Retired);
    assert!(matches!(
        world.refused(&Act::RollBack(LANES[0])),
        Refusal::WrongStage { .. }
    ));
    world.pass(schedule::REMEMBERED);
    world.act(&Act::Tend).unwrap();
    assert!(world.ring.find(&old).is_none(), "it is forgotten");
}

#[test]
fn a_rollback_undoes_the_last_rotation_and_never_an_emergency() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    let (old, end) = (world.active().key_id.clone(), world.active().expires_at);
    world.act(&Act::Rotate(LANES[0])).unwrap();
    let new = world.active().key_id.clone();
    world.pass(Lifetime::from_secs(60));
    world.act(&Act::RollBack(LANES[0])).unwrap();
    assert_eq!(world.active().key_id, old);
    assert_eq!(world.active().expires_at, end, "it lives no longer for it");
    assert_eq!(world.ring.find(&new).unwrap().stage, KeyStage::Retiring);

    world.act(&Act::Emergency(None)).unwrap();
    assert!(matches!(
        world.refused(&Act::RollBack(LANES[0])),
        Refusal::WrongStage { .. }
    ));
    for id in [old, new] {
        let key = world.ring.find(&id).unwrap();
        assert_eq!(key.retired_because.as_deref(), Some("emergency: it leaked"));
    }
}

#[test]
fn a_key_that_is_about_to_end_is_not_rolled_back_to() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    world.pass(LIFETIME - ACCESS_TOKEN_LIFETIME);
    world.act(&Act::Rotate(LANES[0])).unwrap();
    let refusal = world.refused(&Act::RollBack(LANES[0]));
    assert!(refusal.to_string().contains("too soon"), "{refusal}");
}

#[test]
fn the_active_key_is_never_retired_by_itself() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    for (index, key) in world.ring.keys.clone().iter().enumerate() {
        let plan = world.plan(&Act::Retire(index));
        assert_eq!(
            plan.is_err(),
            key.stage == KeyStage::Active,
            "{}",
            key.stage
        );
    }
}

#[test]
fn an_emergency_says_so_and_why_in_the_audit() {
    let mut world = World::new(EnvironmentClass::Production);
    let plan = world.plan(&Act::Emergency(None)).unwrap().unwrap();
    let of = |action| plan.writes.audit.iter().filter(move |e| e.action == action);
    assert_eq!(of(Action::SigningKeyRetired).count(), 2);
    assert_eq!(of(Action::SigningKeyCreated).count(), 2);
    for event in of(Action::SigningKeyRetired).chain(of(Action::SigningKeyRotated)) {
        assert!(event.detail.contains("emergency: it leaked"), "{event:?}");
        assert!(event.target.is_some());
    }
}

#[test]
fn a_new_lane_waits_for_its_first_key_and_then_begins_by_itself() {
    let mut world = World::new(EnvironmentClass::Production);
    let lane = Algorithm::EdDsa;
    assert!(matches!(
        world.refused(&Act::Rotate(lane)),
        Refusal::Invalid(_)
    ));
    world.act(&Act::Add(lane)).unwrap();
    assert!(world.ring.active(lane).is_none());
    assert!(matches!(
        world.refused(&Act::Add(lane)),
        Refusal::WrongStage { .. }
    ));
    assert!(matches!(
        world.refused(&Act::MakeDefault(lane)),
        Refusal::NotYet { .. }
    ));
    world.pass(PUBLISH_AHEAD);
    world.act(&Act::Tend).unwrap();
    assert!(world.ring.active(lane).is_some() && world.ring.next(lane).is_some());
    assert_eq!(world.ring.default_lane(), Some(LANES[0]));
    world.act(&Act::MakeDefault(lane)).unwrap();
    assert_eq!(world.ring.default_lane(), Some(lane));
}

#[test]
fn a_key_that_a_place_holds_is_followed_by_one_that_a_place_holds() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    world.act(&Act::RotateToRemote(LANES[0])).unwrap();
    let refusal = world.refused(&Act::Rotate(LANES[0]));
    assert!(matches!(&refusal, Refusal::Invalid(found) if found[0].field == "key"));
    world.act(&Act::RotateToRemote(LANES[0])).unwrap();
    assert!(world.active().custody.is_remote());
    // The next one is taken away: the calendar makes none, and says so.
    let next = world.ring.next(LANES[0]).unwrap().key_id.clone();
    let index = world.ring.keys.iter().position(|key| key.key_id == next);
    world.act(&Act::Retire(index.unwrap())).unwrap();
    let facts = Facts {
        ring: &world.ring,
        environment: &world.environment,
        sealing_key: &world.sealing_key,
    };
    let tended = tend(facts, &origin(), world.now, &mut world.entropy).unwrap();
    assert!(tended.plan.is_none());
    assert_eq!(tended.wants.len(), 1, "{:?}", tended.wants);
}

#[test]
fn the_same_remote_key_is_not_published_twice() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    let key = remote(LANES[0], &mut world.entropy);
    let again = RemoteKey {
        key: {
            let renamed = json(&key.key).replace(key.key.key_id().unwrap().as_str(), "renamed");
            serde_json::from_str(&renamed).unwrap()
        },
        ..key.clone()
    };
    for (key, accepted) in [(key, true), (again, false)] {
        let facts = Facts {
            ring: &world.ring,
            environment: &world.environment,
            sealing_key: &world.sealing_key,
        };
        let rotation = Rotation {
            algorithm: None,
            key: Some(key),
        };
        let plan = rotate(rotation, facts, &origin(), world.now, &mut world.entropy);
        assert_eq!(plan.is_ok(), accepted);
        if let Ok(plan) = plan {
            world.ring = plan.outcome;
        }
    }
}

#[test]
fn rotations_without_end_stop_before_the_key_set_is_full() {
    let mut world = World::new(EnvironmentClass::Sandbox);
    let mut rotations = 0;
    let refusal = loop {
        match world.act(&Act::Rotate(LANES[0])) {
            Ok(_) => rotations += 1,
            Err(Unmade::Refused(refusal)) => break refusal,
            Err(fault) => panic!("{fault:?}"),
        }
    };
    assert!(matches!(refusal, Refusal::NotYet { .. }), "{refusal}");
    assert!((8..jose::MAX_KEYS).contains(&rotations), "{rotations}");
    world.act(&Act::Emergency(None)).unwrap();
    world.act(&Act::Rotate(LANES[0])).unwrap();
}

#[test]
fn a_server_that_slept_for_a_year_signs_again_once_its_key_is_known() {
    let mut world = World::new(EnvironmentClass::Production);
    world.pass(LIFETIME * 4);
    world.act(&Act::Tend).unwrap();
    assert!(
        !world.active().is_live(world.now),
        "it has ended, and signs nothing"
    );
    world.pass(PUBLISH_AHEAD);
    world.act(&Act::Tend).unwrap();
    assert!(world.active().is_live(world.now));
    assert!(world.active().expires_at > world.now.after(LIFETIME - ROTATE_BEFORE_END));
}

#[test]
fn a_record_of_the_version_before_is_read() {
    let world = World::new(EnvironmentClass::Production);
    let mut old = serde_json::to_value(world.active()).unwrap();
    for later in [
        "published_at",
        "activated_at",
        "retiring_since",
        "retired_at",
        "retired_because",
    ] {
        assert!(old.as_object_mut().unwrap().remove(later).is_some());
    }
    let read: SigningKeyRecord = serde_json::from_value(old).unwrap();
    assert_eq!(read.published_since(), read.created_at);
    assert_eq!(read.active_since(), Some(read.created_at));
    assert!(matches!(read.custody, Custody::Sealed(_)));
}
