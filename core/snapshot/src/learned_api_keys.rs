//! What a gate that holds some of the API keys has asked about others.

use base::{Revision, Timestamp};
use credential::ApiKeyId;
use imbl::HashMap;

use crate::{ApiKeyEntry, ApiKeyRef, Change, NumberedChange};

/// How many keys are remembered that were asked for.
const MOST_KEYS: usize = 16_384;
/// How many ids are remembered that no key has.
const MOST_ABSENT: usize = 16_384;
/// How long it is remembered that no key has an id.
const ABSENT: base::Lifetime = base::Lifetime::from_secs(60);

/// The answers to what was asked about keys that a snapshot has no place for
/// ([`crate::Snapshot::with_api_keys_at_most`]): that there is such a key, and
/// that there is none. A change about an id is folded here too, so no answer
/// outlives what it says. Cheap to clone; bounded.
#[derive(Debug, Clone, Default)]
pub struct LearnedApiKeys {
    keys: HashMap<ApiKeyId, Known>,
    absent: HashMap<ApiKeyId, Timestamp>,
}

/// A key, and the revision as of which this is it: an answer runs ahead of the
/// changes that come to the snapshot beside.
#[derive(Debug, Clone)]
struct Known {
    key: ApiKeyRef,
    revision: Revision,
}

/// What is known of an id.
#[derive(Debug, Clone)]
pub enum Learned {
    /// A key has it.
    Key(ApiKeyRef),
    /// No key has it.
    Absent,
}

impl LearnedApiKeys {
    /// What was learned about an id; nothing if it is to be asked.
    pub fn get(&self, id: &str, now: Timestamp) -> Option<Learned> {
        if let Some(found) = self.keys.get(id) {
            return Some(Learned::Key(found.key.clone()));
        }
        let until = self.absent.get(id)?;
        (now < *until).then_some(Learned::Absent)
    }

    /// Remembers an answer as of `revision`, unless a newer one is remembered. It
    /// must be at least as new as the snapshot beside.
    pub fn learn(
        &mut self,
        id: ApiKeyId,
        entry: Option<ApiKeyEntry>,
        (revision, now): (Revision, Timestamp),
    ) {
        if self
            .keys
            .get(&id)
            .is_some_and(|held| held.revision > revision)
        {
            return;
        }
        match entry {
            Some(entry) => {
                self.absent.remove(&id);
                make_room(&mut self.keys, MOST_KEYS);
                let key = entry.into();
                self.keys.insert(id, Known { key, revision });
            }
            None => {
                self.keys.remove(&id);
                make_room(&mut self.absent, MOST_ABSENT);
                self.absent.insert(id, now.after(ABSENT));
            }
        }
    }

    /// Folds a change about an id that something is known of. One about any
    /// other is passed over: nothing grows by what nobody asked for. So is one
    /// that the answer knew of: it would take back what came after it.
    pub fn fold(&mut self, numbered: &NumberedChange) {
        let revision = numbered.revision;
        match &numbered.change {
            Change::ApiKeyPut(entry) => {
                self.absent.remove(&entry.id);
                if let Some(held) = self.older(&entry.id, revision) {
                    let key = entry.as_ref().clone().into();
                    *held = Known { key, revision };
                }
            }
            Change::ApiKeyRevoked { id, at } => {
                let Some(held) = self.older(id, revision) else {
                    return;
                };
                if let Some(entry) = held.key.to_entry() {
                    let revoked = ApiKeyEntry {
                        revoked_at: Some(*at),
                        ..entry
                    };
                    let key = revoked.into();
                    *held = Known { key, revision };
                }
            }
            _ => {}
        }
    }

    /// What is known of a key, if it is from before `revision`.
    fn older(&mut self, id: &ApiKeyId, revision: Revision) -> Option<&mut Known> {
        let held = self.keys.get_mut(id)?;
        (held.revision < revision).then_some(held)
    }

    /// How many keys, and how many ids without one.
    pub fn len(&self) -> (usize, usize) {
        (self.keys.len(), self.absent.len())
    }
}

/// Drops any one, if there is no room for another: whoever asks for it again
/// costs one look.
fn make_room<T: Clone>(held: &mut HashMap<ApiKeyId, T>, most: usize) {
    if held.len() < most {
        return;
    }
    let one = held.keys().next().cloned();
    if let Some(one) = one {
        held.remove(&one);
    }
}

#[cfg(test)]
mod tests {
    use base::{Digest, SeededEntropy};
    use credential::ScopeSet;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    fn id(seed: u64) -> ApiKeyId {
        ApiKeyId::generate(&mut SeededEntropy::new(seed))
    }

    fn entry(seed: u64) -> ApiKeyEntry {
        let name = |text: &str| text.parse().unwrap();
        ApiKeyEntry::new(
            id(seed),
            Digest::new([1; 32]),
            (name("sandbox"), name("acme"), name("team")),
            (ScopeSet::empty(), "https://api".parse().unwrap()),
            at(1_000),
        )
    }

    fn fold(learned: &mut LearnedApiKeys, change: Change) {
        let revision = Revision::new(1);
        learned.fold(&NumberedChange { revision, change });
    }

    fn first(second: i64) -> (Revision, Timestamp) {
        (Revision::ZERO, at(second))
    }

    /// What became of the key with each revision, the first one being 0.
    #[derive(Debug, Clone, Copy)]
    enum Turn {
        Suspended,
        Resumed,
        Revoked,
        Elsewhere,
    }

    fn turn() -> impl Strategy<Value = Turn> {
        prop_oneof![
            Just(Turn::Suspended),
            Just(Turn::Resumed),
            Just(Turn::Revoked),
            Just(Turn::Elsewhere)
        ]
    }

    fn change(turn: Turn, revision: u64) -> (Change, Option<ApiKeyEntry>) {
        let as_of = |suspended| ApiKeyEntry {
            suspended_at: suspended,
            // Which of them it is.
            generation: u32::try_from(revision).unwrap(),
            ..entry(1)
        };
        let put = |entry: ApiKeyEntry| (Change::ApiKeyPut(Box::new(entry.clone())), Some(entry));
        match turn {
            Turn::Suspended => put(as_of(Some(at(1)))),
            Turn::Resumed => put(as_of(None)),
            Turn::Revoked => {
                let (id, at) = (id(1), at(2));
                (Change::ApiKeyRevoked { id, at }, None)
            }
            Turn::Elsewhere => put(entry(2)),
        }
    }

    fn told(entry: ApiKeyEntry) -> (u32, Option<Timestamp>, Option<Timestamp>) {
        (entry.generation, entry.suspended_at, entry.revoked_at)
    }

    proptest! {
        /// Answers run ahead of the changes, and one another, by any number of
        /// revisions: what is known is what the newest of all made of the key.
        #[test]
        fn nothing_older_takes_the_place_of_an_answer(
            turns in proptest::collection::vec(turn(), 1..12),
            answers in proptest::collection::vec((0..12_usize, 0..12_usize), 1..6),
        ) {
            let mut states = vec![entry(1)];
            let mut changes = Vec::new();
            for (revision, turn) in (1_u64..).zip(&turns) {
                let (change, put) = change(*turn, revision);
                let held = states.last().unwrap().clone();
                states.push(match put {
                    Some(put) if put.id == held.id => ApiKeyEntry { revoked_at: held.revoked_at, ..put },
                    Some(_) => held,
                    None => ApiKeyEntry { revoked_at: Some(at(2)), ..held },
                });
                let revision = Revision::new(revision);
                // A key that was revoked is put no more.
                let is_over = states.last().unwrap().revoked_at.is_some();
                if !is_over || matches!(change, Change::ApiKeyRevoked { .. }) {
                    changes.push(NumberedChange { revision, change });
                } else {
                    *states.last_mut().unwrap() = states[states.len() - 2].clone();
                    changes.push(NumberedChange { revision, change: Change::ApiKeyPut(Box::new(entry(2))) });
                }
            }
            let mut learned = LearnedApiKeys::default();
            let mut newest = None;
            for seen in 0..=changes.len() {
                if let Some(change) = seen.checked_sub(1).and_then(|last| changes.get(last)) {
                    learned.fold(change);
                    newest = newest.map(|known: usize| known.max(seen));
                }
                for (when, ahead) in &answers {
                    if *when == seen {
                        let as_of = (seen + ahead).min(changes.len());
                        let revision = Revision::new(u64::try_from(as_of).unwrap());
                        let answer = Some(states[as_of].clone());
                        learned.learn(id(1), answer, (revision, at(3)));
                        newest = Some(newest.map_or(as_of, |known| known.max(as_of)));
                    }
                }
                let found = match learned.get(id(1).as_str(), at(3)) {
                    Some(Learned::Key(key)) => key.to_entry(),
                    _ => None,
                };
                let newest = newest.map(|known| states[known].clone());
                prop_assert_eq!(found.map(told), newest.map(told));
            }
        }
    }

    #[test]
    fn a_change_reaches_what_was_learned_and_nothing_else() {
        let mut learned = LearnedApiKeys::default();
        learned.learn(id(1), Some(entry(1)), first(0));
        learned.learn(id(2), None, first(0));
        let revoked = |seed| Change::ApiKeyRevoked {
            id: id(seed),
            at: at(5),
        };
        fold(&mut learned, revoked(1));
        fold(&mut learned, revoked(3));
        fold(&mut learned, Change::ApiKeyPut(Box::new(entry(4))));
        assert_eq!(learned.len(), (1, 1));
        let found = learned.get(id(1).as_str(), at(9));
        assert!(matches!(found, Some(Learned::Key(key)) if key.revoked_at() == Some(at(5))));
        // What did not exist a moment ago is to be asked for again.
        assert!(matches!(
            learned.get(id(2).as_str(), at(9)),
            Some(Learned::Absent)
        ));
        fold(&mut learned, Change::ApiKeyPut(Box::new(entry(2))));
        assert!(learned.get(id(2).as_str(), at(9)).is_none());
    }

    #[test]
    fn that_there_is_none_is_forgotten_by_itself_and_bounded() {
        let mut learned = LearnedApiKeys::default();
        learned.learn(id(0), None, first(0));
        assert!(learned.get(id(0).as_str(), at(59)).is_some());
        assert!(learned.get(id(0).as_str(), at(60)).is_none());
        for seed in 0..17_000 {
            learned.learn(id(seed), None, first(1));
        }
        assert_eq!(learned.len(), (0, MOST_ABSENT));
        for seed in 0..17_000 {
            learned.learn(id(seed), Some(entry(seed)), first(1));
        }
        assert_eq!(learned.len().0, MOST_KEYS);
    }
}
