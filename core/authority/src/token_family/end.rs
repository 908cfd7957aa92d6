//! A family ends: its refresh tokens are refused, and the gates refuse its
//! access tokens.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use snapshot::{Change, Cutoff, CutoffTarget};

use super::{EndedFamily, TokenFamily};
use crate::account::SLACK;
use crate::audit::{Action, Origin};
use crate::token::ACCESS_TOKEN_LIFETIME;
use crate::versioned::Versioned;
use crate::{Effect, Writes};

/// Why a family ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// A refresh token was presented that a successor had replaced.
    RefreshReuse,
    /// The code that it began with was presented again.
    CodeReuse,
    /// The client revoked it (RFC 7009).
    RevokedByClient,
    /// The session that it lived with ended.
    SessionEnded,
    /// The person took back what they granted.
    GrantWithdrawn,
    /// An operator ended it.
    RevokedByOperator,
}

impl EndReason {
    /// The name in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RefreshReuse => "refresh_reuse",
            Self::CodeReuse => "code_reuse",
            Self::RevokedByClient => "revoked_by_client",
            Self::SessionEnded => "session_ended",
            Self::GrantWithdrawn => "grant_withdrawn",
            Self::RevokedByOperator => "revoked_by_operator",
        }
    }
}

/// Ends a family, once: nothing is written for one that has ended.
pub(crate) fn end(
    family: &TokenFamily,
    reason: EndReason,
    origin: &Origin,
    now: Timestamp,
) -> Writes {
    if family.ended.is_some() {
        return Writes::default();
    }
    let ended = TokenFamily {
        ended: Some(EndedFamily { at: now, reason }),
        version: family.version.saturating_add(1),
        ..family.clone()
    };
    let target = Some(family.id.to_string());
    let detail = reason.as_str().to_owned();
    let event = origin.event(Action::TokenFamilyEnded, target, detail, now);
    let cutoff = Cutoff {
        target: CutoffTarget::Family(family.id.to_string()),
        // It issues nothing any more, so everything of it is from before: also
        // a token of this very second.
        not_before: now.after(SLACK),
        expires_at: now.after(ACCESS_TOKEN_LIFETIME).after(SLACK),
    };
    Writes {
        effects: vec![Effect::put(family.version, ended.into_record())],
        audit: vec![event],
        changes: vec![Change::CutOff(cutoff)],
    }
}
