//! A tiny model of rotations: which secrets are accepted when.

use std::collections::BTreeSet;

use base::Timestamp;
use proptest::prelude::*;

use super::super::*;
use super::{DAY, asked, at, first, origin, turn, write};
use crate::accountability::Revocation;

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
enum Step {
    Rotate {
        overlap: Option<u64>,
        expires_in: Option<u64>,
    },
    CutOver,
    RollBack,
    Tend,
    Revoke,
    Pass(u64),
}

/// What should be: secrets by number, and nothing about records.
#[derive(Debug, Clone)]
struct Model {
    older: (u32, u64),
    newer: Option<Newer>,
    made: u32,
    revoked: bool,
    /// Those that may never be accepted again.
    gone: BTreeSet<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Newer {
    number: u32,
    ends: u64,
    overlap_ends: u64,
    cut: bool,
}

impl Model {
    fn new(ends: u64) -> Self {
        Self {
            older: (1, ends),
            newer: None,
            made: 1,
            revoked: false,
            gone: BTreeSet::new(),
        }
    }

    /// Time goes by.
    fn reach(&mut self, now: u64) {
        if let Some(newer) = self.newer
            && now >= newer.overlap_ends
        {
            self.promote(newer);
        }
        if now >= self.older.1 {
            self.gone.insert(self.older.0);
        }
    }

    fn promote(&mut self, newer: Newer) {
        self.gone.insert(self.older.0);
        self.older = (newer.number, newer.ends);
        self.newer = None;
    }

    fn ended(&self, now: u64) -> bool {
        self.revoked || self.newer.is_none() && now >= self.older.1
    }

    /// Whether it happens.
    fn step(&mut self, step: Step, now: u64) -> bool {
        match (step, self.newer) {
            (Step::Pass(_) | Step::Tend, _) => true,
            (Step::Revoke, _) => !std::mem::replace(&mut self.revoked, true),
            _ if self.ended(now) => false,
            (Step::Rotate { .. }, Some(Newer { cut: false, .. })) => false,
            (
                Step::Rotate {
                    overlap,
                    expires_in,
                },
                before,
            ) => {
                let older_ends = before.map_or(self.older.1, |before| before.ends);
                let overlap = overlap.unwrap_or(7 * DAY);
                let life = expires_in.unwrap_or(90 * DAY);
                let newer = Newer {
                    number: self.made + 1,
                    ends: now + life,
                    overlap_ends: older_ends.min(now + overlap),
                    cut: false,
                };
                let sound = (1..=30 * DAY).contains(&overlap)
                    && (1..=90 * DAY).contains(&life)
                    && newer.ends > newer.overlap_ends;
                if sound {
                    if let Some(before) = before {
                        self.promote(before);
                    }
                    self.made += 1;
                    self.newer = Some(newer);
                }
                sound
            }
            (Step::CutOver, Some(newer)) if !newer.cut => {
                self.newer = Some(Newer { cut: true, ..newer });
                true
            }
            (Step::RollBack, Some(newer)) if newer.cut => {
                self.newer = Some(Newer {
                    cut: false,
                    ..newer
                });
                true
            }
            (Step::RollBack, Some(newer)) => {
                self.gone.insert(newer.number);
                self.newer = None;
                true
            }
            (Step::CutOver | Step::RollBack, _) => false,
        }
    }

    fn accepted(&self, now: u64) -> BTreeSet<u32> {
        let cut = self.newer.is_some_and(|newer| newer.cut);
        let older = (!cut && now < self.older.1).then_some(self.older.0);
        let newer = self.newer.filter(|newer| now < newer.ends);
        let newer = newer.map(|newer| newer.number);
        let all = older.into_iter().chain(newer);
        all.filter(|_| !self.revoked).collect()
    }
}

/// What a gate accepts of an entry.
fn accepted(entry: &snapshot::ApiKeyEntry, now: Timestamp) -> BTreeSet<u32> {
    let older = (now < entry.expires_at).then_some(entry.generation);
    let newer = entry
        .successor
        .iter()
        .filter(|newer| now < newer.expires_at);
    let all = older.into_iter().chain(newer.map(|newer| newer.generation));
    all.filter(|_| entry.revoked_at.is_none()).collect()
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![
        Just(0),
        Just(1),
        1..DAY,
        1..40 * DAY,
        Just(7 * DAY - 1),
        Just(7 * DAY),
        Just(30 * DAY),
        Just(90 * DAY),
    ];
    let asked = proptest::option::of(seconds.clone());
    prop_oneof![
        6 => (asked.clone(), asked).prop_map(|(overlap, expires_in)| Step::Rotate { overlap, expires_in }),
        4 => Just(Step::Rotate { overlap: None, expires_in: None }),
        6 => Just(Step::CutOver),
        6 => Just(Step::RollBack),
        3 => Just(Step::Tend),
        1 => Just(Step::Revoke),
        8 => seconds.prop_map(Step::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn it_behaves_like_the_model(
        ends in 1..90 * DAY, steps in proptest::collection::vec(step(), 1..40)
    ) {
        let mut key = first(at(ends));
        let mut model = Model::new(ends);
        let mut digests = vec![key.digest];
        let mut now = 0;
        for (number, one) in steps.into_iter().enumerate() {
            if let Step::Pass(seconds) = one {
                now += seconds;
            }
            model.reach(now);
            let expected = model.step(one, now);
            let (origin, read) = (origin(), key.clone());
            let done = match one {
                Step::Rotate { overlap, expires_in } => {
                    turn(&read, &asked(overlap, expires_in), at(now), number as u64).map(|plan| {
                        let rotation = plan.outcome.api_key.rotation.as_ref().unwrap();
                        digests.push(rotation.successor.digest);
                        write(&mut key, plan.writes);
                    }).is_ok()
                }
                Step::CutOver => cut_over(&read, &origin, at(now))
                    .map(|plan| write(&mut key, plan.writes)).is_ok(),
                Step::RollBack => roll_back(&read, &origin, at(now))
                    .map(|plan| write(&mut key, plan.writes)).is_ok(),
                Step::Tend => {
                    if let Some(plan) = finish(&read, &origin, at(now)) {
                        write(&mut key, plan.writes);
                    }
                    true
                }
                Step::Revoke => revoke(&read, "left", &origin, at(now)).map(|_| {
                    key.revocation = Some(Revocation { at: at(now), reason: "left".into() });
                }).is_ok(),
                Step::Pass(_) => true,
            };
            prop_assert_eq!(done, expected, "{:?} of {:?}", one, read);

            let found = accepted(&key.entry(), at(now));
            prop_assert_eq!(&found, &model.accepted(now), "{:?} {:?}", &key, &model);
            prop_assert!(found.len() <= 2);
            prop_assert!(found.is_disjoint(&model.gone), "{:?} came back", found);
            // The record as it is at the time says the same.
            prop_assert_eq!(&accepted(&key.settled(at(now)).entry(), at(now)), &found);
            // Each number is one secret, and what is accepted is what was minted as that.
            let entry = key.entry();
            let newer = entry.successor.as_ref().map(|newer| (newer.generation, newer.digest));
            for (generation, digest) in [(entry.generation, entry.digest)].into_iter().chain(newer) {
                prop_assert!(digest.matches(&digests[generation as usize - 1]));
            }
            prop_assert_eq!(digests.len() as u32, model.made);
        }
    }
}
