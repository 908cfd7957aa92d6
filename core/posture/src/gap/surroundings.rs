//! What a row is judged by.

use std::collections::BTreeSet;

use base::{Lifetime, Name, Timestamp};
use boundary::Inventory;

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

/// From where on something is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A credential that was never used is one after that; so is a scope.
    pub never_used: Lifetime,
    /// A credential that was used before is one after that without use.
    pub unused: Lifetime,
    /// What ends within that needs a successor by now.
    pub ends_soon: Lifetime,
    /// A key that has lived that long has been drilled once.
    pub first_drill: Lifetime,
    /// The oldest that the last drill may be.
    pub drill: Lifetime,
    /// How many may read a secret.
    pub readers: usize,
    /// How many endpoints one credential of a caller may open.
    pub endpoints: usize,
}

const DAY: u64 = 86_400;

impl Default for Thresholds {
    fn default() -> Self {
        let days = |days: u64| Lifetime::from_secs(days * DAY);
        Self {
            never_used: days(30),
            unused: days(90),
            ends_soon: days(14),
            first_drill: days(30),
            drill: days(180),
            readers: 3,
            endpoints: 20,
        }
    }
}
