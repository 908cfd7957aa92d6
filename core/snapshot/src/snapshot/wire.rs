//! The serialised form of a snapshot: a gate that stands alone gets it whole.

use std::sync::Arc;

use base::{Revision, Timestamp};
use credential::{Environment, RetiredDigestKeys};
use serde::{Deserialize, Serialize};

use super::{InventoryEntry, Snapshot};
use crate::api_key_table::{ApiKeyRef, ApiKeyTable};
use crate::{ClientEntry, Cutoff, IssuerUrl, PublishedKey};

/// A snapshot as it is serialised. Fields are only ever added, with a default.
#[derive(Serialize, Deserialize)]
pub(super) struct Wire {
    environment: Environment,
    issuer: IssuerUrl,
    revision: Revision,
    inventory: InventoryEntry,
    #[serde(default)]
    api_keys: ApiKeyTable,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_keys_at_most: Option<usize>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    api_keys_are_partial: bool,
    #[serde(default)]
    clients: Vec<Arc<ClientEntry>>,
    #[serde(default)]
    published_keys: Vec<PublishedKey>,
    #[serde(default)]
    denied_tokens: Vec<(Arc<str>, Timestamp)>,
    #[serde(default)]
    cutoffs: Vec<Cutoff>,
    #[serde(default)]
    disabled_owners: Vec<(Arc<str>, Timestamp)>,
    #[serde(default, skip_serializing_if = "RetiredDigestKeys::is_empty")]
    retired_digest_keys: RetiredDigestKeys,
}

impl From<Snapshot> for Wire {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            environment: snapshot.environment,
            issuer: snapshot.issuer,
            revision: snapshot.revision,
            inventory: snapshot.inventory,
            api_keys: snapshot.api_keys,
            api_keys_at_most: snapshot.api_keys_at_most,
            api_keys_are_partial: snapshot.api_keys_are_partial,
            clients: snapshot
                .clients
                .into_iter()
                .map(|(_, entry)| entry)
                .collect(),
            published_keys: snapshot.published_keys.to_vec(),
            denied_tokens: snapshot.denied_tokens.into_iter().collect(),
            cutoffs: snapshot.cutoff_entries.to_vec(),
            disabled_owners: snapshot.disabled_owners.into_iter().collect(),
            retired_digest_keys: snapshot.retired_digest_keys,
        }
    }
}

impl From<Wire> for Snapshot {
    fn from(wire: Wire) -> Self {
        let mut snapshot = Self::empty(wire.environment, wire.issuer);
        snapshot.revision = wire.revision;
        snapshot.inventory = wire.inventory;
        snapshot.api_keys = wire.api_keys;
        snapshot.api_keys_at_most = wire.api_keys_at_most;
        snapshot.api_keys_are_partial = wire.api_keys_are_partial;
        for api_key in snapshot.api_keys.iter().filter(ApiKeyRef::imported) {
            snapshot.imported_keys.know(&api_key);
        }
        snapshot.clients = wire
            .clients
            .into_iter()
            .map(|entry| (entry.id.clone(), entry))
            .collect();
        snapshot.denied_tokens = wire.denied_tokens.into_iter().collect();
        snapshot.publish(wire.published_keys);
        for cutoff in wire.cutoffs {
            snapshot.cut_off(cutoff);
        }
        snapshot.disabled_owners = wire.disabled_owners.into_iter().collect();
        snapshot.retired_digest_keys = wire.retired_digest_keys;
        snapshot
    }
}
