//! Another password ends everything that was issued under the old one.

use base::{Lifetime, Timestamp};
use snapshot::{Change, Cutoff, CutoffTarget};

use super::{Account, PasswordHash};
use crate::audit::{Action, Origin};
use crate::token::ACCESS_TOKEN_LIFETIME;
use crate::versioned::Versioned;
use crate::{Effect, Plan, Writes};

/// Gives an account another password, checked and hashed. Sessions and token
/// families of the account end by its subject version; access tokens that are
/// out are cut off at the gates.
pub fn set_password(
    account: &Account,
    password: PasswordHash,
    origin: &Origin,
    now: Timestamp,
) -> Plan<Account> {
    let changed = Account {
        password: Some(password),
        subject_version: account.subject_version.saturating_add(1),
        version: account.version.saturating_add(1),
        ..account.clone()
    };
    let target = Some(account.id.to_string());
    let detail = "everything that was issued before has ended".to_owned();
    let event = origin.event(Action::PasswordChanged, target, detail, now);
    Plan {
        outcome: changed.clone(),
        writes: Writes {
            effects: vec![Effect::put(account.version, changed.into_record())],
            audit: vec![event],
            changes: vec![cut_off(account, now)],
        },
    }
}

/// Nothing issued to the person before now is accepted.
pub(crate) fn cut_off(account: &Account, now: Timestamp) -> Change {
    Change::CutOff(Cutoff {
        target: CutoffTarget::Subject(account.id.to_string()),
        not_before: now,
        expires_at: now.after(ACCESS_TOKEN_LIFETIME).after(SLACK),
    })
}

/// How long a cutoff stays after the last token that it ends.
pub(crate) const SLACK: Lifetime = Lifetime::from_secs(120);
