//! An API key in answers.

use authority::api_key::ApiKey;
use authority::owner::Owner;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use snapshot::Usage;
use utoipa::ToSchema;

use super::{
    InForce, LastDrillAnswer, LifeAnswer, RevocationAnswer, RotationAnswer, Status,
    SuspensionAnswer,
};

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
    /// When it ends by itself, with the last of its secrets: RFC 3339.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Whether it still works.
    pub status: Status,
    /// When and why it was revoked.
    pub revocation: Option<RevocationAnswer>,
    /// Since when and why its owner is disabled; nothing: the owner is here.
    #[serde(default)]
    pub owner_disabled: Option<SuspensionAnswer>,
    /// When its only secret was made, or the older one while it is being
    /// rotated: RFC 3339.
    #[schema(format = DateTime)]
    pub secret_created_at: String,
    /// The rotation that is going on.
    pub rotation: Option<RotationAnswer>,
    /// The newest drill of its rotation; nothing in lists.
    pub last_drill: Option<LastDrillAnswer>,
    /// Its owner's kind, its review, its bounds.
    #[serde(flatten)]
    pub life: LifeAnswer,
}

impl ApiKeyAnswer {
    /// A key as it stands. `owner` is what is remembered of its owner: nothing
    /// where it was just made, for that is never done for one who is gone.
    pub(crate) fn new(api_key: &ApiKey, owner: Option<&Owner>, now: Timestamp) -> Self {
        let api_key = &*api_key.settled(now);
        let accountability = &api_key.accountability;
        let made_at = api_key.secret_created_at.unwrap_or(api_key.created_at);
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
            expires_at: api_key.ends_at().to_string(),
            status: Status::of_api_key(api_key, owner, now),
            revocation: api_key.revocation.as_ref().map(RevocationAnswer::from),
            owner_disabled: owner.and_then(SuspensionAnswer::of_owner),
            secret_created_at: made_at.to_string(),
            rotation: RotationAnswer::of(api_key),
            last_drill: None,
            life: LifeAnswer::new(api_key, owner, now),
        }
    }

    /// With how it has been used.
    pub(crate) fn used(mut self, api_key: &ApiKey, usage: &Usage, now: Timestamp) -> Self {
        if let (Some(answer), Some(rotation)) = (&mut self.rotation, &api_key.rotation) {
            answer.add_use(api_key.generation, rotation, usage, now);
        }
        self.life.add_use(usage);
        self
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

/// One key of a batch, with its text.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct BulkItemAnswer {
    /// The record.
    #[serde(flatten)]
    pub api_key: ApiKeyAnswer,
    /// The text for its holder. It is not kept, so it cannot be shown again.
    #[schema(example = "dw_live_k4z8k2m6q0v1c3x5_...")]
    pub secret: String,
}

/// Created API keys, in the order in which they were asked for.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct BulkAnswer {
    /// The batch that each of them names.
    #[schema(example = "partners-2027")]
    pub batch: String,
    /// The keys.
    pub items: Vec<BulkItemAnswer>,
    /// Since when the gate judges by them; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// Imported API keys, in the order in which they were named.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ImportedAnswer {
    /// The keys.
    pub items: Vec<ApiKeyAnswer>,
    /// Since when the gate judges by them; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// API keys that wait for a review, the most urgent first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReviewQueueAnswer {
    /// The keys: 10,000 at most.
    pub items: Vec<ApiKeyAnswer>,
    /// How many there are.
    pub total: u64,
}
