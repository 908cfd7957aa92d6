//! Signing with a key of a vault.

use std::sync::Arc;

use async_trait::async_trait;
use jose::{Algorithm, KeyId, VerificationKey};
use secret_source::uri::AzureKey;
use secret_source::{Hash, RemoteSigner, SignatureKind, SourceFault, public_key};
use serde_json::{Map, Value};

use crate::Azure;
use crate::key::{self, KeyVersion};

/// `azure-kv:VAULT/keys/NAME[/VERSION]`, for an EC or RSA key. It is held to
/// the version that was the current one when it was opened.
#[derive(Debug)]
pub struct VaultSigner {
    azure: Arc<Azure>,
    key: AzureKey,
    version: String,
    hash: Hash,
    verification_key: VerificationKey,
}

impl VaultSigner {
    /// Opens the signer: reads the public half.
    pub async fn open(
        azure: Arc<Azure>,
        key: AzureKey,
        (algorithm, key_id): (Algorithm, KeyId),
    ) -> Result<Self, SourceFault> {
        // Key Vault has no Ed25519.
        let hash = SignatureKind::of(algorithm)
            .and_then(SignatureKind::hash)
            .ok_or_else(|| public_key::not_offered(algorithm))?;
        let KeyVersion { version, members } = key::describe(&azure, &key).await?;
        let members = Value::Object(public_members(&members));
        let verification_key = public_key::judged(members, algorithm, &key_id)?;
        Ok(Self {
            azure,
            key,
            version,
            hash,
            verification_key,
        })
    }
}

/// The members that a verifier needs. A key in hardware has a `kty` of its own.
fn public_members(members: &Map<String, Value>) -> Map<String, Value> {
    let mut public = Map::new();
    for name in ["kty", "crv", "x", "y", "n", "e"] {
        if let Some(value) = members.get(name) {
            public.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(Value::String(kty)) = public.get_mut("kty")
        && let Some(plain) = kty.strip_suffix("-HSM")
    {
        *kty = plain.to_owned();
    }
    public
}

#[async_trait]
impl RemoteSigner for VaultSigner {
    fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault> {
        // Key Vault signs digests, and its names of algorithms are JWS's.
        let algorithm = self.verification_key.algorithm();
        let with = (&self.key, self.version.as_str());
        let what = ("sign", algorithm.as_str());
        key::operate(&self.azure, with, what, &self.hash.digest(message)).await
    }
}
