//! The older secret of a rotation is refused from now on.

use base::Timestamp;

use super::replacement::replacement;
use super::standing::standing;
use super::{ApiKey, not_rotating};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal};

/// Ends the overlap ahead of its time. Until that time it can be undone:
/// [`roll_back`](super::roll_back).
pub fn cut_over(
    api_key: &ApiKey,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let Some(rotation) = record.rotation.as_mut() else {
        return Err(not_rotating(&record, "nothing to cut over"));
    };
    if let Some(since) = rotation.cut_over_at {
        return Err(Refusal::WrongStage {
            detail: format!("its older secret is refused since {since}"),
            fix: format!(
                "that is what a cut-over does; to undo it until {}: doorward key rollback {}",
                rotation.ends_at, api_key.id
            ),
        });
    }
    rotation.cut_over_at = Some(now);
    let detail = format!(
        "secret {} is refused; until {} that can be undone",
        record.generation, rotation.ends_at
    );
    let id = Some(record.id.to_string());
    let event = origin.event(Action::ApiKeyCutOver, id, detail, now);
    let writes = replacement(api_key, &mut record, vec![event]);
    Ok(Plan {
        outcome: record,
        writes,
    })
}
