//! Sealing a small key with a key of a vault.

use std::sync::Arc;

use async_trait::async_trait;
use secret_source::uri::AzureKey;
use secret_source::{KeyWrap, SecretBytes, SourceFault};
use zeroize::Zeroizing;

use crate::{Azure, key};

/// The algorithm: RSA-OAEP with SHA-256, which every vault has.
const ALGORITHM: &str = "RSA-OAEP-256";

/// `azure-kv:VAULT/keys/NAME[/VERSION]`, for an RSA key. What was wrapped
/// carries its key's version, so that a rotated key still opens it.
///
/// RSA-OAEP hides a key and does not say who wrapped it: whoever may write the
/// wrapped key can put another one there (and would then open nothing with it).
#[derive(Debug)]
pub struct VaultWrap {
    azure: Arc<Azure>,
    key: AzureKey,
}

impl VaultWrap {
    /// With the key of this name.
    pub const fn new(azure: Arc<Azure>, key: AzureKey) -> Self {
        Self { azure, key }
    }
}

#[async_trait]
impl KeyWrap for VaultWrap {
    async fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, SourceFault> {
        let version = key::describe(&self.azure, &self.key).await?.version;
        let with = (&self.key, version.as_str());
        let sealed = key::operate(&self.azure, with, ("wrapkey", ALGORITHM), key).await?;
        Ok([version.as_bytes(), b":", &sealed].concat())
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<SecretBytes, SourceFault> {
        let parts = wrapped
            .split_at_checked(32)
            .and_then(|(version, rest)| {
                let version = std::str::from_utf8(version).ok()?;
                Some((version, rest.strip_prefix(b":")?))
            })
            .filter(|(version, sealed)| key::is_version(version) && !sealed.is_empty());
        let (version, sealed) = parts.ok_or_else(|| {
            SourceFault::Malformed("it is no key that Azure Key Vault wrapped for us".to_owned())
        })?;
        let with = (&self.key, version);
        let key = key::operate(&self.azure, with, ("unwrapkey", ALGORITHM), sealed).await?;
        Ok(Zeroizing::new(key))
    }
}
