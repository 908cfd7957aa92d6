//! What the calendar of the reviews asks for: a notice once when one is due,
//! and the lapse once. The lapse itself is in effect by the clock alone.

use base::Timestamp;

use super::{ApiKey, told};
use crate::Plan;
use crate::audit::{Action, Origin};

/// Writes down that the review of a key is due, or that it has lapsed; nothing
/// most of the time.
pub fn tend_review(api_key: &ApiKey, origin: &Origin, now: Timestamp) -> Option<Plan<ApiKey>> {
    if api_key.revocation.is_some() || now >= api_key.ends_at() {
        return None;
    }
    let mut record = api_key.settled(now).into_owned();
    let review = record.review.as_mut()?;
    let told = if now >= review.suspends_at && review.lapsed_at.is_none() {
        review.lapsed_at = Some(now);
        let detail = format!("nobody has reviewed it by {}", review.suspends_at);
        (Action::ApiKeyLapsed, detail)
    } else if now >= review.due_at && review.noticed_at.is_none() && now < review.suspends_at {
        review.noticed_at = Some(now);
        let detail = format!(
            "review it, {}: it is suspended at {}",
            api_key.accountability.owner, review.suspends_at
        );
        (Action::ApiKeyReviewDue, detail)
    } else {
        return None;
    };
    Some(told::plan(api_key, record, told, origin, now))
}
