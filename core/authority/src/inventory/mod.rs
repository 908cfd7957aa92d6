//! Putting an inventory in force: all of it or none of it.

mod apply;
mod compatibility;
mod inline_keys;
mod own_issuer;
mod read;
mod token_lane;

use base::Timestamp;
use boundary::Inventory;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use apply::{Applied, apply};
pub use compatibility::{CompatibilityWindow, compatibility_windows};
pub use read::{Facts, read};

/// One version of the inventory, as it is remembered: the document as it was
/// written, and what was derived from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InventoryVersion {
    /// 1 for the first one.
    pub version: u64,
    /// The document, to the byte.
    pub document: String,
    /// What was derived from it.
    pub inventory: Arc<Inventory>,
    /// When it was applied.
    pub applied_at: Timestamp,
    /// By whom.
    pub applied_by: String,
}
