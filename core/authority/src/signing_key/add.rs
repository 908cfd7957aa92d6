//! A key is staged: the first one of a new lane, or the one that a lane lacks.

use base::{Entropy, Timestamp};
use jose::Algorithm;

use super::draft::Draft;
use super::rotate::follow;
use super::schedule::usable_from;
use super::{Facts, KeyRing, RemoteKey, Unmade};
use crate::audit::Origin;
use crate::{FieldFinding, Plan, Refusal};

/// Stages a next key in a lane that has none. A lane without an active key
/// begins to sign by itself once its first key has been published for long
/// enough; where nothing has to be waited for, at once.
pub fn add(
    algorithm: Algorithm,
    key: Option<RemoteKey>,
    (facts, origin): (Facts<'_>, &Origin),
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<KeyRing>, Unmade> {
    if let Some(next) = facts.ring.next(algorithm) {
        return Err(Refusal::WrongStage {
            detail: format!(
                "the lane {} has a next key already: {}",
                algorithm.as_str(),
                next.key_id
            ),
            fix: "rotate the lane, or retire that key first".to_owned(),
        }
        .into());
    }
    let mut draft = Draft::of(facts.ring, origin, now);
    match key {
        Some(key) => {
            let record = key.into_record(facts.ring, facts.environment, now)?;
            if record.algorithm != algorithm {
                return Err(Refusal::Invalid(vec![FieldFinding {
                    field: "algorithm",
                    detail: format!("the key is one for {}", record.algorithm.as_str()),
                    fix: "name the key's own algorithm".to_owned(),
                }])
                .into());
            }
            draft.stage(record);
        }
        None => draft.stage_sealed(algorithm, facts, entropy)?,
    }
    begin(algorithm, facts, &mut draft, now, entropy)?;
    Ok(draft.finish())
}

/// Starts a lane that has a usable next key and no active one.
pub(super) fn begin(
    lane: Algorithm,
    facts: Facts<'_>,
    draft: &mut Draft<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<(), Unmade> {
    let Some(next) = draft.ring.next(lane).cloned() else {
        return Ok(());
    };
    let is_usable = usable_from(&next, facts.environment) <= now && next.is_live(now);
    if draft.ring.active(lane).is_some() || !is_usable {
        return Ok(());
    }
    follow(lane, &next.key_id, "the lane begins", draft);
    if !next.custody.is_remote() {
        draft.stage_sealed(lane, facts, entropy)?;
    }
    Ok(())
}
