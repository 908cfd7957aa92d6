//! Rule 7: a token lives no longer than the most patient endpoint that it can
//! reach would accept it (article 002, "set expiration policies per endpoint").

use base::Lifetime;
use boundary::Inventory;
use credential::{Audience, ScopeSet};

/// How long an access token lives at most: 10 minutes.
pub const ACCESS_TOKEN_LIFETIME: Lifetime = Lifetime::from_secs(600);

pub(super) fn of(audience: &Audience, scopes: &ScopeSet, inventory: &Inventory) -> Lifetime {
    inventory
        .apis
        .iter()
        .filter(|api| api.audience == *audience)
        .flat_map(|api| &api.endpoints)
        .filter(|endpoint| scopes.covers(&endpoint.demand.scopes))
        // An endpoint that checks live accepts any unexpired age.
        .map(|endpoint| match endpoint.demand.live_check_beyond_age {
            true => ACCESS_TOKEN_LIFETIME,
            false => endpoint.demand.max_token_age,
        })
        .max()
        .map_or(ACCESS_TOKEN_LIFETIME, |longest| {
            longest.min(ACCESS_TOKEN_LIFETIME)
        })
}
