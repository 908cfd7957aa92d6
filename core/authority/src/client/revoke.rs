//! Revoking a client ends its secret and every token that it holds.

use base::Timestamp;
use snapshot::Change;

use super::Client;
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// Revokes a client, for a reason in the operator's words.
pub fn revoke(
    client: &Client,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<()>, Refusal> {
    if client.revocation.is_some() {
        return Err(Refusal::AlreadyRevoked {
            kind: "client",
            id: client.id.to_string(),
        });
    }
    let id = client.id.clone();
    let event = origin.event(
        Action::ClientRevoked,
        Some(id.to_string()),
        reason.to_owned(),
        now,
    );
    Ok(Plan {
        outcome: (),
        writes: Writes {
            effects: vec![Effect::RevokeClient {
                id: id.clone(),
                at: now,
                reason: reason.to_owned(),
            }],
            audit: vec![event],
            changes: vec![Change::ClientRevoked { id, at: now }],
        },
    })
}
