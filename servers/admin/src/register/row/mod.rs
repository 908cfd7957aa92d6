//! From what is known of a credential to its row, one kind a file.

pub(super) mod api_key;
pub(super) mod client;
pub(super) mod digest_key;
pub(super) mod dot_env;
pub(super) mod operator_token;
pub(super) mod own_secret;
pub(super) mod signing_key;
pub(super) mod trusted_issuer;

use base::{Name, Timestamp};
use boundary::Inventory;
use credential::CredentialKind;
use posture::{Owner, OwnerKind};

/// The kinds of these that an endpoint of one of the audiences accepts now.
fn accepted(
    kinds: &[CredentialKind],
    audiences: &[&str],
    inventory: &Inventory,
    now: Timestamp,
) -> Vec<String> {
    let taken = |kind: CredentialKind| {
        let mut endpoints = inventory.endpoints();
        endpoints.any(|(api, endpoint)| {
            audiences.contains(&api.audience.as_str()) && endpoint.demand.accepts_at(kind, now)
        })
    };
    let accepted = kinds.iter().filter(|kind| taken(**kind));
    accepted.map(ToString::to_string).collect()
}

/// Whoever runs this installation.
fn operators() -> Option<Owner> {
    let name: Name = "operators".parse().ok()?;
    let kind = OwnerKind::Operator;
    Some(Owner { name, kind })
}
