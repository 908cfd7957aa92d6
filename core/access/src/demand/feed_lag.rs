//! A revocation must have been able to arrive.

use base::Timestamp;
use boundary::WhenLagging;

use crate::route::Route;
use crate::{Denial, Judge, Rule};

/// Whether the knowledge of revocations is fresh enough. `Ok(Some)` is the
/// denial that a live check can still avert.
pub(crate) fn check(
    route: &Route,
    judge: &Judge<'_>,
    now: Timestamp,
) -> Result<Option<Denial>, Denial> {
    let demand = &route.endpoint().demand;
    if judge.freshness.lag(now) <= demand.max_feed_lag {
        return Ok(None);
    }
    let denial = Denial::new(Rule::FeedLag);
    match demand.when_lagging {
        WhenLagging::Deny => Err(denial),
        WhenLagging::LiveCheckElseDeny => Ok(Some(denial)),
    }
}
