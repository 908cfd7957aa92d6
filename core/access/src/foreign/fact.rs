//! A token of a trusted issuer whose signature is good.

use std::sync::Arc;

use boundary::TrustedIssuer;
use jose::{ForeignClaims, KeySet, TokenError, Unverified, Verified, verify_typed};

use super::{ForeignIdentity, ForeignIssuer, WantedKey, id_token, identity};
use crate::token_facts::Unverifiable;
use crate::{Rule, View};

/// What was established about a token, and by what: with other rules or other
/// keys it would have to be established again.
#[derive(Debug)]
pub struct ForeignFact {
    claims: Verified<ForeignClaims>,
    identity: ForeignIdentity,
    rules: Arc<TrustedIssuer>,
    keys: Arc<KeySet>,
}

impl ForeignFact {
    /// Verifies `token` as one of `issuer`, with the keys of that one alone,
    /// and reads what it means here.
    pub(crate) fn establish(token: &str, issuer: &ForeignIssuer) -> Result<Self, Unverifiable> {
        let wanted = |key_id| WantedKey {
            origin: issuer.origin().clone(),
            key_id,
        };
        let Some(keys) = issuer.keys() else {
            return Err(Unverifiable::of(Rule::IssuerKeysUnavailable).wanting(wanted(None)));
        };
        // A type or an algorithm that is not known here: nothing is accepted.
        let allow = issuer.algorithms().ok_or(TokenError::Algorithm)?;
        let types = issuer.types().ok_or(TokenError::Type)?;
        let claims =
            verify_typed::<ForeignClaims>(token, &keys.keys, &allow, types).map_err(|error| {
                match error {
                    TokenError::KeyUnknown => {
                        let named = Unverified::parse(token).ok();
                        let key_id = named.and_then(|named| named.key_id().cloned());
                        match key_id {
                            Some(key_id) => Unverifiable::from(error).wanting(wanted(Some(key_id))),
                            None => error.into(),
                        }
                    }
                    error => error.into(),
                }
            })?;
        let genuine = |rule| Unverifiable::of(rule).although_genuine();
        let rules = issuer.rules();
        if claims.issuer.as_str() != rules.issuer.as_str() {
            return Err(genuine(Rule::Token(TokenError::Issuer)));
        }
        id_token::check(&claims, rules).map_err(genuine)?;
        Ok(Self {
            identity: identity::read(&claims, rules).map_err(genuine)?,
            claims,
            rules: Arc::clone(rules),
            keys: Arc::clone(&keys.keys),
        })
    }

    /// The verified claims.
    pub fn claims(&self) -> &ForeignClaims {
        &self.claims
    }

    /// Who calls, in whose name, and with what.
    pub fn identity(&self) -> &ForeignIdentity {
        &self.identity
    }

    /// The rules by which it was read.
    pub fn rules(&self) -> &TrustedIssuer {
        &self.rules
    }

    /// The issuer by whose present rules and keys this still holds; nothing if
    /// either is another one by now.
    pub fn issuer_in<'v>(&self, view: &'v View) -> Option<&'v ForeignIssuer> {
        view.trusted_issuers().iter().find(|issuer| {
            Arc::ptr_eq(issuer.rules(), &self.rules)
                && issuer
                    .keys()
                    .is_some_and(|keys| Arc::ptr_eq(&keys.keys, &self.keys))
        })
    }
}
