//! A person may log in again. What ended when they were shut out stays ended.

use base::Timestamp;

use super::Account;
use crate::audit::{Action, Origin};
use crate::versioned::Versioned;
use crate::{Effect, Plan, Refusal, Writes};

/// Enables an account.
///
/// # Errors
///
/// [`Refusal::WrongStage`] if it is not disabled.
pub fn enable(
    account: &Account,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<Account>, Refusal> {
    let Some(disabled) = &account.disabled else {
        return Err(Refusal::WrongStage {
            detail: "the account is not disabled".to_owned(),
            fix: "nothing is left to do: its person may log in".to_owned(),
        });
    };
    let changed = Account {
        disabled: None,
        version: account.version.saturating_add(1),
        ..account.clone()
    };
    let target = Some(account.id.to_string());
    let detail = format!("was disabled since {}", disabled.at);
    let event = origin.event(Action::AccountEnabled, target, detail, now);
    Ok(Plan {
        outcome: changed.clone(),
        writes: Writes {
            effects: vec![Effect::put(account.version, changed.into_record())],
            audit: vec![event],
            ..Writes::default()
        },
    })
}
