//! A secret in an environment variable.

use std::os::unix::ffi::OsStringExt as _;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::uri::VariableName;
use crate::{SecretBytes, SecretSource, SourceFault};

/// `env:NAME`. The variable stays in the environment of the process, where its
/// owner and the superuser can read it for as long as the process runs.
#[derive(Debug, Clone)]
pub struct EnvironmentSource {
    name: VariableName,
}

impl EnvironmentSource {
    /// The variable of this name.
    pub const fn new(name: VariableName) -> Self {
        Self { name }
    }
}

#[async_trait]
impl SecretSource for EnvironmentSource {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        let name = &self.name;
        let value = std::env::var_os(name.as_str());
        let value = value.map(|value| Zeroizing::new(value.into_vec()));
        match value {
            None => Err(SourceFault::Missing(format!(
                "the environment has no variable {name}"
            ))),
            // Set and empty is no secret: nobody means the key with no bits.
            Some(value) if value.is_empty() => Err(SourceFault::Malformed(format!(
                "the environment variable {name} is empty"
            ))),
            Some(value) => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::conformance::{Refusal, Secrets, check_source};

    fn source(name: &str) -> Arc<dyn SecretSource> {
        Arc::new(EnvironmentSource::new(name.parse().unwrap()))
    }

    #[tokio::test]
    async fn the_environment_keeps_the_promises_of_a_source() {
        // Cargo sets this one for every test.
        let content = env!("CARGO_MANIFEST_DIR").as_bytes();
        check_source(Secrets {
            gives: vec![(source("CARGO_MANIFEST_DIR"), content.to_vec())],
            refuses: vec![(source("DOORWARD_NO_SUCH_VARIABLE"), Refusal::Missing)],
            never_shown: Vec::new(),
        })
        .await;
    }
}
