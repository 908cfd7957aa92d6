//! Which endpoints a credential reaches, by the inventory in force.

use std::collections::BTreeMap;

use base::{Name, Timestamp};
use boundary::{Api, Consequence, DataClass, Endpoint, Inventory};
use credential::{Audience, CredentialKind, ScopeSet};

use super::Leaked;

/// An endpoint that lets the credential through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The API.
    pub api: Name,
    /// The endpoint.
    pub endpoint: Name,
    /// Method and path.
    pub matches: String,
    /// What a wrong caller costs there.
    pub consequence: Consequence,
    /// Whose data or money it touches.
    pub data: DataClass,
    /// As what it gets in: as it is, or as a token that is got with it.
    pub kind: CredentialKind,
}

/// Every endpoint that lets it through, the gravest first. An operator token
/// opens the admin API and no endpoint.
pub fn reach(leaked: &Leaked, inventory: &Inventory, now: Timestamp) -> Vec<Reached> {
    let (kinds, scopes, audiences): (&[CredentialKind], &ScopeSet, &[Audience]) = match leaked {
        Leaked::ApiKey(api_key) => (
            &[CredentialKind::ApiKey, CredentialKind::ClientCredentials],
            &api_key.scopes,
            std::slice::from_ref(&api_key.audience),
        ),
        Leaked::Client(client) => (
            &[CredentialKind::ClientCredentials],
            &client.scopes,
            &client.audiences,
        ),
        Leaked::OperatorToken(_) => return Vec::new(),
    };
    let mut reached: Vec<Reached> = inventory
        .endpoints()
        .filter(|(api, _)| audiences.contains(&api.audience))
        .filter(|(_, endpoint)| scopes.covers(&endpoint.demand.scopes))
        // A thief has the secret, and not the key that a token is bound to.
        .filter(|(_, endpoint)| !endpoint.demand.sender_constrained && !endpoint.is_closed(now))
        .filter_map(|(api, endpoint)| {
            let accepted = |kind: &&CredentialKind| endpoint.demand.accepts_at(**kind, now);
            let kind = kinds.iter().find(accepted)?;
            Some(reached(api, endpoint, *kind))
        })
        .collect();
    reached.sort_by_key(|reached| std::cmp::Reverse(reached.consequence));
    reached
}

fn reached(api: &Api, endpoint: &Endpoint, kind: CredentialKind) -> Reached {
    Reached {
        api: api.name.clone(),
        endpoint: endpoint.id.clone(),
        matches: endpoint.matches.to_string(),
        consequence: endpoint.facts.consequence,
        data: endpoint.facts.data,
        kind,
    }
}

/// How many endpoints of each consequence: the blast radius in numbers.
pub fn by_consequence(reached: &[Reached]) -> BTreeMap<Consequence, usize> {
    let mut counts = BTreeMap::new();
    for one in reached {
        *counts.entry(one.consequence).or_insert(0) += 1;
    }
    counts
}
