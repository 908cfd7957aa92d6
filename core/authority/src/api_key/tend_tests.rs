//! The calendar of the reviews over ticks of every kind: late, twice at one
//! instant, by several processes that read the same record, after a restart,
//! under a clock that goes back. Each event is written once.

use base::{Lifetime, Timestamp};
use proptest::prelude::*;

use super::tests::{good, made, origin};
use super::*;
use crate::audit::Action;
use crate::{Effect, Plan};

/// A tick: when, how many processes make it at once, and whether all of them
/// have just started.
#[derive(Debug, Clone, Copy)]
struct Tick {
    at: Instant,
    processes: u8,
    restart: bool,
}

/// An instant that matters, and seconds around it; or any day at all.
#[derive(Debug, Clone, Copy)]
enum Instant {
    Due(i8),
    Suspends(i8),
    Day(u8),
    Again,
}

fn tick() -> impl Strategy<Value = Tick> {
    let instant = prop_oneof![
        (-2..3_i8).prop_map(Instant::Due),
        (-2..3_i8).prop_map(Instant::Suspends),
        (0..120_u8).prop_map(Instant::Day),
        Just(Instant::Again),
    ];
    (instant, 1..4_u8, any::<bool>()).prop_map(|(at, processes, restart)| Tick {
        at,
        processes,
        restart,
    })
}

fn beside(instant: Timestamp, seconds: i8) -> Timestamp {
    let by = Lifetime::from_secs(u64::from(seconds.unsigned_abs()));
    match seconds < 0 {
        true => instant.before(by),
        false => instant.after(by),
    }
}

/// What a store remembers, and the rule of its commit: the version that was read.
struct Kept {
    record: String,
    version: u64,
    told: Vec<Action>,
}

impl Kept {
    fn read(&self) -> ApiKey {
        serde_json::from_str(&self.record).unwrap()
    }

    fn commit(&mut self, plan: &Plan<ApiKey>) -> bool {
        let [Effect::ReplaceApiKey { from, record }] = plan.writes.effects.as_slice() else {
            panic!("one replacement: {:?}", plan.writes.effects)
        };
        if from != &self.version {
            return false;
        }
        self.version = record.version;
        self.record = serde_json::to_string(&**record).unwrap();
        let told = plan.writes.audit.iter().map(|event| event.action);
        self.told.extend(told);
        true
    }
}

proptest! {
    #[test]
    fn a_notice_and_a_lapse_are_each_written_once(ticks in proptest::collection::vec(tick(), 1..40)) {
        let key = made(&good());
        let review = key.review.clone().unwrap();
        let (created_at, ends_at) = (key.created_at, key.ends_at());
        let mut kept = Kept {
            version: key.version,
            record: serde_json::to_string(&key).unwrap(),
            told: Vec::new(),
        };
        let mut at = created_at;
        let (mut expects_notice, mut expects_lapse) = (false, false);
        let mut processes: Vec<ApiKey> = Vec::new();
        for tick in ticks {
            at = match tick.at {
                Instant::Due(seconds) => beside(review.due_at, seconds),
                Instant::Suspends(seconds) => beside(review.suspends_at, seconds),
                Instant::Day(day) => created_at.after(Lifetime::from_secs(u64::from(day) * 86_400)),
                Instant::Again => at,
            };
            if at < ends_at {
                expects_lapse |= at >= review.suspends_at;
                expects_notice |= at >= review.due_at && at < review.suspends_at;
            }
            // All read before any writes. One that has not started anew may
            // still hold what it read before.
            processes.resize_with(usize::from(tick.processes), || kept.read());
            if tick.restart {
                processes.fill_with(|| kept.read());
            }
            for process in &mut processes {
                let mut tries = 0;
                while let Some(plan) = tend_review(process, &origin(), at) {
                    kept.commit(&plan);
                    *process = kept.read();
                    tries += 1;
                    prop_assert!(tries < 4, "it comes to an end");
                }
            }
            let count = |action: Action| kept.told.iter().filter(|told| **told == action).count();
            prop_assert_eq!(count(Action::ApiKeyReviewDue), usize::from(expects_notice));
            prop_assert_eq!(count(Action::ApiKeyLapsed), usize::from(expects_lapse));
            prop_assert_eq!(kept.told.len(), usize::from(expects_notice) + usize::from(expects_lapse));
        }
    }
}
