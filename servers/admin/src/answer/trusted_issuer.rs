//! A trusted issuer in answers.

use std::collections::BTreeMap;

use boundary::{KeySource, TrustedIssuer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An issuer whose tokens are accepted beside our own. What its claims mean
/// here, the document says.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TrustedIssuerAnswer {
    /// Its name here.
    #[schema(example = "acme-sso")]
    pub name: String,
    /// What its tokens have as `iss`.
    #[schema(example = "https://sso.acme.example/realms/partners")]
    pub issuer: String,
    /// The product that it is.
    #[schema(example = "keycloak")]
    pub preset: String,
    /// What its tokens may be signed with.
    #[schema(example = json!(["RS256"]))]
    pub algorithms: Vec<String>,
    /// What they may say as `typ`.
    #[schema(example = json!(["at+jwt"]))]
    pub token_types: Vec<String>,
    /// The APIs that they open, each with the values of `aud` that open it.
    pub apis: BTreeMap<String, Vec<String>>,
    /// Where its keys come from: `discovery`, `url ...`, `file ...` or `inline`.
    #[schema(example = "discovery")]
    pub keys: String,
    /// Who answers for it.
    #[schema(example = "team-partners")]
    pub owner: String,
}

impl From<&TrustedIssuer> for TrustedIssuerAnswer {
    fn from(issuer: &TrustedIssuer) -> Self {
        let opened = issuer.apis.iter();
        Self {
            name: issuer.name.to_string(),
            issuer: issuer.issuer.to_string(),
            preset: issuer.preset.to_string(),
            algorithms: issuer.algorithms.clone(),
            token_types: issuer.token_types.iter().map(ToString::to_string).collect(),
            apis: opened
                .map(|(api, audiences)| (api.to_string(), audiences.clone()))
                .collect(),
            keys: match &issuer.keys {
                KeySource::Discovery => "discovery".to_owned(),
                KeySource::Url(url) => format!("url {url}"),
                KeySource::File(path) => format!("file {path}"),
                KeySource::Inline(_) => "inline".to_owned(),
            },
            owner: issuer.owner.to_string(),
        }
    }
}

/// A trusted issuer that was cut off.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CutOffAnswer {
    /// Its name here.
    #[schema(example = "acme-sso")]
    pub name: String,
    /// What its tokens have as `iss`.
    #[schema(example = "https://sso.acme.example/realms/partners")]
    pub issuer: String,
    /// Nothing that it issued before this is accepted: RFC 3339.
    #[schema(format = DateTime)]
    pub not_before: String,
    /// Why, in the operator's words.
    #[schema(example = "its key leaked")]
    pub reason: String,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<super::InForce>,
}
