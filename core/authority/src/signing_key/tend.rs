//! What the calendar asks for: everything that is due, in one plan.

use base::{Entropy, Timestamp};
use jose::Algorithm;
use snapshot::KeyStage;

use super::add::begin;
use super::draft::Draft;
use super::rotate::follow;
use super::schedule::{forgotten_at, retires_at, rotates_at, usable_from};
use super::{Facts, KeyRing, SigningKeyRecord, Unmade};
use crate::Plan;
use crate::audit::Origin;

/// What was found due, and when to look again.
#[derive(Debug)]
pub struct Tended {
    /// What is due; nothing most of the time.
    pub plan: Option<Plan<KeyRing>>,
    /// When something will be due next, after the plan.
    pub due: Option<Timestamp>,
    /// Lanes that no plan of ours can help, with the reason: one sentence each.
    pub wants: Vec<String>,
}

/// Looks at every key. The order matters: what has ended goes first, so that it
/// neither follows nor is followed.
pub fn tend(
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Tended, Unmade> {
    let mut draft = Draft::of(facts.ring, origin, now);
    for key in &facts.ring.keys {
        if key.stage == KeyStage::Retired && forgotten_at(key) <= now {
            draft.forget(&key.key_id);
        }
        if let Some(because) = end_of(key, now) {
            draft.retire(&key.key_id, because);
        }
    }
    for lane in facts.ring.lanes() {
        advance(lane, facts, &mut draft, now, entropy)?;
    }
    let ring = &draft.ring;
    let due = ring.keys.iter().filter_map(|key| due(key, facts));
    // What waits for nothing but an operator is looked at with everything else.
    let due = due.filter(|due| *due > now).min();
    let wants = ring
        .lanes()
        .into_iter()
        .filter_map(|lane| want(lane, ring, now))
        .collect();
    Ok(Tended {
        plan: (!draft.is_empty()).then(|| draft.finish()),
        due,
        wants,
    })
}

/// Why a key that is not active is over.
fn end_of(key: &SigningKeyRecord, now: Timestamp) -> Option<&'static str> {
    match key.stage {
        KeyStage::Retiring if retires_at(key) <= now => {
            Some("the last token that it signed has expired")
        }
        KeyStage::Next | KeyStage::Retiring if key.expires_at <= now => Some("it has ended"),
        _ => None,
    }
}

/// Sees that a lane has a key that signs and, where we can make one, a key
/// after it.
fn advance(
    lane: Algorithm,
    facts: Facts<'_>,
    draft: &mut Draft<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<(), Unmade> {
    supply(lane, facts, draft, entropy)?;
    let active = draft.ring.active(lane).cloned();
    let next = draft.ring.next(lane).cloned();
    if let (Some(active), Some(next)) = (active, next)
        && rotates_at(&active) <= now
        && usable_from(&next, facts.environment) <= now
    {
        follow(lane, &next.key_id, "the active key nears its end", draft);
        if active.expires_at <= now {
            // Its tokens have ended with it.
            draft.retire(&active.key_id, "it has ended");
        }
    }
    begin(lane, facts, draft, now, entropy)?;
    supply(lane, facts, draft, entropy)?;
    Ok(())
}

/// Makes the next key of a lane that has none. A place's key is followed by a
/// place's key, and only an operator can name one.
fn supply(
    lane: Algorithm,
    facts: Facts<'_>,
    draft: &mut Draft<'_>,
    entropy: &mut dyn Entropy,
) -> Result<(), Unmade> {
    let active = draft.ring.active(lane);
    let is_ours = active.is_none_or(|key| !key.custody.is_remote());
    if draft.ring.next(lane).is_none() && is_ours {
        draft.stage_sealed(lane, facts, entropy)?;
    }
    Ok(())
}

/// When a key next asks for something.
fn due(key: &SigningKeyRecord, facts: Facts<'_>) -> Option<Timestamp> {
    Some(match key.stage {
        KeyStage::Next => usable_from(key, facts.environment),
        KeyStage::Active => rotates_at(key),
        KeyStage::Retiring => retires_at(key).min(key.expires_at),
        KeyStage::Retired => forgotten_at(key),
    })
}

fn want(lane: Algorithm, ring: &KeyRing, now: Timestamp) -> Option<String> {
    let active = ring.active(lane)?;
    let lane = lane.as_str();
    if active.expires_at <= now {
        return Some(format!(
            "the lane {lane} signs nothing: its key {} has ended",
            active.key_id
        ));
    }
    if ring.next(active.algorithm).is_none() {
        return Some(format!(
            "the lane {lane} has no key after {}, which ends at {}: name one with \
             doorward signing-key add --algorithm {lane} --key",
            active.key_id, active.expires_at
        ));
    }
    None
}
