//! The authorization server's metadata: RFC 8414 section 2. It says what this
//! server does, and nothing that it does not.

use boundary::Inventory;
use credential::ScopeSet;
use serde::Serialize;
use snapshot::IssuerUrl;

use crate::token::GrantType;

/// The document at `/.well-known/oauth-authorization-server`.
#[derive(Debug, Serialize)]
pub struct Metadata {
    /// `issuer`.
    pub issuer: String,
    /// `token_endpoint`.
    pub token_endpoint: String,
    /// `jwks_uri`.
    pub jwks_uri: String,
    /// `scopes_supported`.
    pub scopes_supported: Vec<String>,
    /// `response_types_supported`: none, as there is no authorization endpoint.
    pub response_types_supported: [&'static str; 0],
    /// `grant_types_supported`.
    pub grant_types_supported: Vec<&'static str>,
    /// `token_endpoint_auth_methods_supported`.
    pub token_endpoint_auth_methods_supported: [&'static str; 2],
}

/// The metadata of an issuer under this inventory.
pub fn metadata(issuer: &IssuerUrl, inventory: &Inventory) -> Metadata {
    let scopes: ScopeSet = inventory
        .endpoints()
        .flat_map(|(_, endpoint)| endpoint.demand.scopes.iter().cloned())
        .collect();
    Metadata {
        issuer: issuer.to_string(),
        token_endpoint: format!("{issuer}/oauth2/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        scopes_supported: scopes
            .iter()
            .map(|scope| scope.as_str().to_owned())
            .collect(),
        response_types_supported: [],
        grant_types_supported: GrantType::ALL.iter().map(|grant| grant.as_str()).collect(),
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    }
}
