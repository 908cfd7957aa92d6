//! The row of a signing key: whoever has it makes every token.

use authority::signing_key::{Custody, KeyRing, LIFETIME, SigningKeyRecord};
use boundary::{Api, Endpoint};
use credential::CredentialKind;
use posture::{Ended, RevokePath, Row, RowKind, Storage, StorageLevel};
use snapshot::KeyStage;

use super::super::load::Facts;
use super::operators;

const SIGNED: [CredentialKind; 2] = [
    CredentialKind::ClientCredentials,
    CredentialKind::AuthorizationCode,
];

pub(in super::super) fn row(key: &SigningKeyRecord, ring: &KeyRing, facts: &Facts) -> Row {
    let takes_tokens = |endpoint: &Endpoint| {
        let mut kinds = SIGNED.iter();
        kinds.any(|kind| endpoint.demand.accepts_at(*kind, facts.now))
    };
    let default = ring.default_lane();
    let is_of_lane = |api: &Api| match api.token_algorithm {
        Some(named) => named.as_str() == key.algorithm.as_str(),
        None => default == Some(key.algorithm),
    };
    let opened = || {
        let endpoints = facts.inventory.endpoints();
        endpoints.filter(move |(api, endpoint)| is_of_lane(api) && takes_tokens(endpoint))
    };
    let mut audiences: Vec<String> = opened().map(|(api, _)| api.audience.to_string()).collect();
    audiences.dedup();
    let scopes = opened().flat_map(|(_, endpoint)| endpoint.demand.scopes.iter().cloned());
    let retired = key.retired_at.unwrap_or(key.expires_at);
    let ended = match key.stage {
        KeyStage::Retired => Some(Ended::Revoked(retired)),
        _ if facts.now >= key.expires_at => Some(Ended::Expired(key.expires_at)),
        _ => None,
    };
    Row {
        kind: RowKind::SigningKey,
        id: key.key_id.to_string(),
        presented_as: SIGNED.to_vec(),
        types: vec!["access_token".to_owned()],
        actor: Some(format!(
            "the issuer: signs access tokens with {} ({})",
            key.algorithm.as_str(),
            key.stage
        )),
        scopes: scopes.collect(),
        audiences,
        owns_paths: true,
        owner: operators(),
        organisation: None,
        revoke: RevokePath::of(RowKind::SigningKey, key.key_id.as_str()),
        storage: storage(key),
        created_at: Some(key.created_at),
        secret_since: Some(key.created_at),
        longest_age: Some(LIFETIME.saturating_mul(2)),
        expires_at: Some(key.expires_at),
        is_ahead: key.stage == KeyStage::Next,
        // What is not active ends as it should.
        has_successor: key.stage != KeyStage::Active || ring.next(key.algorithm).is_some(),
        ended,
        usage: None,
        is_watched: false,
        last_drill_at: None,
    }
}

fn storage(key: &SigningKeyRecord) -> Option<Storage> {
    let level = match &key.custody {
        Custody::Sealed(_) => StorageLevel::Sealed,
        Custody::Remote { .. } => StorageLevel::Place,
        Custody::Erased => return None,
    };
    Some(Storage {
        level,
        // The rest of an address is for the configuration alone.
        place: key.custody.kind().to_owned(),
        transport: None,
        readers: Vec::new(),
        readable_by_others: None,
    })
}
