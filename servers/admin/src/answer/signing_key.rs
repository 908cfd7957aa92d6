//! A signing key in answers.

use authority::signing_key::schedule::usable_from;
use authority::signing_key::{KeyRing, SigningKeyRecord};
use base::Timestamp;
use credential::Environment;
use jose::Algorithm;
use serde::{Deserialize, Serialize};
use snapshot::KeyStage;
use utoipa::ToSchema;

use super::InForce;

/// A signing key, without anything that would help to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningKeyAnswer {
    /// The key id, as tokens and the key set name it.
    #[schema(example = "s4z8k2m6q0v1c3x5")]
    pub key_id: String,
    /// Its algorithm: its lane.
    #[schema(example = "ES256")]
    pub algorithm: String,
    /// Its stage: `next`, `active`, `retiring` or `retired`.
    #[schema(example = "active")]
    pub stage: String,
    /// Whether its lane signs where an API names no algorithm.
    pub default: bool,
    /// Who holds the private half: `sealed` in the store, the kind of place
    /// that signs with it, or `erased`.
    #[schema(example = "sealed")]
    pub custody: String,
    /// When it was created: RFC 3339.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was published: RFC 3339.
    #[schema(format = DateTime)]
    pub published_at: String,
    /// From when on it may become active, while it is next: RFC 3339.
    #[schema(format = DateTime)]
    pub usable_from: Option<String>,
    /// Since when it signs, while it is active: RFC 3339.
    #[schema(format = DateTime)]
    pub active_since: Option<String>,
    /// Since when it signs no more, while it is retiring: RFC 3339.
    #[schema(format = DateTime)]
    pub retiring_since: Option<String>,
    /// When it ends by itself: RFC 3339.
    #[schema(format = DateTime)]
    pub ends_at: String,
    /// When it was retired: RFC 3339.
    #[schema(format = DateTime)]
    pub retired_at: Option<String>,
    /// Why.
    #[schema(example = "the last token that it signed has expired")]
    pub retired_because: Option<String>,
}

impl SigningKeyAnswer {
    /// Every key of a ring.
    pub(crate) fn all(ring: &KeyRing, environment: &Environment) -> Vec<Self> {
        let default = ring.default_lane();
        ring.keys
            .iter()
            .map(|key| Self::new(key, default, environment))
            .collect()
    }

    fn new(key: &SigningKeyRecord, default: Option<Algorithm>, environment: &Environment) -> Self {
        let is_retired = key.stage == KeyStage::Retired;
        let only = |stage: KeyStage, at: Option<Timestamp>| {
            at.filter(|_| key.stage == stage).map(|at| at.to_string())
        };
        Self {
            key_id: key.key_id.to_string(),
            algorithm: key.algorithm.as_str().to_owned(),
            stage: key.stage.to_string(),
            default: !is_retired && default == Some(key.algorithm),
            custody: key.custody.kind().to_owned(),
            created_at: key.created_at.to_string(),
            published_at: key.published_since().to_string(),
            usable_from: only(KeyStage::Next, Some(usable_from(key, environment))),
            active_since: only(KeyStage::Active, key.active_since()),
            retiring_since: only(KeyStage::Retiring, key.retiring_since),
            ends_at: key.expires_at.to_string(),
            retired_at: only(KeyStage::Retired, key.retired_at),
            retired_because: key.retired_because.clone(),
        }
    }
}

/// The signing keys.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SigningKeysAnswer {
    /// All of them, the oldest first.
    pub items: Vec<SigningKeyAnswer>,
}

/// The signing keys after a change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedSigningKeysAnswer {
    /// All of them, the oldest first.
    pub items: Vec<SigningKeyAnswer>,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}
