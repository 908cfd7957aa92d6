//! Another lane signs where an api names none.

use base::Timestamp;
use jose::Algorithm;

use super::draft::Draft;
use super::rotate::lane;
use super::schedule::usable_from;
use super::{Facts, KeyRing};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal};

/// Makes a lane the default, once it has an active key.
pub fn make_default(
    algorithm: Algorithm,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<KeyRing>, Refusal> {
    let lane = lane(Some(algorithm), facts.ring)?;
    let Some(active) = facts.ring.active(lane) else {
        let next = facts.ring.next(lane);
        return Err(Refusal::NotYet {
            detail: format!("the lane {} does not sign yet", lane.as_str()),
            from: next.map_or(now, |next| usable_from(next, facts.environment)),
            fix: "ask again then".to_owned(),
        });
    };
    if facts.ring.default == Some(lane) {
        return Err(Refusal::WrongStage {
            detail: format!("the lane {} is the default already", lane.as_str()),
            fix: "nothing is left to do".to_owned(),
        });
    }
    let mut draft = Draft::of(facts.ring, origin, now);
    let detail = format!("{} is the default lane", lane.as_str());
    draft.ring.default = Some(lane);
    draft.tell(Action::SigningKeyDefaultChanged, &active.key_id, detail);
    Ok(draft.finish())
}
