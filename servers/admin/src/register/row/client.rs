//! The row of a client: of its secret, and of the tokens that it holds.

use authority::client::{Client, ClientType, LONGEST_LIFETIME};
use posture::{Ended, Owner, OwnerKind, RevokePath, Row, RowKind};
use snapshot::Usage;

use super::super::load::Facts;
use super::accepted;

pub(in super::super) fn row(client: &Client, usage: Option<Usage>, facts: &Facts) -> Row {
    let accountability = &client.accountability;
    let audiences: Vec<&str> = client.audiences.iter().map(|one| one.as_str()).collect();
    let presented_as = vec![client.client_type.credential_kind()];
    let revoked = client
        .revocation
        .as_ref()
        .map(|ended| Ended::Revoked(ended.at));
    let expired = (facts.now >= client.expires_at).then_some(Ended::Expired(client.expires_at));
    Row {
        kind: RowKind::Client,
        id: client.id.to_string(),
        types: accepted(&presented_as, &audiences, &facts.inventory, facts.now),
        presented_as,
        actor: Some(format!(
            "{} of {}: {}",
            actor(client.client_type),
            accountability.organisation,
            accountability.purpose
        )),
        scopes: client.scopes.clone(),
        audiences: audiences.into_iter().map(str::to_owned).collect(),
        // The subject of its tokens is its identifier, or the person who granted.
        owns_paths: true,
        owner: Some(Owner {
            name: accountability.owner.clone(),
            kind: OwnerKind::Service,
        }),
        organisation: Some(accountability.organisation.clone()),
        revoke: RevokePath::of(RowKind::Client, client.id.as_str()),
        storage: None,
        created_at: Some(client.created_at),
        secret_since: client.secret_digest.map(|_| client.created_at),
        longest_age: Some(LONGEST_LIFETIME),
        expires_at: Some(client.expires_at),
        is_ahead: false,
        has_successor: false,
        ended: revoked.or(expired),
        usage,
        is_watched: true,
        last_drill_at: None,
    }
}

/// Who acts with its tokens.
const fn actor(client_type: ClientType) -> &'static str {
    match client_type {
        ClientType::Service => "service",
        ClientType::Web => "web application, for people,",
        ClientType::Browser => "program in a browser, for people,",
        ClientType::Native => "app on a device, for people,",
    }
}
