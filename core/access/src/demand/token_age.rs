//! A token must be young enough for what it costs if it is stolen.

use base::Timestamp;

use crate::route::Route;
use crate::{Denial, Principal, Rule};

/// Whether the token is young enough. `Ok(Some)` is the denial that a live
/// check can still avert. An API key has no age: its kind was judged before.
pub(crate) fn check(
    route: &Route,
    principal: &Principal,
    now: Timestamp,
) -> Result<Option<Denial>, Denial> {
    // Whether another issuer has withdrawn a token, nobody here can be asked.
    let (age, can_be_checked) = match principal {
        Principal::Anonymous | Principal::ApiKey(_) => return Ok(None),
        Principal::Token(token) => (token.claims.age(now), true),
        Principal::Foreign(foreign) => (foreign.fact.claims().age(now), false),
    };
    let demand = &route.endpoint().demand;
    if age <= demand.max_token_age {
        return Ok(None);
    }
    let seconds = demand.max_token_age.as_secs();
    let denial = Denial::new(Rule::TokenAge)
        .with_detail(format!(
            "The token is older than the {seconds} seconds that this endpoint accepts."
        ))
        .with_max_age(demand.max_token_age);
    if demand.live_check_beyond_age && can_be_checked {
        Ok(Some(denial))
    } else {
        Err(denial)
    }
}
