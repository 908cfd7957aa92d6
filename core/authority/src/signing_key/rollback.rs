//! The last rotation is undone.

use base::Timestamp;
use jose::Algorithm;
use snapshot::KeyStage;

use super::draft::Draft;
use super::rotate::lane;
use super::{Facts, KeyRing};
use crate::audit::{Action, Origin};
use crate::token::ACCESS_TOKEN_LIFETIME;
use crate::{Plan, Refusal};

/// Makes the key that was active before the last rotation active again; the
/// one that took its place retires, and its tokens are accepted until they
/// expire. It works while the old key is retiring. After that, and after an
/// emergency, there is nothing to go back to.
pub fn roll_back(
    algorithm: Option<Algorithm>,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<KeyRing>, Refusal> {
    let lane = lane(algorithm, facts.ring)?;
    let (Some(active), Some(before)) = (facts.ring.active(lane), facts.ring.newest_retiring(lane))
    else {
        return Err(Refusal::WrongStage {
            detail: format!(
                "no key of the lane {} is retiring: what is retired never signs again",
                lane.as_str()
            ),
            fix: "rotate forward instead: doorward signing-key rotate".to_owned(),
        });
    };
    // A key that is about to end would cut its tokens short, and then leave none.
    if before.expires_at <= now.after(ACCESS_TOKEN_LIFETIME) {
        return Err(Refusal::WrongStage {
            detail: format!(
                "the key {} ends at {}, too soon to sign again",
                before.key_id, before.expires_at
            ),
            fix: "rotate forward instead: doorward signing-key rotate".to_owned(),
        });
    }
    let mut draft = Draft::of(facts.ring, origin, now);
    draft.step(&active.key_id, KeyStage::Retiring, None);
    draft.step(&before.key_id, KeyStage::Active, None);
    let detail = format!("{} signs again, {} retires", before.key_id, active.key_id);
    draft.tell(Action::SigningKeyRolledBack, &before.key_id, detail);
    Ok(draft.finish())
}
