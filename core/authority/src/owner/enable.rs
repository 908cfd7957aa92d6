//! An owner is back: what they own is accepted again, as far as it has not
//! ended meanwhile.

use base::{Name, Timestamp};
use snapshot::Change;

use super::Owner;
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// Enables an owner. `known` is what is remembered of them.
pub fn enable(
    name: &Name,
    known: Option<&Owner>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<Owner>, Refusal> {
    let Some((known, disabled)) = known.and_then(|known| Some((known, known.disabled.as_ref()?)))
    else {
        return Err(Refusal::WrongStage {
            detail: format!("owner {name} is not disabled"),
            fix: "see doorward owner list: it names who is".to_owned(),
        });
    };
    let from = known.version;
    let owner = Owner {
        version: from.saturating_add(1),
        disabled: None,
        ..known.clone()
    };
    let detail = format!("was disabled since {}", disabled.at);
    let event = origin.event(Action::OwnerEnabled, Some(name.to_string()), detail, now);
    Ok(Plan {
        outcome: owner.clone(),
        writes: Writes {
            effects: vec![Effect::PutOwner { from, owner }],
            audit: vec![event],
            changes: vec![Change::OwnerEnabled {
                owner: name.clone(),
            }],
        },
    })
}
