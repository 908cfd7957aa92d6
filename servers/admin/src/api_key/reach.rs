//! What an API key opens, by the inventory in force.

use authority::api_key::ApiKey;
use base::Timestamp;
use boundary::{Api, Endpoint};
use credential::CredentialKind;

use crate::Admin;
use crate::answer::ReachedAnswer;
use crate::problem::Failure;

/// Every endpoint that would let the key pass while it works.
pub(super) async fn of(
    admin: &Admin,
    api_key: &ApiKey,
    now: Timestamp,
) -> Result<Vec<ReachedAnswer>, Failure> {
    let Some(version) = admin.store.inventory().await? else {
        return Ok(Vec::new());
    };
    let endpoints = version.inventory.endpoints();
    Ok(endpoints
        .filter(|(api, endpoint)| opens(api_key, (api, endpoint), now))
        .map(|(api, endpoint)| ReachedAnswer {
            endpoint: endpoint.id.to_string(),
            api: api.name.to_string(),
            matches: endpoint.matches.to_string(),
        })
        .collect())
}

/// An API key has no subject, so it opens no path of somebody's own, and it
/// proves nothing, so it opens nothing that demands a proof.
fn opens(api_key: &ApiKey, (api, endpoint): (&Api, &Endpoint), now: Timestamp) -> bool {
    let demand = &endpoint.demand;
    api.audience == api_key.audience
        && !endpoint.is_closed(now)
        && demand.accepts_at(CredentialKind::ApiKey, now)
        && !demand.sender_constrained
        && demand.owner_param.is_none()
        && api_key.scopes.covers(&demand.scopes)
}
