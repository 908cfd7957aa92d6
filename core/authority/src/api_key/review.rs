//! Somebody has looked at an API key - is it still needed, with these
//! permissions? - and keeps it (article 000, "a lifecycle checkpoint that
//! forces periodic review of active keys and permissions").

use base::Timestamp;

use super::standing::standing;
use super::{ApiKey, Reviewed, told};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal};

/// Keeps an API key until its next review. A key that was suspended because
/// nobody looked goes on; one that an operator suspended stays so.
pub fn review(
    api_key: &ApiKey,
    note: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let mut next = record.rotation_policy.review_after(now);
    next.last = Some(Reviewed {
        at: now,
        by: origin.actor.as_str().to_owned(),
        note: note.to_owned(),
    });
    record.review = Some(next);
    let told = (Action::ApiKeyReviewed, note.to_owned());
    Ok(told::plan(api_key, record, told, origin, now))
}
