//! A person grants what a page has shown them, and nothing else.

use base::Timestamp;

use super::{Grant, GrantedScopes};
use crate::account::Account;
use crate::audit::{Action, Origin};
use crate::client::Client;
use crate::versioned::Versioned;
use crate::{Effect, Plan, Writes};

/// Grants `scopes` to a client, beside what `known` has granted it already.
/// What was withdrawn before does not come back with it.
pub fn give(
    account: &Account,
    client: &Client,
    scopes: &GrantedScopes,
    known: Option<&Grant>,
    origin: &Origin,
    now: Timestamp,
) -> Plan<Grant> {
    let from = known.map_or(0, |known| known.version);
    let standing = known.filter(|known| known.withdrawn.is_none());
    let grant = Grant {
        account: account.id.clone(),
        client: client.id.clone(),
        environment: account.environment.clone(),
        scopes: standing.map_or_else(|| scopes.clone(), |known| known.scopes.with(scopes)),
        granted_at: now,
        withdrawn: None,
        version: from.saturating_add(1),
    };
    let detail = format!("{} to {}", scopes, client.id);
    let event = origin.event(Action::GrantGiven, Some(grant.id()), detail, now);
    Plan {
        outcome: grant.clone(),
        writes: Writes {
            effects: vec![Effect::put(from, grant.into_record())],
            audit: vec![event],
            ..Writes::default()
        },
    }
}
