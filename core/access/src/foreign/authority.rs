//! On whose authority a foreign token is: a client's own, or an end-user's.
//! Each product says it differently, and where it cannot be told the token is
//! refused: an endpoint that asks for an end-user's consent must never be
//! opened by a token that a machine got for itself, nor the reverse.

use boundary::{AuthorityClaim, Preset, TrustedIssuer};
use credential::CredentialKind::{self, AuthorizationCode, ClientCredentials};
use jose::{ForeignClaims, TokenError};

use crate::Rule;

pub(super) fn kind(
    claims: &ForeignClaims,
    rules: &TrustedIssuer,
    client: &str,
) -> Result<CredentialKind, Rule> {
    let told = match (&rules.authority, rules.preset) {
        (Some(claim), _) => configured(claims, claim),
        (None, Preset::Openid) => Ok(openid(claims, client)),
        (None, Preset::Auth0) => auth0(claims, client),
        (None, Preset::Okta) => okta(claims, client),
        (None, Preset::Entra) => entra(claims),
        (None, Preset::Google) => google(claims, client),
        (None, Preset::Keycloak) => keycloak(claims, client),
    };
    told.map_err(Rule::Token)?.ok_or(Rule::ForeignAuthority)
}

type Told = Result<Option<CredentialKind>, TokenError>;

fn configured(claims: &ForeignClaims, claim: &AuthorityClaim) -> Told {
    let text = claims.text(&claim.claim)?;
    let listed = |list: &[String]| text.is_some_and(|text| list.iter().any(|one| one == text));
    Ok(match (listed(&claim.own), listed(&claim.delegated)) {
        (true, false) => Some(ClientCredentials),
        (false, true) => Some(AuthorizationCode),
        _ => None,
    })
}

/// RFC 9068 section 2.2: without a resource owner `sub` is the client.
fn openid(claims: &ForeignClaims, client: &str) -> Option<CredentialKind> {
    Some(if &*claims.subject == client {
        ClientCredentials
    } else {
        AuthorizationCode
    })
}

/// The subject of a machine is `CLIENT@clients`, and `gty` names the grant.
fn auth0(claims: &ForeignClaims, client: &str) -> Told {
    let grants = claims.texts(&["gty"])?;
    let by_itself = grants.map(|grants| grants.contains(&"client-credentials"));
    let machine = claims.subject.strip_suffix("@clients");
    Ok(match (machine, by_itself) {
        (Some(machine), Some(true) | None) if machine == client => Some(ClientCredentials),
        (None, Some(false) | None) => Some(AuthorizationCode),
        _ => None,
    })
}

/// An end-user's token has `uid`; a client's own is about the client.
fn okta(claims: &ForeignClaims, client: &str) -> Told {
    let user = claims.text(&["uid"])?.is_some();
    Ok(match (&*claims.subject == client, user) {
        (true, false) => Some(ClientCredentials),
        (false, true) => Some(AuthorizationCode),
        _ => None,
    })
}

/// The optional claim `idtyp` says it; without it only the delegated scopes of
/// `scp` do, and an application has none.
fn entra(claims: &ForeignClaims) -> Told {
    let delegated = claims.has("scp");
    Ok(match (claims.text(&["idtyp"])?, delegated) {
        (Some("app"), false) => Some(ClientCredentials),
        (Some("user"), _) | (None, true) => Some(AuthorizationCode),
        _ => None,
    })
}

/// Only a service account's token, which is about itself. A person's ID token
/// is for the client that the person signed in to, and opens nothing here.
fn google(claims: &ForeignClaims, client: &str) -> Told {
    let address = claims.text(&["email"])?.unwrap_or_default();
    let verified = claims.flag(&["email_verified"])? == Some(true);
    let machine = address.ends_with(".gserviceaccount.com") && verified;
    Ok((machine && &*claims.subject == client).then_some(ClientCredentials))
}

/// The user name of a machine is `service-account-CLIENT`, in lower case, and a
/// machine has no session; a person could have picked such a name.
fn keycloak(claims: &ForeignClaims, client: &str) -> Told {
    const MACHINE: &str = "service-account-";
    let session = claims.has("sid") || claims.has("session_state");
    let name = claims.text(&["preferred_username"])?;
    Ok(
        match (name.map(|name| name.strip_prefix(MACHINE)), session) {
            (Some(Some(machine)), false) if machine == client.to_lowercase() => {
                Some(ClientCredentials)
            }
            (Some(None) | None, true) => Some(AuthorizationCode),
            _ => None,
        },
    )
}
