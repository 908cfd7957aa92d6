//! A rotation: the next key signs, the active one retires, and another next
//! key is published.

use base::{Entropy, Timestamp};
use jose::{Algorithm, KeyId};
use snapshot::KeyStage;

use super::draft::Draft;
use super::schedule::{MOST_ACCEPTED, retires_at, usable_from};
use super::{Facts, KeyRing, RemoteKey, SigningKeyRecord, Unmade};
use crate::audit::{Action, Origin};
use crate::{FieldFinding, Plan, Refusal};

/// What is to be rotated.
#[derive(Debug, Clone, Default)]
pub struct Rotation {
    /// The lane; the default one if none is named.
    pub algorithm: Option<Algorithm>,
    /// The key after the next one, if another place holds it.
    pub key: Option<RemoteKey>,
}

/// Rotates a lane.
pub fn rotate(
    rotation: Rotation,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<KeyRing>, Unmade> {
    let lane = lane(rotation.algorithm, facts.ring)?;
    let next = waiting(lane, facts, now)?.clone();
    room(facts.ring)?;
    let mut draft = Draft::of(facts.ring, origin, now);
    follow(lane, &next.key_id, "asked for by an operator", &mut draft);
    match rotation.key {
        Some(key) => {
            let record = key.into_record(facts.ring, facts.environment, now)?;
            if record.algorithm != lane {
                return Err(other_lane(lane, record.algorithm).into());
            }
            draft.stage(record);
        }
        None if next.custody.is_remote() => return Err(unnamed(&next).into()),
        None => draft.stage_sealed(lane, facts, entropy)?,
    }
    Ok(draft.finish())
}

/// The next key of a lane becomes active, and the active one retires: its
/// tokens are accepted until the last of them has expired.
pub(super) fn follow(lane: Algorithm, next: &KeyId, why: &str, draft: &mut Draft<'_>) {
    let before = draft.ring.active(lane).map(|key| key.key_id.clone());
    if let Some(before) = &before {
        draft.step(before, KeyStage::Retiring, None);
    }
    draft.step(next, KeyStage::Active, None);
    let detail = match before {
        Some(before) => format!("{} follows {before}: {why}", lane.as_str()),
        None => format!("{} signs: {why}", lane.as_str()),
    };
    draft.tell(Action::SigningKeyRotated, next, detail);
}

/// The lane that was named, if there is one; else the default one.
pub(super) fn lane(named: Option<Algorithm>, ring: &KeyRing) -> Result<Algorithm, Refusal> {
    let lanes = ring.lanes();
    let lane = named.or_else(|| lanes.first().copied());
    match lane {
        Some(lane) if lanes.contains(&lane) => Ok(lane),
        _ => {
            let there: Vec<&str> = lanes.iter().map(|lane| lane.as_str()).collect();
            Err(Refusal::Invalid(vec![FieldFinding {
                field: "algorithm",
                detail: "there is no lane of that algorithm".to_owned(),
                fix: format!(
                    "name one of: {}; or make one with doorward signing-key add",
                    there.join(", ")
                ),
            }]))
        }
    }
}

/// The next key of a lane, once it has been published for long enough.
fn waiting<'a>(
    lane: Algorithm,
    facts: Facts<'a>,
    now: Timestamp,
) -> Result<&'a SigningKeyRecord, Refusal> {
    let next = facts.ring.next(lane).filter(|key| key.is_live(now));
    let Some(next) = next else {
        return Err(nothing_waits(lane, facts.ring));
    };
    let from = usable_from(next, facts.environment);
    if now < from {
        return Err(Refusal::NotYet {
            detail: format!(
                "the next key {} is not known everywhere yet: key sets are kept for a while",
                next.key_id
            ),
            from,
            fix: "ask again then; if the keys are not safe until then: doorward signing-key \
                  rotate --emergency --reason TEXT"
                .to_owned(),
        });
    }
    Ok(next)
}

/// What a place holds is followed by what a place holds: then the address is
/// part of the advice.
fn nothing_waits(lane: Algorithm, ring: &KeyRing) -> Refusal {
    let active = ring.active(lane);
    let address = match active.is_some_and(|active| active.custody.is_remote()) {
        true => " --key SOURCE-URI",
        false => "",
    };
    let lane = lane.as_str();
    Refusal::WrongStage {
        detail: format!("the lane {lane} has no next key"),
        fix: format!("stage one with doorward signing-key add --algorithm {lane}{address}"),
    }
}

/// More accepted keys than a key set has room for would push some out.
fn room(ring: &KeyRing) -> Result<(), Refusal> {
    let accepted = ring
        .keys
        .iter()
        .filter(|key| key.published().is_accepted())
        .count();
    if accepted < MOST_ACCEPTED {
        return Ok(());
    }
    let retiring = ring
        .keys
        .iter()
        .filter(|key| key.stage == KeyStage::Retiring);
    let from = retiring.map(retires_at).min().unwrap_or(Timestamp::EPOCH);
    Err(Refusal::NotYet {
        detail: format!("{accepted} keys are accepted at once, as many as there may be"),
        from,
        fix: "ask again then, or retire keys whose tokens may end now".to_owned(),
    })
}

fn other_lane(lane: Algorithm, found: Algorithm) -> Refusal {
    Refusal::Invalid(vec![FieldFinding {
        field: "key",
        detail: format!(
            "it is a key for {}, and the lane is {}",
            found.as_str(),
            lane.as_str()
        ),
        fix: "name a key of the lane's algorithm, or the other lane".to_owned(),
    }])
}

/// What a place holds is followed by what a place holds, unless somebody says
/// otherwise: nobody finds the private half in the store by surprise.
fn unnamed(next: &SigningKeyRecord) -> Refusal {
    Refusal::Invalid(vec![FieldFinding {
        field: "key",
        detail: format!(
            "it is missing, and the key {} that signs next is held by {}",
            next.key_id,
            next.custody.kind()
        ),
        fix: "make another key there and name it as the one after".to_owned(),
    }])
}
