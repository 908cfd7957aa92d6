//! One credential in the register.

use base::{Lifetime, Name, Timestamp};
use credential::{CredentialKind, ScopeSet};
use snapshot::Usage;

use super::{Owner, RevokePath, RowKind, Storage};

/// A credential and everything that makes it answerable (article 000, "keep a
/// compact credential register").
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is.
    pub kind: RowKind,
    /// Its public id.
    pub id: String,
    /// As which kinds of credential an endpoint meets it; none for what no
    /// endpoint ever meets.
    pub presented_as: Vec<CredentialKind>,
    /// The types under which it is accepted now. Empty: nothing takes it.
    pub types: Vec<String>,
    /// Who is meant to use it, and for what.
    pub actor: Option<String>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// What it is for.
    pub audiences: Vec<String>,
    /// Whether a path's owner (`owner_param`) may be its subject.
    pub owns_paths: bool,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// Whose it is.
    pub organisation: Option<Name>,
    /// How it is cut off.
    pub revoke: Option<RevokePath>,
    /// Where its secret lies; nothing if nobody said.
    pub storage: Option<Storage>,
    /// When it was made; nothing if that is not known.
    pub created_at: Option<Timestamp>,
    /// Since when it has its present secret; nothing if that is not known.
    pub secret_since: Option<Timestamp>,
    /// How old that secret may become; nothing if no rule says.
    pub longest_age: Option<Lifetime>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether it is there and does not work yet: a key that follows another.
    pub is_ahead: bool,
    /// Whether what comes after it is there already.
    pub has_successor: bool,
    /// Why it is refused now; nothing if it works.
    pub ended: Option<Ended>,
    /// How it was used; nothing if no gate has seen it.
    pub usage: Option<Usage>,
    /// Whether gates report its use at all.
    pub is_watched: bool,
    /// When its rotation was last drilled.
    pub last_drill_at: Option<Timestamp>,
}

/// Why a credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was revoked, or taken out.
    Revoked(Timestamp),
    /// It ended by itself.
    Expired(Timestamp),
    /// It is suspended: it may come back.
    Suspended(Timestamp),
}

impl Ended {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked(_) => "revoked",
            Self::Expired(_) => "expired",
            Self::Suspended(_) => "suspended",
        }
    }

    /// Since when.
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Revoked(at) | Self::Expired(at) | Self::Suspended(at) => at,
        }
    }
}

/// A field without which a row is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The accepted credential type.
    Type,
    /// The intended actor.
    Actor,
    /// The required scope.
    Scope,
    /// The audience.
    Audience,
    /// The owner.
    Owner,
    /// The emergency revoke path.
    RevokePath,
}

impl Field {
    /// The name in sentences and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "accepted type",
            Self::Actor => "actor",
            Self::Scope => "scope",
            Self::Audience => "audience",
            Self::Owner => "owner",
            Self::RevokePath => "revoke path",
        }
    }
}

impl Row {
    /// What it lacks of the six fields that the register is about, in their
    /// order.
    pub fn missing(&self) -> Vec<Field> {
        let absent = [
            (Field::Type, self.types.is_empty()),
            (Field::Actor, self.actor.is_none()),
            (Field::Scope, self.scopes.is_empty()),
            (Field::Audience, self.audiences.is_empty()),
            (Field::Owner, self.owner.is_none()),
            (Field::RevokePath, self.revoke.is_none()),
        ];
        let absent = absent.into_iter().filter(|(_, absent)| *absent);
        absent.map(|(field, _)| field).collect()
    }

    /// Whether it works now.
    pub const fn is_live(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it is refused for the time being.
    pub const fn is_suspended(&self) -> bool {
        matches!(self.ended, Some(Ended::Suspended(_)))
    }

    /// When it was last used; nothing if no gate has seen it.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        let seen = self.usage.as_ref().and_then(|usage| usage.seen);
        seen.map(|seen| seen.last_at)
    }
}
