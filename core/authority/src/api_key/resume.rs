//! A suspension is taken back. Where nobody has reviewed the key in time, a
//! review is what is missing, and resuming is not enough.

use base::Timestamp;

use super::standing::standing;
use super::{ApiKey, told};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal};

/// Lets a suspended API key go on.
pub fn resume(api_key: &ApiKey, origin: &Origin, now: Timestamp) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    if api_key.is_lapsed(now) {
        return Err(Refusal::WrongStage {
            detail: format!("nobody has reviewed API key {} in time", api_key.id),
            fix: format!(
                "look at what it may do, then doorward key review {} --note TEXT",
                api_key.id
            ),
        });
    }
    if api_key.suspension.is_none() {
        return Err(Refusal::WrongStage {
            detail: format!("API key {} is not suspended", api_key.id),
            fix: "nothing is left to do".to_owned(),
        });
    }
    record.suspension = None;
    let detail = format!("of {}", record.accountability.owner);
    let told = (Action::ApiKeyResumed, detail);
    Ok(told::plan(api_key, record, told, origin, now))
}
