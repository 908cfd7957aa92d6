//! Revoking an API key ends it everywhere, at once and for good.

use base::Timestamp;
use snapshot::Change;

use super::ApiKey;
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// Revokes an API key, for a reason in the operator's words.
pub fn revoke(
    api_key: &ApiKey,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<()>, Refusal> {
    if api_key.revocation.is_some() {
        return Err(Refusal::AlreadyRevoked {
            kind: "api_key",
            id: api_key.id.to_string(),
        });
    }
    let id = api_key.id.clone();
    let event = origin.event(
        Action::ApiKeyRevoked,
        Some(id.to_string()),
        reason.to_owned(),
        now,
    );
    Ok(Plan {
        outcome: (),
        writes: Writes {
            effects: vec![Effect::RevokeApiKey {
                id: id.clone(),
                at: now,
                reason: reason.to_owned(),
            }],
            audit: vec![event],
            changes: vec![Change::ApiKeyRevoked { id, at: now }],
        },
    })
}
