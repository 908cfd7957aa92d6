//! One key ends before its time.

use base::Timestamp;
use jose::KeyId;
use snapshot::KeyStage;

use super::draft::Draft;
use super::{Facts, KeyRing};
use crate::audit::Origin;
use crate::{Plan, Refusal};

/// Retires a retiring or a next key, for a reason in the operator's words. A
/// token that it signed is refused from then on.
pub fn retire(
    key_id: &KeyId,
    reason: &str,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<KeyRing>, Refusal> {
    let Some(key) = facts.ring.find(key_id) else {
        return Err(Refusal::NotFound {
            kind: "signing_key",
            id: key_id.to_string(),
        });
    };
    match key.stage {
        KeyStage::Next | KeyStage::Retiring => {}
        // Whoever takes the active key away has to say what signs instead.
        KeyStage::Active => {
            return Err(Refusal::WrongStage {
                detail: format!("the key {key_id} is active: without it nothing is issued"),
                fix: "rotate first, or replace every key with rotate --emergency".to_owned(),
            });
        }
        KeyStage::Retired => {
            return Err(Refusal::WrongStage {
                detail: format!("the key {key_id} is retired already"),
                fix: "nothing is left to do: it signs nothing and is accepted nowhere".to_owned(),
            });
        }
    }
    let mut draft = Draft::of(facts.ring, origin, now);
    draft.retire(key_id, reason);
    Ok(draft.finish())
}
