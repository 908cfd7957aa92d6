//! `[environment]`: the hard wall.

use base::Name;
use credential::{Environment, EnvironmentClass};
use serde::Deserialize;

/// The environment of everything that this process issues and accepts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnvironmentSection {
    /// Its name.
    name: Name,
    /// `production` or `sandbox`.
    class: EnvironmentClass,
}

impl EnvironmentSection {
    /// The environment.
    pub(crate) fn environment(&self) -> Environment {
        Environment {
            name: self.name.clone(),
            class: self.class,
        }
    }
}
