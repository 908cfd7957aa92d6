//! Opening a key by the address that a record keeps.

use std::sync::Arc;

use async_trait::async_trait;
use jose::{Algorithm, KeyId};

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
}
