//! Rule 7: a token lives no longer than the most patient endpoint that it can
//! reach would accept it (article 002, "set expiration policies per endpoint").

use base::Lifetime;
use boundary::Inventory;
use credential::{Audience, ScopeSet};

use super::resource::Means;

/// How long an access token lives at most: 10 minutes.
pub const ACCESS_TOKEN_LIFETIME: Lifetime = Lifetime::from_secs(600);

/// How long a token lives at most that an API key was exchanged for: 5 minutes.
/// It is asked for anew as easily as it was got, and it stands for a secret
/// that lives months.
pub const EXCHANGED_TOKEN_LIFETIME: Lifetime = Lifetime::from_secs(300);

/// How long a token lives for that API, with those scopes.
pub(super) fn of(
    audience: &Audience,
    scopes: &ScopeSet,
    means: Means,
    inventory: &Inventory,
) -> Lifetime {
    let bound = match means {
        Means::ClientCredentials | Means::Delegated => ACCESS_TOKEN_LIFETIME,
        Means::ApiKey => EXCHANGED_TOKEN_LIFETIME,
    };
    inventory
        .apis
        .iter()
        .filter(|api| api.audience == *audience)
        .flat_map(|api| &api.endpoints)
        .filter(|endpoint| scopes.covers(&endpoint.demand.scopes) && means.is_taken_by(endpoint))
        // An endpoint that checks live accepts any unexpired age.
        .map(|endpoint| match endpoint.demand.live_check_beyond_age {
            true => ACCESS_TOKEN_LIFETIME,
            false => endpoint.demand.max_token_age,
        })
        .max()
        .map_or(bound, |longest| longest.min(bound))
}
