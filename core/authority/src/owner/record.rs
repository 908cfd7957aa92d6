//! What is remembered of an owner.

use base::{Name, Timestamp};
use serde::{Deserialize, Serialize};

/// An owner about whom something was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its name, as credentials have it.
    pub name: Name,
    /// How many acts have made it what it is.
    pub version: u64,
    /// The environment in which it was decided.
    pub environment: Name,
    /// Since when it is gone, and why; nothing: it is here.
    #[serde(default)]
    pub disabled: Option<Disabled>,
}

/// That an owner is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why, in one line.
    pub reason: String,
}

impl Owner {
    /// Whether nothing of theirs is accepted.
    pub const fn is_disabled(&self) -> bool {
        self.disabled.is_some()
    }
}
