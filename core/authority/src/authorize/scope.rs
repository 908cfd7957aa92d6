//! Rule 7: the scopes are the client's (RFC 6749 section 3.3). None asked is
//! none given.

use super::{AuthorizationRequest, AuthorizeError, AuthorizeRefusal};
use crate::client::Client;
use crate::grant::GrantedScopes;

pub(super) fn check(
    request: &AuthorizationRequest,
    client: &Client,
) -> Result<GrantedScopes, AuthorizeRefusal> {
    let refused =
        |description| AuthorizeRefusal::new(AuthorizeError::InvalidScope, "scope", description);
    let Some(text) = request.scope.as_deref() else {
        return Err(refused(
            "scope is missing: ask for what the application needs",
        ));
    };
    let asked = GrantedScopes::parse(text).map_err(|_| {
        refused("scope is not a list of known scopes, each once, parted by one space")
    })?;
    match asked.api.without(&client.scopes).is_empty() {
        true => Ok(asked),
        false => Err(refused("a scope is not one that this client may ask for")),
    }
}
