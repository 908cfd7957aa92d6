//! An API key in answers.

use authority::api_key::ApiKey;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InForce, RevocationAnswer, Status};

/// An API key, without anything that would help to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyAnswer {
    /// Its public id.
    #[schema(example = "k4z8k2m6q0v1c3x5")]
    pub id: String,
    /// The environment that it belongs to.
    #[schema(example = "production")]
    pub environment: String,
    /// The partner, customer or own department that holds it.
    #[schema(example = "acme")]
    pub organisation: String,
    /// Who answers for it.
    #[schema(example = "team-weather")]
    pub owner: String,
    /// What it is for.
    #[schema(example = "nightly forecast import")]
    pub purpose: String,
    /// Who cuts it off when it leaks.
    #[schema(example = "weather-oncall")]
    pub revoker: String,
    /// What it may do.
    #[schema(example = json!(["read:forecast"]))]
    pub scopes: Vec<String>,
    /// The one API that it is for.
    #[schema(example = "https://api.example.com/weather")]
    pub audience: String,
    /// When it was created: RFC 3339.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it ends by itself: RFC 3339.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Whether it still works.
    pub status: Status,
    /// When and why it was revoked.
    pub revocation: Option<RevocationAnswer>,
}

impl ApiKeyAnswer {
    pub(crate) fn new(api_key: &ApiKey, now: Timestamp) -> Self {
        let accountability = &api_key.accountability;
        Self {
            id: api_key.id.to_string(),
            environment: api_key.environment.to_string(),
            organisation: accountability.organisation.to_string(),
            owner: accountability.owner.to_string(),
            purpose: accountability.purpose.clone(),
            revoker: accountability.revoker.to_string(),
            scopes: api_key.scopes.iter().map(ToString::to_string).collect(),
            audience: api_key.audience.to_string(),
            created_at: api_key.created_at.to_string(),
            expires_at: api_key.expires_at.to_string(),
            status: Status::of(api_key.revocation.as_ref(), api_key.expires_at, now),
            revocation: api_key.revocation.as_ref().map(RevocationAnswer::from),
        }
    }
}

/// A created API key, with its text: the only answer that shows it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct CreatedApiKeyAnswer {
    /// The record.
    #[serde(flatten)]
    pub api_key: ApiKeyAnswer,
    /// The text for its holder. It is not kept, so it cannot be shown again.
    #[schema(example = "dw_live_k4z8k2m6q0v1c3x5_...")]
    pub secret: String,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// A revoked API key.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RevokedApiKeyAnswer {
    /// The record.
    #[serde(flatten)]
    pub api_key: ApiKeyAnswer,
    /// Since when the gate refuses it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// Some API keys, in the order of their ids.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyPage {
    /// The API keys.
    pub items: Vec<ApiKeyAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}
