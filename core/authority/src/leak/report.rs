//! Cutting a leaked credential off, and writing down that it was reported.

use std::collections::BTreeMap;

use base::Timestamp;
use credential::CredentialKind;
use snapshot::{CredentialRef, Exposure, Seen, Usage, UsageReport};

use super::{Condition, Leaked, Place, Policy};
use crate::audit::{Action, Origin};
use crate::{Plan, Refusal, Writes, api_key, client, operator_token};

/// The longest reason of a revocation, in characters.
const LONGEST_REASON: usize = 200;

/// What was done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was revoked.
    Revoked,
    /// It was suspended.
    Suspended,
    /// Nothing: the policy is to tell people, and it goes on.
    Notified,
    /// Nothing: it opened nothing any more.
    NothingToCutOff,
}

impl Done {
    /// The name in answers and in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Notified => "notified",
            Self::NothingToCutOff => "nothing_to_cut_off",
        }
    }

    /// What a policy does about a credential in that condition.
    pub const fn by(policy: Policy, kind: CredentialKind, condition: Condition) -> Self {
        match (condition, policy) {
            (
                Condition::Superseded
                | Condition::Expired
                | Condition::DigestKeyRetired
                | Condition::Revoked,
                _,
            )
            | (Condition::Suspended, Policy::Suspend) => Self::NothingToCutOff,
            (_, Policy::Notify) => Self::Notified,
            (_, Policy::Revoke) => Self::Revoked,
            (_, Policy::Suspend) => match kind {
                CredentialKind::ApiKey => Self::Suspended,
                // There is no way back from an open door that is left open.
                _ => Self::Revoked,
            },
        }
    }
}

/// Does what the policy says about a genuine credential. The outcome is what
/// was done; the event about the report comes before those of what it causes.
pub fn report(
    leaked: &Leaked,
    (condition, policy): (Condition, Policy),
    place: &Place,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<Done>, Refusal> {
    let done = Done::by(policy, leaked.kind(), condition);
    let reason: String = format!("leaked: found at {place}")
        .chars()
        .take(LONGEST_REASON)
        .collect();
    let caused = match (done, leaked) {
        (Done::Notified | Done::NothingToCutOff, _) => Writes::default(),
        (Done::Suspended, Leaked::ApiKey(record)) => {
            api_key::suspend(record, &reason, origin, now)?.writes
        }
        (_, Leaked::ApiKey(record)) => api_key::revoke(record, &reason, origin, now)?.writes,
        (_, Leaked::Client(record)) => client::revoke(record, &reason, origin, now)?.writes,
        (_, Leaked::OperatorToken(record)) => {
            operator_token::revoke(record, &reason, origin, now)?.writes
        }
    };
    let event = origin.event(
        Action::LeakReported,
        Some(leaked.id().to_owned()),
        format!("found at {place}; {}", done.as_str()),
        now,
    );
    let mut audit = vec![event];
    audit.extend(caused.audit);
    Ok(Plan {
        outcome: done,
        writes: Writes { audit, ..caused },
    })
}

/// What its record of use learns: that it was readable for others.
pub fn exposure(leaked: &Leaked, now: Timestamp) -> UsageReport {
    UsageReport {
        credential: leaked.credential_ref(),
        usage: Usage {
            exposures: BTreeMap::from([(Exposure::Report, Seen::once(now))]),
            ..Usage::default()
        },
    }
}

impl Leaked {
    /// Under what name its use is kept: a client's is that of its tokens.
    pub fn credential_ref(&self) -> CredentialRef {
        let kind = match self {
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::Client(_) => CredentialKind::ClientCredentials,
            Self::OperatorToken(_) => CredentialKind::OperatorToken,
        };
        CredentialRef {
            kind,
            id: self.id().to_owned(),
        }
    }
}
