//! Rule 8: what the client wants tokens for is its APIs, and the scopes reach
//! them (RFC 8707 section 2). Which one a token is for, the token request says.

use boundary::Inventory;
use credential::Audience;

use super::{AuthorizationRequest, AuthorizeError, AuthorizeRefusal};
use crate::client::Client;

pub(super) fn check(
    request: &AuthorizationRequest,
    client: &Client,
    inventory: &Inventory,
) -> Result<Vec<Audience>, AuthorizeRefusal> {
    let known = |resource: &String| {
        let api = inventory
            .apis
            .iter()
            .find(|api| api.audience.as_str() == resource)?;
        client
            .audiences
            .contains(&api.audience)
            .then(|| api.audience.clone())
    };
    let found: Option<Vec<Audience>> = request.resources.iter().map(known).collect();
    found.ok_or(AuthorizeRefusal::new(
        AuthorizeError::InvalidTarget,
        "resource",
        "a resource is not an API of this client",
    ))
}
