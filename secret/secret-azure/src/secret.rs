//! A secret of a vault.

use std::sync::Arc;

use async_trait::async_trait;
use secret_http::Question;
use secret_source::uri::AzureSecret;
use secret_source::{Members, SecretBytes, SecretSource, SourceFault};

use crate::{API, Azure};

/// `azure-kv:VAULT/secrets/NAME[/VERSION]`.
#[derive(Debug)]
pub struct VaultSecret {
    azure: Arc<Azure>,
    secret: AzureSecret,
}

impl VaultSecret {
    /// The secret of this name.
    pub const fn new(azure: Arc<Azure>, secret: AzureSecret) -> Self {
        Self { azure, secret }
    }
}

#[async_trait]
impl SecretSource for VaultSecret {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        let path = match self.secret.version() {
            Some(version) => format!("/secrets/{}/{version}{API}", self.secret.name()),
            None => format!("/secrets/{}{API}", self.secret.name()),
        };
        let vault = self.secret.vault();
        let answer = self.azure.ask(vault, || Question::get(&path)).await?;
        let answer = answer.success(&format!("secret {}", self.secret))?;
        let members: Members = answer.json()?;
        members.text("value")
    }
}
