//! What several endpoints load.

use std::sync::Arc;

use authority::inventory::InventoryVersion;
use boundary::Inventory;

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
