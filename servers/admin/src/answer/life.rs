//! The life of an API key in answers: who owns it, until when it may go on, and
//! what it is bound to.

use authority::api_key::{ApiKey, OwnerKind, RotationPolicy, SecretPath, WARNING_AGE};
use authority::owner::Owner;
use base::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use snapshot::Usage;
use utoipa::ToSchema;

const DAY: u64 = 86_400;

/// What belongs to API keys alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LifeAnswer {
    /// `person` or `service`.
    #[schema(example = "service")]
    pub owner_kind: String,
    /// `quarterly` or `semiannual`.
    #[schema(example = "quarterly")]
    pub rotation_policy: String,
    /// When a semiannual key becomes quarterly: RFC 3339.
    #[schema(format = DateTime)]
    pub improve_by: Option<String>,
    /// How old its secret is, in whole days: the older one's while it is being
    /// rotated.
    #[schema(example = 12)]
    pub age_days: u64,
    /// What wants attention; nothing most of the time.
    pub warning: Option<String>,
    /// When somebody has to look at it.
    pub review: Option<ReviewAnswer>,
    /// Since when and why it is suspended by an operator.
    pub suspension: Option<SuspensionAnswer>,
    /// From where it may be used; empty: from everywhere.
    #[schema(example = json!(["10.0.0.0/8"]))]
    pub networks: Vec<String>,
    /// How many requests it may make.
    #[schema(example = "100/60s")]
    pub limit: Option<String>,
    /// The public JWK that signs on whose behalf a call is made.
    #[schema(value_type = Option<Object>)]
    pub on_behalf_of_key: Option<Value>,
    /// The system that its first secret was imported from.
    #[schema(example = "old-gateway")]
    pub imported_from: Option<String>,
    /// The batch that it was made in.
    #[schema(example = "partners-2027")]
    pub batch: Option<String>,
    /// Where its holder keeps it.
    pub secret_path: Option<SecretPathAnswer>,
    /// When it was last used, as far as gates have reported it: RFC 3339.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

/// When somebody has to look at a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewAnswer {
    /// By when: RFC 3339.
    #[schema(format = DateTime)]
    pub due_at: String,
    /// When it is suspended if nobody has: RFC 3339.
    #[schema(format = DateTime)]
    pub suspends_at: String,
    /// When the notice about it was recorded: RFC 3339.
    #[schema(format = DateTime)]
    pub noticed_at: Option<String>,
    /// When somebody looked last: RFC 3339.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// Who did: an operator token's id.
    pub last_by: Option<String>,
    /// What they said.
    pub last_note: Option<String>,
}

/// That a key is refused for the time being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuspensionAnswer {
    /// Since when: RFC 3339.
    #[schema(format = DateTime)]
    pub at: String,
    /// Why, in the operator's words.
    pub reason: String,
}

/// Where a secret is kept, and how it came there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecretPathAnswer {
    /// On which level.
    #[schema(value_type = String, example = "secrets_manager")]
    pub level: authority::api_key::StorageLevel,
    /// Where.
    #[schema(example = "vault:secret/ci/weather")]
    pub place: String,
    /// How it travelled there.
    #[schema(example = "written by the pipeline")]
    pub transport: String,
    /// Who can read it there.
    #[schema(example = json!(["ci-weather"]))]
    pub readers: Vec<String>,
}

impl LifeAnswer {
    pub(crate) fn new(api_key: &ApiKey, owner: Option<&Owner>, now: Timestamp) -> Self {
        let improve_by = match api_key.rotation_policy {
            RotationPolicy::Semiannual { improve_by } => Some(improve_by.to_string()),
            RotationPolicy::Quarterly => None,
        };
        let owner_kind = match api_key.owner_kind {
            OwnerKind::Person => "person",
            OwnerKind::Service => "service",
        };
        let limit = api_key.limit.map(|limit| {
            let (requests, seconds) = (limit.requests, limit.per_seconds);
            format!("{requests}/{seconds}s")
        });
        let suspension = api_key.suspension.as_ref();
        let on_behalf_of_key = api_key.on_behalf_of_key.as_deref();
        Self {
            owner_kind: owner_kind.to_owned(),
            rotation_policy: api_key.rotation_policy.as_str().to_owned(),
            improve_by,
            age_days: now.since(api_key.secret_created_at()).as_secs() / DAY,
            warning: warning(api_key, owner, now),
            review: api_key.review.as_ref().map(ReviewAnswer::from),
            suspension: suspension.map(|suspension| SuspensionAnswer {
                at: suspension.at.to_string(),
                reason: suspension.reason.clone(),
            }),
            networks: api_key.networks.iter().map(ToString::to_string).collect(),
            limit,
            on_behalf_of_key: on_behalf_of_key.and_then(|jwk| serde_json::from_str(jwk).ok()),
            imported_from: api_key.imported_from.as_ref().map(ToString::to_string),
            batch: api_key.batch.as_ref().map(ToString::to_string),
            secret_path: api_key.secret_path.as_ref().map(SecretPathAnswer::from),
            last_used_at: None,
        }
    }

    /// With when it was used last.
    pub(crate) fn add_use(&mut self, usage: &Usage) {
        self.last_used_at = usage.seen.map(|seen| seen.last_at.to_string());
    }
}

/// Warned of is what an operator can still put right.
fn warning(api_key: &ApiKey, owner: Option<&Owner>, now: Timestamp) -> Option<String> {
    if api_key.revocation.is_some() || now >= api_key.ends_at() {
        return None;
    }
    if owner.is_some_and(Owner::is_disabled) {
        return Some("refused: its owner is disabled; transfer it, or revoke it".to_owned());
    }
    if api_key.is_lapsed(now) {
        return Some("suspended: nobody has reviewed it in time".to_owned());
    }
    if let Some(review) = api_key.review.as_ref()
        && now >= review.due_at
    {
        let until = review.suspends_at;
        return Some(format!("review it, or it is suspended at {until}"));
    }
    let age = now.since(api_key.secret_created_at());
    let is_rotating = api_key.rotation.is_some();
    (age >= WARNING_AGE && !is_rotating).then(|| {
        let days = age.as_secs() / DAY;
        let ends_at = api_key.expires_at;
        format!("its secret is {days} days old and ends at {ends_at}: rotate it")
    })
}

impl SuspensionAnswer {
    /// Since when and why an owner is disabled.
    pub(crate) fn of_owner(owner: &Owner) -> Option<Self> {
        let disabled = owner.disabled.as_ref()?;
        Some(Self {
            at: disabled.at.to_string(),
            reason: disabled.reason.clone(),
        })
    }
}

impl From<&authority::api_key::Review> for ReviewAnswer {
    fn from(review: &authority::api_key::Review) -> Self {
        let last = review.last.as_ref();
        Self {
            due_at: review.due_at.to_string(),
            suspends_at: review.suspends_at.to_string(),
            noticed_at: review.noticed_at.map(|at| at.to_string()),
            last_at: last.map(|last| last.at.to_string()),
            last_by: last.map(|last| last.by.clone()),
            last_note: last.map(|last| last.note.clone()),
        }
    }
}

impl From<&SecretPath> for SecretPathAnswer {
    fn from(path: &SecretPath) -> Self {
        Self {
            level: path.level,
            place: path.place.clone(),
            transport: path.transport.clone(),
            readers: path.readers.iter().map(ToString::to_string).collect(),
        }
    }
}
