//! Revoking an operator token ends it at once: the admin API looks it up on
//! every request.

use base::Timestamp;

use super::OperatorToken;
use crate::audit::{Action, Origin};
use crate::{Effect, Plan, Refusal, Writes};

/// Revokes an operator token, for a reason in the operator's words.
pub fn revoke(
    operator_token: &OperatorToken,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<()>, Refusal> {
    let id = operator_token.id.clone();
    if operator_token.revocation.is_some() {
        return Err(Refusal::AlreadyRevoked {
            kind: "operator_token",
            id: id.to_string(),
        });
    }
    let detail = format!("of {}: {reason}", operator_token.owner);
    let event = origin.event(
        Action::OperatorTokenRevoked,
        Some(id.to_string()),
        detail,
        now,
    );
    Ok(Plan {
        outcome: (),
        writes: Writes {
            effects: vec![Effect::RevokeOperatorToken {
                id,
                at: now,
                reason: Some(reason.to_owned()),
            }],
            audit: vec![event],
            changes: Vec::new(),
        },
    })
}
