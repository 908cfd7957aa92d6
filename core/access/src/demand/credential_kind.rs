//! The endpoint's facts say which kinds of credential it accepts.

use base::Timestamp;
use boundary::{Endpoint, Rule as BoundaryRule};
use credential::CredentialKind;

use crate::route::Route;
use crate::{Denial, Principal, Rule};

pub(crate) fn check(route: &Route, principal: &Principal, now: Timestamp) -> Result<(), Denial> {
    let endpoint = route.endpoint();
    let Some(kind) = principal.kind() else {
        return Ok(());
    };
    if endpoint.demand.accepts_at(kind, now) {
        return Ok(());
    }
    let named = name(kind);
    Err(denial(endpoint, named, now))
}

/// A scheme that nothing here can verify, such as Basic.
pub(crate) fn other_scheme(endpoint: &Endpoint, now: Timestamp) -> Denial {
    denial(endpoint, "this scheme", now)
}

/// Says which rules of the inventory exclude it and what to use instead.
fn denial(endpoint: &Endpoint, presented: &str, now: Timestamp) -> Denial {
    let rules: Vec<&str> = endpoint
        .demand
        .reasons
        .iter()
        .map(|reason| reason.rule)
        .filter(|rule| rule.decides_kind())
        .map(BoundaryRule::as_str)
        .collect();
    let because = if rules.is_empty() {
        String::new()
    } else {
        format!(" (rules: {})", rules.join(", "))
    };
    let accepted: Vec<&str> = endpoint
        .demand
        .accepts
        .iter()
        .filter(|kind| endpoint.demand.accepts_at(**kind, now))
        .map(|kind| name(*kind))
        .collect();
    let fix = if accepted.is_empty() {
        "The endpoint accepts no kind of credential now: ask the API's owner.".to_owned()
    } else {
        format!("Use instead: {}.", accepted.join(" or "))
    };
    Denial::new(Rule::CredentialKind)
        .with_detail(format!(
            "The endpoint does not accept {presented}{because}."
        ))
        .with_fix(fix)
}

const fn name(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ApiKey => "an API key",
        CredentialKind::ClientCredentials => "an access token from the client credentials grant",
        CredentialKind::AuthorizationCode => {
            "an access token from the authorization code grant with PKCE"
        }
        CredentialKind::Session => "a browser session",
        CredentialKind::Basic => "HTTP Basic",
        CredentialKind::ClientSecret => "a client secret",
        CredentialKind::OperatorToken => "an operator token",
    }
}
