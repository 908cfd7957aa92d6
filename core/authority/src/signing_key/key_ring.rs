//! Every signing key of an environment, at one version.

use jose::{Algorithm, KeyId};
use serde::{Deserialize, Serialize};
use snapshot::{KeyStage, PublishedKey};

use super::SigningKeyRecord;

/// The keys, and the number of acts that made them what they are. A store
/// written by a version that had no rings has version 0.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct KeyRing {
    /// The version: one more with each act.
    pub version: u64,
    /// The lane that was made the default.
    pub default: Option<Algorithm>,
    /// The keys, the oldest first, retired ones too.
    pub keys: Vec<SigningKeyRecord>,
}

impl KeyRing {
    /// The lane that signs where an api names none: the one that was made so,
    /// else the one that has signed the longest.
    pub fn default_lane(&self) -> Option<Algorithm> {
        self.default
            .filter(|lane| self.active(*lane).is_some())
            .or_else(|| {
                let mut active = self.keys.iter().filter(|key| key.stage == KeyStage::Active);
                active.next().map(|key| key.algorithm)
            })
    }

    /// Puts the keys in the order in which every store gives them.
    pub(super) fn sort(&mut self) {
        self.keys
            .sort_by(|a, b| (a.created_at, &a.key_id).cmp(&(b.created_at, &b.key_id)));
    }

    /// The lanes, the default one first.
    pub fn lanes(&self) -> Vec<Algorithm> {
        let mut lanes: Vec<Algorithm> = self
            .keys
            .iter()
            .filter(|key| key.stage != KeyStage::Retired)
            .map(|key| key.algorithm)
            .collect();
        lanes.sort_unstable();
        lanes.dedup();
        let default = self.default_lane();
        lanes.sort_by_key(|lane| Some(*lane) != default);
        lanes
    }

    /// The active key of a lane.
    pub fn active(&self, lane: Algorithm) -> Option<&SigningKeyRecord> {
        self.of(lane, KeyStage::Active).next_back()
    }

    /// The key that follows it.
    pub fn next(&self, lane: Algorithm) -> Option<&SigningKeyRecord> {
        self.of(lane, KeyStage::Next).next_back()
    }

    /// The key of a lane that stopped signing last and is still accepted.
    pub fn newest_retiring(&self, lane: Algorithm) -> Option<&SigningKeyRecord> {
        self.of(lane, KeyStage::Retiring)
            .max_by_key(|key| key.retiring_since)
    }

    /// The key with that id.
    pub fn find(&self, key_id: &KeyId) -> Option<&SigningKeyRecord> {
        self.keys.iter().find(|key| key.key_id == *key_id)
    }

    /// The ids of the keys that sign, in order: what two looks at a ring are
    /// compared by.
    pub fn active_ids(&self) -> Vec<KeyId> {
        let active = self.keys.iter().filter(|key| key.stage == KeyStage::Active);
        active.map(|key| key.key_id.clone()).collect()
    }

    /// What gates and the key set learn: every key but the retired ones, those
    /// of the default lane first. A key that is not in it is accepted by nobody.
    pub fn published(&self) -> Vec<PublishedKey> {
        self.lanes()
            .into_iter()
            .flat_map(|lane| self.keys.iter().filter(move |key| key.algorithm == lane))
            .filter(|key| key.stage != KeyStage::Retired)
            .map(SigningKeyRecord::published)
            .collect()
    }

    fn of(
        &self,
        lane: Algorithm,
        stage: KeyStage,
    ) -> impl DoubleEndedIterator<Item = &SigningKeyRecord> {
        self.keys
            .iter()
            .filter(move |key| key.algorithm == lane && key.stage == stage)
    }
}
