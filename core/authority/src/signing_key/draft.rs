//! A ring that is being changed, and the writes that change the stored one the
//! same way: what is published is always the fold of what is written.

use base::{Entropy, Timestamp};
use jose::{Algorithm, KeyId};
use snapshot::{Change, KeyStage};

use super::{CreateFault, Facts, KeyRing, SigningKeyRecord, StageChange, make_sealed};
use crate::audit::{Action, AuditEvent, Origin};
use crate::{Effect, Plan, Writes};

/// The ring so far.
pub(super) struct Draft<'a> {
    pub(super) ring: KeyRing,
    effects: Vec<Effect>,
    audit: Vec<AuditEvent>,
    origin: &'a Origin,
    now: Timestamp,
}

impl<'a> Draft<'a> {
    pub(super) fn of(ring: &KeyRing, origin: &'a Origin, now: Timestamp) -> Self {
        Self {
            ring: ring.clone(),
            effects: Vec::new(),
            audit: Vec::new(),
            origin,
            now,
        }
    }

    /// Whether nothing was changed.
    pub(super) fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    /// Adds a key that waits for its turn.
    pub(super) fn stage(&mut self, record: SigningKeyRecord) {
        let detail = format!(
            "{}, {}, published and not yet active",
            record.algorithm.as_str(),
            record.custody.kind()
        );
        self.tell(Action::SigningKeyCreated, &record.key_id, detail);
        self.effects.push(Effect::CreateSigningKey(record.clone()));
        self.ring.keys.push(record);
    }

    /// Makes and stages the next key of a lane.
    pub(super) fn stage_sealed(
        &mut self,
        lane: Algorithm,
        facts: Facts<'_>,
        entropy: &mut dyn Entropy,
    ) -> Result<(), CreateFault> {
        let record = make_sealed(
            lane,
            facts.sealing_key,
            facts.environment,
            self.now,
            entropy,
        )?;
        self.stage(record);
        Ok(())
    }

    /// Makes a key that signs at once: nobody has a token that would know
    /// another one, or none that is worth anything.
    pub(super) fn activate_sealed(
        &mut self,
        lane: Algorithm,
        facts: Facts<'_>,
        entropy: &mut dyn Entropy,
    ) -> Result<(), CreateFault> {
        let mut record = make_sealed(
            lane,
            facts.sealing_key,
            facts.environment,
            self.now,
            entropy,
        )?;
        record.expires_at = record.end_if_activated(self.now);
        record.stage = KeyStage::Active;
        record.activated_at = Some(self.now);
        let detail = format!("{}, active until {}", lane.as_str(), record.expires_at);
        self.tell(Action::SigningKeyCreated, &record.key_id, detail);
        self.effects.push(Effect::CreateSigningKey(record.clone()));
        self.ring.keys.push(record);
        Ok(())
    }

    /// Moves a key on. Which stage it is in is the effect's precondition.
    pub(super) fn step(&mut self, key_id: &KeyId, to: KeyStage, because: Option<&str>) {
        let Some(record) = self.ring.keys.iter_mut().find(|key| key.key_id == *key_id) else {
            return;
        };
        let change = StageChange {
            key_id: key_id.clone(),
            from: record.stage,
            to,
            at: self.now,
            because: because.map(str::to_owned),
        };
        if record.step(&change) {
            self.effects.push(Effect::SetSigningKeyStage(change));
        }
    }

    /// Retires a key, for a reason that the audit keeps.
    pub(super) fn retire(&mut self, key_id: &KeyId, because: &str) {
        self.step(key_id, KeyStage::Retired, Some(because));
        self.tell(Action::SigningKeyRetired, key_id, because.to_owned());
    }

    /// Forgets a retired key.
    pub(super) fn forget(&mut self, key_id: &KeyId) {
        self.ring.keys.retain(|key| key.key_id != *key_id);
        self.effects.push(Effect::ForgetSigningKey {
            key_id: key_id.clone(),
        });
        let detail = "it has been retired for long enough".to_owned();
        self.tell(Action::SigningKeyForgotten, key_id, detail);
    }

    /// An audit event about a key.
    pub(super) fn tell(&mut self, action: Action, key_id: &KeyId, detail: String) {
        let target = Some(key_id.to_string());
        let event = self.origin.event(action, target, detail, self.now);
        self.audit.push(event);
    }

    /// The plan: the ring goes forward by one version, and everybody learns
    /// the whole of it.
    pub(super) fn finish(mut self) -> Plan<KeyRing> {
        let from = self.ring.version;
        // What was the default by age is so by name from now on: a lane that
        // is added later does not take its place.
        self.ring.default = self.ring.default_lane();
        self.effects.push(Effect::AdvanceKeyRing {
            from,
            default: self.ring.default,
        });
        self.ring.version = from.saturating_add(1);
        self.ring.sort();
        let keys = self.ring.published();
        Plan {
            writes: Writes {
                effects: self.effects,
                audit: self.audit,
                changes: vec![Change::KeysPublished { keys }],
            },
            outcome: self.ring,
        }
    }
}
