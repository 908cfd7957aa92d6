//! The emergency: whatever has signed, or could sign, is worth nothing from
//! now on.

use base::{Entropy, Timestamp};
use jose::Algorithm;
use snapshot::KeyStage;

use super::draft::Draft;
use super::rotate::lane;
use super::{Facts, KeyRing, Unmade};
use crate::Plan;
use crate::audit::{Action, Origin};

/// What is to be replaced at once.
#[derive(Debug, Clone)]
pub struct Emergency {
    /// The lane; every lane if none is named.
    pub algorithm: Option<Algorithm>,
    /// Why, in the operator's words.
    pub reason: String,
}

/// Retires every key of the lanes, whatever its stage, and makes fresh ones
/// that sign at once. Every token that is out is refused by every gate that
/// knows of it. The fresh keys are sealed ones: a place that holds a key may be
/// what was broken into, and nobody waits for it.
pub fn replace_all(
    emergency: &Emergency,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<KeyRing>, Unmade> {
    let lanes = match emergency.algorithm {
        Some(named) => vec![lane(Some(named), facts.ring)?],
        None => facts.ring.lanes(),
    };
    let why = format!("emergency: {}", emergency.reason);
    let mut draft = Draft::of(facts.ring, origin, now);
    for lane in lanes {
        let ended = facts
            .ring
            .keys
            .iter()
            .filter(|key| key.algorithm == lane && key.stage != KeyStage::Retired);
        for key in ended {
            draft.retire(&key.key_id, &why);
        }
        draft.activate_sealed(lane, facts, entropy)?;
        if let Some(active) = draft.ring.active(lane).map(|key| key.key_id.clone()) {
            let detail = format!("{} signs: {why}", lane.as_str());
            draft.tell(Action::SigningKeyRotated, &active, detail);
        }
        draft.stage_sealed(lane, facts, entropy)?;
    }
    Ok(draft.finish())
}
