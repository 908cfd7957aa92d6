//! Opening a key by the address that a record keeps.

use std::sync::Arc;

use async_trait::async_trait;
use jose::{Algorithm, KeyId, VerificationKey};

use crate::{RemoteSigner, SourceFault};

/// Opens remote signers by their address. The composition root implements it
/// once, over every place that it was built with.
#[async_trait]
pub trait OpenSigner: Send + Sync {
    /// Opens the key at `uri`, which signs with `algorithm` alone, and reads
    /// its public half, to be published as `key_id`.
    async fn open_signer(
        &self,
        uri: &str,
        algorithm: Algorithm,
        key_id: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault>;

    /// Opens the key at `uri` once more, which was published as `published` with
    /// this key id. A place that keeps older versions at one address opens that
    /// one; elsewhere the address alone says which it is. Whoever asks compares.
    async fn reopen_signer(
        &self,
        uri: &str,
        published: &VerificationKey,
        key_id: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
        self.open_signer(uri, published.algorithm(), key_id).await
    }
}
