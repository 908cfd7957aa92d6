//! What the claims of a foreign token mean here.

use base::Name;
use boundary::{Organisation, TrustedIssuer};
use credential::{CredentialKind, ScopeSet};
use jose::{ClaimText, ForeignClaims};

use super::{authority, scope};
use crate::Rule;

/// Who calls, in whose name, and with what. Nothing of it is compared with
/// names of ours, save the organisation and the scopes, which the inventory has
/// translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignIdentity {
    /// The client, as its issuer names it.
    pub client: ClaimText,
    /// On whose authority: the client's own, or an end-user's.
    pub kind: CredentialKind,
    /// The organisation, in our words.
    pub organisation: Name,
    /// The scopes, in our words.
    pub scopes: ScopeSet,
}

/// Reads them, or says which rule is not met.
pub(super) fn read(claims: &ForeignClaims, rules: &TrustedIssuer) -> Result<ForeignIdentity, Rule> {
    let client = client(claims, rules)?;
    Ok(ForeignIdentity {
        kind: authority::kind(claims, rules, &client)?,
        organisation: organisation(claims, rules)?,
        scopes: scope::granted(claims, rules)?,
        client,
    })
}

/// All claims that name the client agree, and one of them is there.
fn client(claims: &ForeignClaims, rules: &TrustedIssuer) -> Result<ClaimText, Rule> {
    let mut found: Option<&str> = None;
    for path in &rules.client {
        let named = claims.text(path).map_err(Rule::Token)?;
        match (found, named) {
            (Some(one), Some(other)) if one != other => return Err(Rule::ForeignClient),
            (None, Some(_)) => found = named,
            _ => {}
        }
    }
    // RFC 9068 section 2.2: a token names its client.
    let client = found.ok_or(Rule::ForeignClient)?;
    client.parse().map_err(|_| Rule::ForeignClient)
}

fn organisation(claims: &ForeignClaims, rules: &TrustedIssuer) -> Result<Name, Rule> {
    match &rules.organisation {
        Organisation::Fixed(name) => Ok(name.clone()),
        Organisation::Claim { claim, map } => {
            let told = claims.text(claim).map_err(Rule::Token)?;
            told.and_then(|told| map.get(told))
                .cloned()
                .ok_or(Rule::ForeignOrganisation)
        }
    }
}
