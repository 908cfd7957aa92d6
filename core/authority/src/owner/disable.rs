//! An owner is gone: nothing of theirs is accepted from now on, and nothing of
//! it ends. Each credential waits for somebody to take it over or to revoke it.

use base::{Name, Timestamp};
use snapshot::Change;

use super::{Disabled, Owner};
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// Disables an owner, for a reason in the operator's words. `known` is what is
/// remembered of them.
pub fn disable(
    name: &Name,
    known: Option<&Owner>,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<Owner>, Refusal> {
    if let Some(disabled) = known.and_then(|known| known.disabled.as_ref()) {
        return Err(Refusal::WrongStage {
            detail: format!("owner {name} is disabled already, since {}", disabled.at),
            fix: "transfer what they still own, or revoke it".to_owned(),
        });
    }
    let from = known.map_or(0, |known| known.version);
    let owner = Owner {
        name: name.clone(),
        version: from.saturating_add(1),
        environment: origin.environment.clone(),
        disabled: Some(Disabled {
            at: now,
            reason: reason.to_owned(),
        }),
    };
    let target = Some(name.to_string());
    let event = origin.event(Action::OwnerDisabled, target, reason.to_owned(), now);
    Ok(Plan {
        outcome: owner.clone(),
        writes: Writes {
            effects: vec![Effect::PutOwner { from, owner }],
            audit: vec![event],
            changes: vec![Change::OwnerDisabled {
                owner: name.clone(),
                at: now,
            }],
        },
    })
}
