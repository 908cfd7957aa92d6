//! The hard wall between production, staging and sandboxes.

use base::Name;
use serde::{Deserialize, Serialize};

/// Whether mistakes in an environment cost real money and data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentClass {
    /// Real users, data and money: strict rules have no way around.
    Production,
    /// A place to try things.
    Sandbox,
}

impl EnvironmentClass {
    /// The tag inside a credential: `live` or `test`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Production => "live",
            Self::Sandbox => "test",
        }
    }

    /// The class with that tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "live" => Some(Self::Production),
            "test" => Some(Self::Sandbox),
            _ => None,
        }
    }
}

/// An environment: its own issuer, signing keys, credential tag, audiences and
/// records. A credential of one is `wrong_environment` in every other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Environment {
    /// Its name, such as `production` or `staging-eu`.
    pub name: Name,
    /// Its class.
    pub class: EnvironmentClass,
}
