//! Whether a token's signature is good: a fact, so it may be remembered.

use std::sync::Arc;

use jose::{AccessTokenClaims, TokenError, Verified};

use crate::foreign::{ForeignFact, WantedKey};
use crate::{Rule, View};

/// What was established about a token.
#[derive(Debug, Clone)]
pub enum TokenFact {
    /// One of ours, and its claims.
    Own(Arc<Verified<AccessTokenClaims>>),
    /// One of a trusted issuer, and what it means here.
    Foreign(Arc<ForeignFact>),
}

/// Why nothing could be established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverifiable(Box<Why>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Why {
    rule: Rule,
    is_genuine: bool,
    wanted: Option<WantedKey>,
}

impl Unverifiable {
    pub(crate) fn of(rule: Rule) -> Self {
        Self(Box::new(Why {
            rule,
            is_genuine: false,
            wanted: None,
        }))
    }

    /// The signature was good; what the token says is not.
    pub(crate) fn although_genuine(mut self) -> Self {
        self.0.is_genuine = true;
        self
    }

    /// It could be established with a key that is not known.
    pub(crate) fn wanting(mut self, key: WantedKey) -> Self {
        self.0.wanted = Some(key);
        self
    }

    /// The rule that is not met.
    pub fn rule(&self) -> Rule {
        self.0.rule
    }

    pub(crate) fn is_genuine(&self) -> bool {
        self.0.is_genuine
    }

    pub(crate) fn into_wanted(self) -> Option<WantedKey> {
        self.0.wanted
    }
}

impl From<TokenError> for Unverifiable {
    fn from(error: TokenError) -> Self {
        Self::of(Rule::Token(error))
    }
}

/// Establishes that an access token was signed by an accepted key of the
/// issuer that it names.
///
/// An implementation may remember the answer under the whole token and, for a
/// token of ours, [`Snapshot::accepted_keys`](snapshot::Snapshot::accepted_keys);
/// for another issuer's while [`ForeignFact::issuer_in`] still finds its rules
/// and keys. Everything that changes with time (expiry, revocation, audience)
/// is judged after it, on every request.
pub trait TokenFacts {
    /// What is known about `token`, once its signature is good.
    fn verify(&self, token: &str, view: &View) -> Result<TokenFact, Unverifiable>;
}

/// Remembers nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uncached;

impl TokenFacts for Uncached {
    fn verify(&self, token: &str, view: &View) -> Result<TokenFact, Unverifiable> {
        if let Some(issuer) = view.trusted_issuer_of(token)? {
            return ForeignFact::establish(token, issuer)
                .map(|fact| TokenFact::Foreign(Arc::new(fact)));
        }
        // No accepted key: nothing can be verified, so nothing is.
        let allow = view.algorithms().ok_or(TokenError::KeyUnknown)?;
        let claims = jose::verify(token, view.snapshot().accepted_keys(), &allow)?;
        Ok(TokenFact::Own(Arc::new(claims)))
    }
}
