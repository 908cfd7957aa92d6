//! What several endpoints load.

use std::sync::Arc;

use authority::inventory::{Facts, InventoryVersion};
use boundary::Inventory;
use jose::Algorithm;
use snapshot::IssuerUrl;
use store::StoreFault;

use crate::Admin;
use crate::problem::Failure;

/// The inventory in force and its version; an empty one of version 0 before
/// the first.
pub(crate) async fn inventory_in_force(admin: &Admin) -> Result<(u64, Arc<Inventory>), Failure> {
    let version: Option<InventoryVersion> = admin.store.inventory().await?;
    Ok(version.map_or_else(
        || (0, Arc::new(Inventory::default())),
        |version| (version.version, version.inventory),
    ))
}

/// What a document is read against: the issuer and the lanes of its keys.
pub(crate) struct InventoryFacts {
    issuer: IssuerUrl,
    lanes: Vec<Algorithm>,
}

impl InventoryFacts {
    /// Loads them.
    pub(crate) async fn load(admin: &Admin) -> Result<Self, Failure> {
        let installation = admin.store.installation().await?;
        let installation = installation.ok_or(StoreFault::NotInstalled)?;
        Ok(Self {
            issuer: installation.issuer,
            lanes: admin.store.key_ring().await?.lanes(),
        })
    }

    /// As the rules ask for them.
    pub(crate) fn of<'a>(&'a self, admin: &'a Admin) -> Facts<'a> {
        Facts {
            environment: &admin.environment,
            issuer: &self.issuer,
            lanes: &self.lanes,
        }
    }
}
