//! Rule 7: a token is for one API (RFC 8707 section 2). If the request names
//! none, the scopes must point to exactly one.

use boundary::{Endpoint, Inventory};
use credential::{Audience, CredentialKind, ScopeSet};

use super::{ErrorCode, TokenRefusal};
use crate::client::authenticate::AuthenticatedClient;

/// How a token is got: some endpoints take it, and some do not. A token that no
/// gate accepts only looks like access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// By a client for itself.
    ClientCredentials,
    /// For an API key.
    ApiKey,
    /// By a person, for a client.
    Delegated,
}

impl Means {
    pub(super) fn of(client: AuthenticatedClient<'_>) -> Self {
        match client.api_key_secret() {
            None => Self::ClientCredentials,
            Some(_) => Self::ApiKey,
        }
    }

    /// Whether an endpoint takes a token that was got so.
    pub(super) fn is_taken_by(self, endpoint: &Endpoint) -> bool {
        match self {
            Self::ClientCredentials => true,
            Self::ApiKey => endpoint.demand.exchanged_api_key,
            Self::Delegated => endpoint
                .demand
                .accepts
                .contains(&CredentialKind::AuthorizationCode),
        }
    }
}

/// For which of the client's APIs a token with these scopes is.
pub(super) fn check(
    resources: &[String],
    scopes: &ScopeSet,
    (audiences, means): (&[Audience], Means),
    inventory: &Inventory,
) -> Result<Audience, TokenRefusal> {
    let reached = reached(scopes, audiences, means, inventory);
    let listed = reached
        .iter()
        .map(|audience| audience.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    match (resources, reached.as_slice()) {
        ([], [only]) => Ok((*only).clone()),
        ([], []) => Err(refused(match means {
            Means::ClientCredentials => "no API of this client takes these scopes",
            Means::ApiKey => {
                "no endpoint with these scopes takes a token that an API key was exchanged for"
            }
            Means::Delegated => {
                "no API of this client takes all of these scopes: name one as resource"
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

/// Those of `scopes` that are of use at the one API that is named: a token for
/// it has no others (RFC 8707 section 2.2).
pub(super) fn narrowed(
    resource: &str,
    scopes: &ScopeSet,
    means: Means,
    inventory: &Inventory,
) -> Result<ScopeSet, TokenRefusal> {
    let mut named = inventory.apis.iter();
    let api = named
        .find(|api| api.audience.as_str() == resource)
        .ok_or_else(|| refused("the resource is no API of this client"))?;
    let of_use = of_use(api, means);
    let kept = scopes
        .iter()
        .filter(|scope| of_use.contains(scope.as_str()));
    let kept: ScopeSet = kept.cloned().collect();
    match kept.is_empty() {
        true => Err(refused("the resource takes none of the granted scopes")),
        false => Ok(kept),
    }
}

fn refused(description: &str) -> TokenRefusal {
    TokenRefusal::new(ErrorCode::InvalidTarget, "resource", description)
}

/// The scopes with which an endpoint of the API takes such a token.
fn of_use(api: &boundary::Api, means: Means) -> ScopeSet {
    api.endpoints
        .iter()
        .filter(|endpoint| means.is_taken_by(endpoint))
        .flat_map(|endpoint| endpoint.demand.scopes.iter().cloned())
        .collect()
}

/// The client's APIs in which every scope is of use.
fn reached<'a>(
    scopes: &ScopeSet,
    audiences: &[Audience],
    means: Means,
    inventory: &'a Inventory,
) -> Vec<&'a Audience> {
    inventory
        .apis
        .iter()
        .filter(|api| audiences.contains(&api.audience))
        .filter(|api| of_use(api, means).covers(scopes))
        .map(|api| &api.audience)
        .collect()
}
