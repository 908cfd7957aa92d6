//! The scopes of a delegated request: those of OpenID Connect beside those of
//! the APIs.

use std::collections::BTreeSet;

use credential::{Scope, ScopeSet};
use serde::{Deserialize, Serialize};

/// The most scopes that one request may name.
const MOST_SCOPES: usize = 64;

/// A scope of OpenID Connect, which no endpoint of an API asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityScope {
    /// `openid`: who logged in (OpenID Connect Core section 3.1.2.1).
    Openid,
    /// `profile`: the name (section 5.4).
    Profile,
    /// `email`: the address of mail (section 5.4).
    Email,
    /// `offline_access`: tokens that outlive the session (section 11).
    OfflineAccess,
}

impl IdentityScope {
    /// All of them, in the order in which metadata and pages list them.
    pub const ALL: [Self; 4] = [
        Self::Openid,
        Self::Profile,
        Self::Email,
        Self::OfflineAccess,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
        }
    }

    fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// Scopes that a client asks a person for, or that were granted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GrantedScopes {
    /// Those of OpenID Connect.
    pub identity: BTreeSet<IdentityScope>,
    /// Those of the APIs.
    pub api: ScopeSet,
}

/// The text is no list of scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidRequestedScope {
    /// One of them is no scope.
    Scope(credential::InvalidScope),
    /// One comes twice, or a space stands where none may.
    Repeated,
    /// There are more than 64.
    TooMany,
}

impl std::fmt::Display for InvalidRequestedScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scope(error) => error.fmt(f),
            Self::Repeated => f.write_str("a scope comes twice, or two spaces part them"),
            Self::TooMany => write!(f, "there are more than {MOST_SCOPES} scopes"),
        }
    }
}

impl std::error::Error for InvalidRequestedScope {}

impl GrantedScopes {
    /// Reads a list (RFC 6749 section 3.3).
    pub fn parse(text: &str) -> Result<Self, InvalidRequestedScope> {
        let mut identity = BTreeSet::new();
        let mut api: BTreeSet<Scope> = BTreeSet::new();
        for (index, item) in text.split(' ').enumerate() {
            if index >= MOST_SCOPES {
                return Err(InvalidRequestedScope::TooMany);
            }
            let is_new = match IdentityScope::named(item) {
                Some(scope) => identity.insert(scope),
                None if item.is_empty() => false,
                None => api.insert(item.parse().map_err(InvalidRequestedScope::Scope)?),
            };
            if !is_new {
                return Err(InvalidRequestedScope::Repeated);
            }
        }
        Ok(Self {
            identity,
            api: api.into_iter().collect(),
        })
    }

    /// Whether that scope of OpenID Connect is among them.
    pub fn has(&self, scope: IdentityScope) -> bool {
        self.identity.contains(&scope)
    }

    /// Whether every scope of `other` is among them.
    pub fn covers(&self, other: &Self) -> bool {
        other.identity.is_subset(&self.identity) && self.api.covers(&other.api)
    }

    /// These and those of `other`.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self {
            identity: self.identity.union(&other.identity).copied().collect(),
            api: self.api.iter().chain(other.api.iter()).cloned().collect(),
        }
    }

    /// Those that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self {
            identity: self.identity.difference(&other.identity).copied().collect(),
            api: self.api.without(&other.api),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.identity.is_empty() && self.api.is_empty()
    }
}

impl std::fmt::Display for GrantedScopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let identity = self.identity.iter().map(|scope| scope.as_str());
        let all: Vec<&str> = identity.chain(self.api.iter().map(Scope::as_str)).collect();
        f.write_str(&all.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_3_a_list_has_each_scope_once_parted_by_one_space() {
        let scopes = GrantedScopes::parse("read:reports openid offline_access").unwrap();
        assert!(scopes.has(IdentityScope::Openid) && scopes.api.contains("read:reports"));
        assert_eq!(scopes.to_string(), "openid offline_access read:reports");
        for wrong in [
            "",
            " ",
            "openid ",
            " openid",
            "openid  email",
            "openid openid",
            "read:a read:a",
            "*",
            "OPENID",
            "openid\temail",
            "read",
            "Profile",
        ] {
            assert!(GrantedScopes::parse(wrong).is_err(), "{wrong:?}");
        }
        let many: Vec<String> = (0..10_000).map(|n| format!("read:s{n}")).collect();
        assert_eq!(
            GrantedScopes::parse(&many.join(" ")),
            Err(InvalidRequestedScope::TooMany)
        );
    }
}
