//! What a row is judged by.

use std::collections::BTreeSet;

use base::{Name, Timestamp};
use boundary::Inventory;

use super::Thresholds;
use crate::DotEnvFile;

/// What a row is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The inventory in force.
    pub inventory: &'a Inventory,
    /// Whether the environment is a production one.
    pub production: bool,
    /// The owners that are no longer there.
    pub gone_owners: &'a BTreeSet<Name>,
    /// The `.env` files beside the configuration.
    pub dot_env: &'a [DotEnvFile],
    /// From where on something is a finding.
    pub thresholds: Thresholds,
    /// The time.
    pub now: Timestamp,
}
