//! Rule 5: the scopes are the client's. None asked is none given: a default of
//! "all that the client may" would make every token the widest one.

use credential::ScopeSet;

use super::{ErrorCode, TokenRefusal, TokenRequest};
use crate::client::authenticate::AuthenticatedClient;

pub(super) fn check(
    request: &TokenRequest,
    client: AuthenticatedClient<'_>,
) -> Result<ScopeSet, TokenRefusal> {
    let refused =
        |description: String| TokenRefusal::new(ErrorCode::InvalidScope, "scope", &description);
    // RFC 6749 section 3.3: without a scope, process a default or fail; we fail.
    let Some(text) = request.scope.as_deref() else {
        return Err(refused(format!(
            "scope is missing: ask for what this call needs, of: {}",
            client.scopes()
        )));
    };
    let asked = ScopeSet::parse(text).map_err(|error| refused(error.to_string()))?;
    let beyond = asked.without(client.scopes());
    if !beyond.is_empty() {
        return Err(refused(format!(
            "this client may not have {beyond}; it may have: {}",
            client.scopes()
        )));
    }
    Ok(asked)
}
