//! A person is shut out: nobody logs in as them, and everything that was issued
//! to them ends.

use base::Timestamp;

use super::{Account, cut_off};
use crate::accountability::Revocation;
use crate::audit::{Action, Origin};
use crate::versioned::Versioned;
use crate::{Effect, Plan, Refusal, Writes};

/// Disables an account, for a reason in the operator's words. Its sessions and
/// token families end by its subject version, so enabling it brings none of
/// them back; access tokens that are out are cut off at the gates.
///
/// # Errors
///
/// [`Refusal::WrongStage`] if it is disabled already.
pub fn disable(
    account: &Account,
    reason: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<Account>, Refusal> {
    if let Some(disabled) = &account.disabled {
        return Err(Refusal::WrongStage {
            detail: format!("the account is disabled already, since {}", disabled.at),
            fix: "nothing is left to do; enable it to let the person log in again".to_owned(),
        });
    }
    let changed = Account {
        disabled: Some(Revocation {
            at: now,
            reason: reason.to_owned(),
        }),
        subject_version: account.subject_version.saturating_add(1),
        version: account.version.saturating_add(1),
        ..account.clone()
    };
    let target = Some(account.id.to_string());
    let event = origin.event(Action::AccountDisabled, target, reason.to_owned(), now);
    Ok(Plan {
        outcome: changed.clone(),
        writes: Writes {
            effects: vec![Effect::put(account.version, changed.into_record())],
            audit: vec![event],
            changes: vec![cut_off(account, now)],
        },
    })
}
