//! A secret of a KV version 2 engine.

use std::sync::Arc;

use async_trait::async_trait;
use secret_http::Question;
use secret_source::uri::VaultSecret;
use secret_source::{Members, SecretBytes, SecretSource, SourceFault};
use serde::Deserialize;

use crate::Vault;

/// `vault:MOUNT/PATH#FIELD`: one field of the current version of a secret.
#[derive(Debug)]
pub struct KvSecret {
    vault: Arc<Vault>,
    secret: VaultSecret,
}

impl KvSecret {
    /// The secret of this name.
    pub const fn new(vault: Arc<Vault>, secret: VaultSecret) -> Self {
        Self { vault, secret }
    }
}

#[derive(Deserialize)]
struct Read {
    data: Version,
}

#[derive(Deserialize)]
struct Version {
    data: Members,
}

#[async_trait]
impl SecretSource for KvSecret {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        let (mount, path) = (self.secret.mount(), self.secret.path());
        let request = format!("/v1/{mount}/data/{path}");
        let answer = self.vault.ask(|| Question::get(&request)).await?;
        // A version that was deleted is answered with 404 as well.
        let answer = answer.success(&format!("secret {mount}/{path}"))?;
        let read: Read = answer.json()?;
        read.data.data.text(self.secret.field())
    }
}
