//! The last step of a rotation is undone.

use base::Timestamp;

use super::replacement::replacement;
use super::standing::standing;
use super::{ApiKey, not_rotating};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal};

/// After a cut-over the older secret is accepted again, until its overlap ends;
/// the newer one stays accepted, so nobody fails. Before a cut-over the newer
/// secret is withdrawn for good, and the older goes on as if nothing had been.
/// After the end of the rotation there is nothing to go back to.
pub fn roll_back(
    api_key: &ApiKey,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let Some(mut rotation) = record.rotation.take() else {
        return Err(not_rotating(&record, "nothing to roll back"));
    };
    let detail = match rotation.cut_over_at.take() {
        Some(_) => {
            let ends_at = rotation.ends_at;
            record.rotation = Some(rotation);
            format!(
                "secret {} is accepted again, until {ends_at}",
                record.generation
            )
        }
        None => format!(
            "secret {} is withdrawn; secret {} is the only one",
            rotation.successor.generation, record.generation
        ),
    };
    let id = Some(record.id.to_string());
    let event = origin.event(Action::ApiKeyRolledBack, id, detail, now);
    let writes = replacement(api_key, &mut record, vec![event]);
    Ok(Plan {
        outcome: record,
        writes,
    })
}
