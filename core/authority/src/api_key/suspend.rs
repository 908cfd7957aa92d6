//! A suspended API key is refused everywhere until somebody resumes it.

use base::Timestamp;

use super::standing::standing;
use super::{ApiKey, Suspension, told};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal};

/// Suspends an API key, for a reason in the operator's words.
pub fn suspend(
    api_key: &ApiKey,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    if let Some(suspension) = &api_key.suspension {
        return Err(Refusal::WrongStage {
            detail: format!(
                "API key {} is suspended already, since {}",
                api_key.id, suspension.at
            ),
            fix: "resume it, or revoke it for good".to_owned(),
        });
    }
    record.suspension = Some(Suspension {
        at: now,
        reason: reason.to_owned(),
    });
    let told = (Action::ApiKeySuspended, reason.to_owned());
    Ok(told::plan(api_key, record, told, origin, now))
}
