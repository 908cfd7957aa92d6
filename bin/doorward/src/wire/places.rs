//! The places that hold signing keys themselves.

use std::sync::Arc;

use async_trait::async_trait;
use jose::{Algorithm, KeyId};
use secret_source::{OpenSigner, RemoteSigner, SourceFault};

/// No place: nothing of this build signs remotely.
pub(crate) struct NoPlaces;

#[async_trait]
impl OpenSigner for NoPlaces {
    async fn open_signer(
        &self,
        _: &str,
        _: Algorithm,
        _: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
        Err(SourceFault::Missing(
            "this build of doorward has no place that signs".to_owned(),
        ))
    }
}
