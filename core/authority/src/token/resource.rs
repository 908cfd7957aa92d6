//! Rule 6: a token is for one API (RFC 8707 section 2). If the request names
//! none, the scopes must point to exactly one.

use boundary::{Endpoint, Inventory};
use credential::{Audience, ScopeSet};

use super::{ErrorCode, TokenRefusal, TokenRequest};
use crate::client::authenticate::AuthenticatedClient;

pub(super) fn check(
    request: &TokenRequest,
    scopes: &ScopeSet,
    client: AuthenticatedClient<'_>,
    inventory: &Inventory,
) -> Result<Audience, TokenRefusal> {
    let refused =
        |description: &str| TokenRefusal::new(ErrorCode::InvalidTarget, "resource", description);
    let reached = reached(scopes, client, inventory);
    let listed = reached
        .iter()
        .map(|audience| audience.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    match (request.resources.as_slice(), reached.as_slice()) {
        ([], [only]) => Ok((*only).clone()),
        ([], []) => Err(refused(match client.api_key_secret() {
            None => "no API of this client takes these scopes",
            Some(_) => {
                "no endpoint with these scopes takes a token that an API key was exchanged for"
            }
        })),
        ([], _) => Err(refused(&format!(
            "these scopes reach several APIs: name one as resource, of: {listed}"
        ))),
        // RFC 8707 section 2: an unacceptable resource is invalid_target.
        ([resource], _) => reached
            .iter()
            .find(|audience| audience.as_str() == resource)
            .map(|audience| (*audience).clone())
            .ok_or_else(|| refused(&format!("with these scopes the resource may be: {listed}"))),
        // RFC 8707 section 2.2: a server may require a single resource; a token for two APIs serves both thieves.
        _ => Err(refused("several resources: ask for one token for each")),
    }
}

/// The client's APIs in which every asked scope is of use.
fn reached<'a>(
    scopes: &ScopeSet,
    client: AuthenticatedClient<'_>,
    inventory: &'a Inventory,
) -> Vec<&'a Audience> {
    inventory
        .apis
        .iter()
        .filter(|api| client.audiences().contains(&api.audience))
        .filter(|api| {
            let of_use: ScopeSet = api
                .endpoints
                .iter()
                .filter(|endpoint| takes(endpoint, client))
                .flat_map(|endpoint| endpoint.demand.scopes.iter().cloned())
                .collect();
            of_use.covers(scopes)
        })
        .map(|api| &api.audience)
        .collect()
}

/// Whether an endpoint may be reached at all with what this client gets: a
/// token that no gate accepts only looks like access.
pub(super) fn takes(endpoint: &Endpoint, client: AuthenticatedClient<'_>) -> bool {
    client.api_key_secret().is_none() || endpoint.demand.exchanged_api_key
}
