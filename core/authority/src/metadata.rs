//! The authorization server's metadata: RFC 8414 section 2, OpenID Connect
//! Discovery section 3. It says what this server does, and nothing that it does
//! not.

use boundary::Inventory;
use serde::Serialize;
use snapshot::{ActiveKey, IssuerUrl};

use crate::authorize::{Prompts, ResponseMode};
use crate::grant::IdentityScope;
use crate::token::GrantType;
use crate::userinfo;

/// The document at `/.well-known/oauth-authorization-server` and at
/// `/.well-known/openid-configuration`.
#[derive(Debug, Serialize)]
pub struct Metadata {
    /// `issuer`.
    pub issuer: String,
    /// `authorization_endpoint`.
    pub authorization_endpoint: String,
    /// `token_endpoint`.
    pub token_endpoint: String,
    /// `revocation_endpoint` (RFC 8414 section 2).
    pub revocation_endpoint: String,
    /// `revocation_endpoint_auth_methods_supported` (RFC 8414 section 2).
    pub revocation_endpoint_auth_methods_supported: [&'static str; 3],
    /// `userinfo_endpoint` (OpenID Connect Discovery section 3).
    pub userinfo_endpoint: String,
    /// `jwks_uri`.
    pub jwks_uri: String,
    /// `scopes_supported`.
    pub scopes_supported: Vec<String>,
    /// `response_types_supported`.
    pub response_types_supported: [&'static str; 1],
    /// `response_modes_supported`.
    pub response_modes_supported: Vec<&'static str>,
    /// `grant_types_supported`.
    pub grant_types_supported: Vec<&'static str>,
    /// `token_endpoint_auth_methods_supported`.
    pub token_endpoint_auth_methods_supported: [&'static str; 3],
    /// `code_challenge_methods_supported` (RFC 7636).
    pub code_challenge_methods_supported: [&'static str; 1],
    /// `authorization_response_iss_parameter_supported` (RFC 9207 section 3).
    pub authorization_response_iss_parameter_supported: bool,
    /// `prompt_values_supported`.
    pub prompt_values_supported: [&'static str; 4],
    /// `subject_types_supported`.
    pub subject_types_supported: [&'static str; 1],
    /// `id_token_signing_alg_values_supported`.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// `claims_supported`.
    pub claims_supported: Vec<&'static str>,
    /// `claims_parameter_supported`.
    pub claims_parameter_supported: bool,
    /// `request_parameter_supported`.
    pub request_parameter_supported: bool,
    /// `request_uri_parameter_supported`.
    pub request_uri_parameter_supported: bool,
}

/// How clients prove who they are, wherever they must.
const AUTH_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// The metadata of an issuer under this inventory. The first of its keys, which
/// is the default lane's, signs ID tokens.
pub fn metadata(issuer: &IssuerUrl, inventory: &Inventory, keys: &[ActiveKey]) -> Metadata {
    let api: credential::ScopeSet = inventory
        .endpoints()
        .flat_map(|(_, endpoint)| endpoint.demand.scopes.iter().cloned())
        .collect();
    let identity = IdentityScope::ALL.iter().map(|scope| scope.as_str());
    let scopes = identity.chain(api.iter().map(credential::Scope::as_str));
    let signs = keys.first().map(|active| active.key.algorithm().as_str());
    Metadata {
        issuer: issuer.to_string(),
        authorization_endpoint: format!("{issuer}/oauth2/authorize"),
        token_endpoint: format!("{issuer}/oauth2/token"),
        revocation_endpoint: format!("{issuer}/oauth2/revoke"),
        revocation_endpoint_auth_methods_supported: AUTH_METHODS,
        userinfo_endpoint: format!("{issuer}/oauth2/userinfo"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        scopes_supported: scopes.map(str::to_owned).collect(),
        response_types_supported: ["code"],
        response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str).to_vec(),
        grant_types_supported: GrantType::ALL.map(GrantType::as_str).to_vec(),
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
        prompt_values_supported: Prompts::VALUES,
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: signs.into_iter().collect(),
        claims_supported: [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "amr",
            "sid",
            "at_hash",
        ]
        .into_iter()
        .chain(userinfo::CLAIMS)
        .collect(),
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    }
}
