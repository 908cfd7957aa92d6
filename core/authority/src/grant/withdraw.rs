//! A person takes back what they granted: every token of it ends.

use base::Timestamp;

use super::Grant;
use crate::accountability::Revocation;
use crate::audit::{Action, Origin};
use crate::token_family::{self, TokenFamily};
use crate::versioned::Versioned;
use crate::{Effect, Plan, Refusal, Writes};

/// Withdraws a grant. `families` are all of that person and client.
///
/// # Errors
///
/// [`Refusal::AlreadyRevoked`] if it was withdrawn before.
pub fn withdraw(
    grant: &Grant,
    families: &[TokenFamily],
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<()>, Refusal> {
    if grant.withdrawn.is_some() {
        return Err(Refusal::AlreadyRevoked {
            kind: "grant",
            id: grant.id(),
        });
    }
    let withdrawn = Grant {
        withdrawn: Some(Revocation {
            at: now,
            reason: reason.to_owned(),
        }),
        version: grant.version.saturating_add(1),
        ..grant.clone()
    };
    let event = origin.event(
        Action::GrantWithdrawn,
        Some(grant.id()),
        reason.to_owned(),
        now,
    );
    let mut writes = Writes {
        effects: vec![Effect::put(grant.version, withdrawn.into_record())],
        audit: vec![event],
        ..Writes::default()
    };
    for family in families.iter().filter(|family| family.ended.is_none()) {
        let reason = token_family::EndReason::GrantWithdrawn;
        writes.append(token_family::end(family, reason, origin, now));
    }
    Ok(Plan {
        outcome: (),
        writes,
    })
}
