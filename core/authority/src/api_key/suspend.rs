//! Suspending an API key: every gate refuses it until somebody resumes it.

use base::Timestamp;
use snapshot::Change;

use super::{ApiKey, Suspension};
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// Suspends an API key, for a reason in the operator's words. The outcome is
/// its next version.
pub fn suspend(
    api_key: &ApiKey,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    if api_key.revocation.is_some() {
        return Err(Refusal::AlreadyRevoked {
            kind: "api_key",
            id: api_key.id.to_string(),
        });
    }
    let mut record = api_key.clone();
    record.version = api_key.version.saturating_add(1);
    record.suspension = Some(Suspension {
        at: now,
        reason: reason.to_owned(),
    });
    let event = origin.event(
        Action::ApiKeySuspended,
        Some(record.id.to_string()),
        reason.to_owned(),
        now,
    );
    Ok(Plan {
        writes: Writes {
            effects: vec![Effect::ReplaceApiKey {
                from: api_key.version,
                record: Box::new(record.clone()),
            }],
            audit: vec![event],
            changes: vec![Change::ApiKeyPut(Box::new(record.entry()))],
        },
        outcome: record,
    })
}
