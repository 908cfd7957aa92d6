//! A session ends, and with it the tokens that live only as long as it does.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EndedSession, Session};
use crate::account::{Account, cut_off};
use crate::audit::{Action, Origin};
use crate::token_family::{self, TokenFamily};
use crate::versioned::Versioned;
use crate::{Effect, Plan, Writes};

/// Why a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The person logged out.
    LoggedOut,
    /// The person logged in again in the same browser.
    Replaced,
    /// The person ended it from another device.
    EndedByAccount,
    /// An operator ended it.
    EndedByOperator,
}

impl EndReason {
    /// The name in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged out",
            Self::Replaced => "logged in again in the same browser",
            Self::EndedByAccount => "ended from the account page",
            Self::EndedByOperator => "ended by an operator",
        }
    }
}

/// Ends a session. `families` are those of its tokens: the ones without
/// `offline_access` end with it (OpenID Connect Core section 11).
pub fn end(
    session: &Session,
    families: &[TokenFamily],
    reason: EndReason,
    origin: &Origin,
    now: Timestamp,
) -> Plan<()> {
    let ended = Session {
        ended: Some(EndedSession { at: now, reason }),
        version: session.version.saturating_add(1),
        ..session.clone()
    };
    let target = Some(session.id.to_string());
    let event = origin.event(
        Action::SessionEnded,
        target,
        reason.as_str().to_owned(),
        now,
    );
    let mut writes = Writes {
        effects: vec![Effect::put(session.version, ended.into_record())],
        audit: vec![event],
        ..Writes::default()
    };
    for family in families.iter().filter(|family| !family.is_offline) {
        writes.append(token_family::end(
            family,
            token_family::EndReason::SessionEnded,
            origin,
            now,
        ));
    }
    Plan {
        outcome: (),
        writes,
    }
}

/// Ends every session and every token of a person: each record from before has
/// another subject version than the account now.
pub fn end_all(account: &Account, origin: &Origin, now: Timestamp) -> Plan<Account> {
    let changed = Account {
        subject_version: account.subject_version.saturating_add(1),
        version: account.version.saturating_add(1),
        ..account.clone()
    };
    let target = Some(account.id.to_string());
    let detail = "every session and every token".to_owned();
    let event = origin.event(Action::LoggedOutEverywhere, target, detail, now);
    Plan {
        outcome: changed.clone(),
        writes: Writes {
            effects: vec![Effect::put(account.version, changed.into_record())],
            audit: vec![event],
            changes: vec![cut_off(account, now)],
        },
    }
}
