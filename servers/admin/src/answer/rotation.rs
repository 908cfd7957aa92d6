//! A rotation of an API key in answers.

use authority::api_key::{ApiKey, Rotation};
use base::{Lifetime, Timestamp};
use serde::{Deserialize, Serialize};
use snapshot::{Seen, Usage};
use utoipa::ToSchema;

use super::{ApiKeyAnswer, InForce};

/// Who has not used a secret for so long has probably left it: a day.
const LATELY: Lifetime = Lifetime::from_secs(86_400);

/// Two secrets of one API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RotationAnswer {
    /// Which of them are accepted.
    pub stage: RotationStage,
    /// When the newer secret was made: RFC 3339.
    #[schema(format = DateTime)]
    pub staged_at: String,
    /// When the rotation ends by itself, and with it the way back: RFC 3339.
    #[schema(format = DateTime)]
    pub ends_at: String,
    /// Since when the older secret is refused: RFC 3339.
    #[schema(format = DateTime)]
    pub cut_over_at: Option<String>,
    /// The secret that the holder had.
    pub older: SecretUseAnswer,
    /// The secret that takes its place.
    pub newer: SecretUseAnswer,
    /// Whether the older secret was used within the last day, since the newer
    /// one was made; nothing in lists.
    pub older_used_lately: Option<bool>,
    /// How long ago the older secret was used, in seconds; since the newer one
    /// was made if it was not used after that. Nothing in lists.
    #[schema(example = 42)]
    pub older_quiet_seconds: Option<u64>,
    /// The networks from which the key was used since the newer secret was made,
    /// with either of them.
    #[schema(example = json!(["192.0.2.0/24"]))]
    pub used_from: Vec<String>,
}

/// Which secrets of a rotation are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RotationStage {
    /// Both.
    Overlap,
    /// The newer one alone; a rollback makes it both again.
    CutOver,
}

/// One of the two, and how it is used. A genuine secret counts also where the
/// request was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecretUseAnswer {
    /// Its number among the secrets of the key.
    #[schema(example = 2)]
    pub generation: u32,
    /// When it ends by itself: RFC 3339.
    #[schema(format = DateTime)]
    pub ends_at: String,
    /// In how many requests it was used since the newer one was made, as far as
    /// gates have reported them; nothing in lists.
    pub requests: Option<u64>,
    /// When it was used for the last time: RFC 3339.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

/// A rotated API key, with the text of its newer secret: the only answer that
/// shows it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct RotatedApiKeyAnswer {
    /// The record.
    #[serde(flatten)]
    pub api_key: ApiKeyAnswer,
    /// The text for its holder. It is not kept, so it cannot be shown again.
    #[schema(example = "dw_live_k4z8k2m6q0v1c3x5_...")]
    pub secret: String,
    /// Since when the gate accepts it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// An API key after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedApiKeyAnswer {
    /// The record.
    #[serde(flatten)]
    pub api_key: ApiKeyAnswer,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

impl RotationAnswer {
    /// The rotation that goes on, without how its secrets are used.
    pub(super) fn of(api_key: &ApiKey) -> Option<Self> {
        let rotation = api_key.rotation.as_ref()?;
        let newer = &rotation.successor;
        Some(Self {
            stage: match rotation.cut_over_at {
                None => RotationStage::Overlap,
                Some(_) => RotationStage::CutOver,
            },
            staged_at: rotation.staged_at.to_string(),
            ends_at: rotation.ends_at.to_string(),
            cut_over_at: rotation.cut_over_at.map(|at| at.to_string()),
            older: SecretUseAnswer::new(api_key.generation, rotation.ends_at),
            newer: SecretUseAnswer::new(newer.generation, newer.expires_at),
            older_used_lately: None,
            older_quiet_seconds: None,
            used_from: Vec::new(),
        })
    }

    pub(super) fn add_use(
        &mut self,
        older: u32,
        rotation: &Rotation,
        usage: &Usage,
        now: Timestamp,
    ) {
        let older = usage.generations.get(&older).copied();
        let newer = usage.generations.get(&rotation.successor.generation);
        self.older.add_use(older, rotation.used_before);
        self.newer.add_use(newer.copied(), 0);
        let used_at = older.map_or(rotation.staged_at, |seen| seen.last_at);
        let since = used_at.max(rotation.staged_at);
        self.older_used_lately = Some(used_at > rotation.staged_at && now.since(used_at) < LATELY);
        let since_staged = usage
            .networks
            .iter()
            .filter(|(_, seen)| seen.last_at > rotation.staged_at);
        self.used_from = since_staged.map(|(net, _)| net.to_string()).collect();
        self.older_quiet_seconds = Some(now.since(since).as_secs());
    }
}

impl SecretUseAnswer {
    fn new(generation: u32, ends_at: Timestamp) -> Self {
        Self {
            generation,
            ends_at: ends_at.to_string(),
            requests: None,
            last_used_at: None,
        }
    }

    fn add_use(&mut self, seen: Option<Seen>, before: u64) {
        let requests = seen.map_or(0, |seen| seen.requests);
        self.requests = Some(requests.saturating_sub(before));
        self.last_used_at = seen.map(|seen| seen.last_at.to_string());
    }
}
