//! What a foreign token may do, in our words.

use std::collections::BTreeMap;

use boundary::{RoleClaim, ScopeClaim, TrustedIssuer};
use credential::{Scope, ScopeSet};
use jose::{ForeignClaims, TokenError};

use crate::Rule;

/// The scopes that its scopes and roles stand for. What is neither mapped nor
/// already one of ours counts for nothing.
pub(super) fn granted(claims: &ForeignClaims, rules: &TrustedIssuer) -> Result<ScopeSet, Rule> {
    let mut granted = Vec::new();
    if let Some(scopes) = &rules.scopes {
        by_scopes(claims, scopes, &mut granted).map_err(Rule::Token)?;
    }
    if let Some(roles) = &rules.roles {
        by_roles(claims, roles, &mut granted).map_err(Rule::Token)?;
    }
    Ok(granted.into_iter().collect())
}

fn by_scopes(
    claims: &ForeignClaims,
    scopes: &ScopeClaim,
    granted: &mut Vec<Scope>,
) -> Result<(), TokenError> {
    let Some(texts) = claims.texts(&scopes.claim)? else {
        return Ok(());
    };
    for text in texts {
        // Some issuers write the empty text for none; it names none.
        if text.is_empty() {
            continue;
        }
        // RFC 6749 section 3.3: a scope that is malformed is not read as another.
        let read: jose::Scope = text.parse().map_err(|_| TokenError::Claim)?;
        for theirs in read.iter() {
            match &scopes.map {
                Some(map) => translate(map, theirs, granted),
                None => granted.extend(theirs.parse::<Scope>().ok()),
            }
        }
    }
    Ok(())
}

fn by_roles(
    claims: &ForeignClaims,
    roles: &RoleClaim,
    granted: &mut Vec<Scope>,
) -> Result<(), TokenError> {
    for role in claims.texts(&roles.claim)?.unwrap_or_default() {
        translate(&roles.map, role, granted);
    }
    Ok(())
}

fn translate(map: &BTreeMap<String, ScopeSet>, theirs: &str, granted: &mut Vec<Scope>) {
    if let Some(ours) = map.get(theirs) {
        granted.extend(ours.iter().cloned());
    }
}
