//! The endpoint's facts say which kinds of credential it accepts.

use base::Timestamp;
use boundary::{Endpoint, Rule as BoundaryRule};
use credential::CredentialKind;

use crate::route::Route;
use crate::{Denial, Principal, Rule};

const EXCHANGED: &str = "an access token that an API key was exchanged for";

/// How a key becomes a token. RFC 6749 section 2.3.1 names the parameters.
const EXCHANGE: &str = "Exchange the API key for a short access token: POST it to the issuer's /oauth2/token with grant_type=client_credentials and a scope, the key's id as client_id and the key as client_secret, and send what comes back as 'Authorization: Bearer'.";

pub(crate) fn check(route: &Route, principal: &Principal, now: Timestamp) -> Result<(), Denial> {
    let endpoint = route.endpoint();
    let Some(kind) = principal.kind() else {
        return Ok(());
    };
    if let Principal::Token(token) = principal
        && token.client.api_key().is_some()
    {
        // A key stands behind it: that a client's own token would pass here
        // says nothing about it.
        return match endpoint.demand.exchanged_api_key {
            true => Ok(()),
            false => Err(denial(endpoint, EXCHANGED, now)),
        };
    }
    if endpoint.demand.accepts_at(kind, now) {
        return Ok(());
    }
    if kind == CredentialKind::ApiKey && endpoint.demand.exchanged_api_key {
        return Err(denial(endpoint, "an API key as it is", now).with_fix(EXCHANGE));
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
        CredentialKind::RefreshToken => "a refresh token",
    }
}
