//! Scopes: what a credential may do, `action:resource`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One scope, `action:resource`, such as `read:user_profile`. Both parts are
/// 1 to 64 characters of `a-z 0-9 _ . -`. A bare `read` or `write` and every
/// wildcard are refused: a scope names what it reaches.
///
/// It is narrower than a scope-token of RFC 6749 section 3.3, so every scope
/// can stand in a token and in a challenge as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Arc<str>);

/// Why a text is no [`Scope`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidScope {
    /// No `:`, as in a bare `read`: it says what is done, not to what.
    Coarse(String),
    /// A `*`: it reaches what does not exist yet.
    Wildcard(String),
    /// An empty or over-long part, or a character outside `a-z 0-9 _ . -`.
    Malformed(String),
}

impl std::fmt::Display for InvalidScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Coarse(scope) => write!(
                f,
                "scope {scope:?} names no resource: write action:resource, such as {scope}:reports"
            ),
            Self::Wildcard(scope) => {
                write!(
                    f,
                    "scope {scope:?} has a wildcard: name each action:resource"
                )
            }
            Self::Malformed(scope) => write!(
                f,
                "scope {scope:?} is not action:resource in lower-case letters, digits, '_', '.' and '-'"
            ),
        }
    }
}

impl std::error::Error for InvalidScope {}

impl Scope {
    /// The scope as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the colon.
    pub fn action(&self) -> &str {
        self.0.split_once(':').map_or("", |(action, _)| action)
    }

    /// The part after the colon.
    pub fn resource(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, resource)| resource)
    }
}

impl std::str::FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let shown = || text.chars().take(80).collect::<String>();
        let part = |part: &str| {
            (1..=64).contains(&part.len())
                && part.bytes().all(|b| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-')
                })
        };
        if text.contains('*') {
            return Err(InvalidScope::Wildcard(shown()));
        }
        match text.split_once(':') {
            Some((action, resource)) if part(action) && part(resource) => Ok(Self(text.into())),
            Some(_) => Err(InvalidScope::Malformed(shown())),
            None if part(text) => Err(InvalidScope::Coarse(shown())),
            None => Err(InvalidScope::Malformed(shown())),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = InvalidScope;
    fn try_from(text: String) -> Result<Self, InvalidScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A set of scopes, in order; empty reaches nothing. Prints as RFC 6749
/// section 3.3 writes it: separated by single spaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// No scope at all.
    pub const fn empty() -> Self {
        Self(BTreeSet::new())
    }

    /// Reads a space-separated list (RFC 6749 section 3.3). The empty string,
    /// a doubled space and a repeated scope are refused.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        let mut scopes = BTreeSet::new();
        for item in text.split(' ') {
            let scope: Scope = item.parse()?;
            if !scopes.insert(scope) {
                return Err(InvalidScope::Malformed(item.chars().take(80).collect()));
            }
        }
        Ok(Self(scopes))
    }

    /// Whether it has no scope.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this exact scope is in it.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|held| held.as_str() == scope)
    }

    /// Whether every scope of `other` is in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// The scopes of `self` that are not in `other`.
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// The scopes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl std::fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_names_action_and_resource() {
        for good in [
            "read:user_profile",
            "write:billing",
            "admin:delete_account",
            "read:v1.reports",
        ] {
            assert_eq!(good.parse::<Scope>().unwrap().as_str(), good);
        }
        assert!(matches!(
            "read".parse::<Scope>(),
            Err(InvalidScope::Coarse(_))
        ));
        assert!(matches!(
            "read:*".parse::<Scope>(),
            Err(InvalidScope::Wildcard(_))
        ));
        for wrong in [
            "", ":", "read:", ":x", "READ:x", "read:x y", "read:x:y", "read:é", "read:x\n",
        ] {
            assert!(
                matches!(wrong.parse::<Scope>(), Err(InvalidScope::Malformed(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn rfc6749_3_3_a_scope_list_has_single_spaces_and_no_repeats() {
        let set = ScopeSet::parse("write:b read:a").unwrap();
        assert_eq!(set.to_string(), "read:a write:b");
        for wrong in [
            "",
            " ",
            "read:a ",
            " read:a",
            "read:a  write:b",
            "read:a\twrite:b",
            "read:a read:a",
        ] {
            assert!(ScopeSet::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_set_covers_by_exact_scope() {
        let held = ScopeSet::parse("read:reports").unwrap();
        for other in ["read:report", "read:reportsx", "xread:reports"] {
            assert!(!held.covers(&ScopeSet::parse(other).unwrap()));
        }
        assert!(held.covers(&ScopeSet::empty()));
    }
}
