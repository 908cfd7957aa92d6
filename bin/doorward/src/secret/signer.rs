//! Signing keys that never leave their places, as the life cycle of signing
//! keys asks for them: by address alone.

use std::sync::Arc;

use async_trait::async_trait;
use jose::{Algorithm, KeyId, VerificationKey};
use secret_source::{OpenSigner, RemoteSigner, SourceFault, SourceUri};

use super::{PATIENCE, Places, open};

#[async_trait]
impl OpenSigner for Places {
    async fn open_signer(
        &self,
        uri: &str,
        algorithm: Algorithm,
        key_id: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
        let uri = parsed(uri)?;
        PATIENCE
            .ask(|| open::signer(self, &uri, (algorithm, key_id.clone())))
            .await
    }

    async fn reopen_signer(
        &self,
        uri: &str,
        published: &VerificationKey,
        key_id: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
        let uri = parsed(uri)?;
        PATIENCE
            .ask(|| open::published_signer(self, &uri, (published, key_id)))
            .await
    }
}

fn parsed(uri: &str) -> Result<SourceUri, SourceFault> {
    uri.parse()
        .map_err(|why: secret_source::InvalidSourceUri| SourceFault::Malformed(why.to_string()))
}
