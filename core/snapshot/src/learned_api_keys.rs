//! What a gate that holds some of the API keys has asked about others.

use base::Timestamp;
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
    keys: HashMap<ApiKeyId, ApiKeyRef>,
    absent: HashMap<ApiKeyId, Timestamp>,
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
            return Some(Learned::Key(found.clone()));
        }
        let until = self.absent.get(id)?;
        (now < *until).then_some(Learned::Absent)
    }

    /// Remembers an answer. It must be at least as new as the snapshot beside.
    pub fn learn(&mut self, id: ApiKeyId, entry: Option<ApiKeyEntry>, now: Timestamp) {
        match entry {
            Some(entry) => {
                self.absent.remove(&id);
                make_room(&mut self.keys, MOST_KEYS);
                self.keys.insert(id, entry.into());
            }
            None => {
                self.keys.remove(&id);
                make_room(&mut self.absent, MOST_ABSENT);
                self.absent.insert(id, now.after(ABSENT));
            }
        }
    }

    /// Folds a change about an id that something is known of. One about any
    /// other is passed over: nothing grows by what nobody asked for.
    pub fn fold(&mut self, numbered: &NumberedChange) {
        match &numbered.change {
            Change::ApiKeyPut(entry) => {
                self.absent.remove(&entry.id);
                if let Some(held) = self.keys.get_mut(&entry.id) {
                    *held = entry.as_ref().clone().into();
                }
            }
            Change::ApiKeyRevoked { id, at } => {
                let held = self.keys.get(id).and_then(ApiKeyRef::to_entry);
                if let Some(entry) = held {
                    let revoked = ApiKeyEntry {
                        revoked_at: Some(*at),
                        ..entry
                    };
                    self.keys.insert(id.clone(), revoked.into());
                }
            }
            _ => {}
        }
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
    use base::{Digest, Revision, SeededEntropy};
    use credential::ScopeSet;

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

    #[test]
    fn a_change_reaches_what_was_learned_and_nothing_else() {
        let mut learned = LearnedApiKeys::default();
        learned.learn(id(1), Some(entry(1)), at(0));
        learned.learn(id(2), None, at(0));
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
        learned.learn(id(0), None, at(0));
        assert!(learned.get(id(0).as_str(), at(59)).is_some());
        assert!(learned.get(id(0).as_str(), at(60)).is_none());
        for seed in 0..17_000 {
            learned.learn(id(seed), None, at(1));
        }
        assert_eq!(learned.len(), (0, MOST_ABSENT));
        for seed in 0..17_000 {
            learned.learn(id(seed), Some(entry(seed)), at(1));
        }
        assert_eq!(learned.len().0, MOST_KEYS);
    }
}
