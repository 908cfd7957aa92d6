//! Keys that were made elsewhere. Their texts name no id of ours, so they are
//! found by what is stored of them: the keyed digest, which nobody can aim at
//! who has not the digest key.

use base::Digest;
use credential::ApiKeyId;
use imbl::HashMap;

use crate::ApiKeyRef;

/// The imported keys by the digests of their texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportedKeys(HashMap<[u8; 32], ApiKeyId>);

impl ImportedKeys {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key with that digest.
    pub(crate) fn find(&self, digest: &Digest) -> Option<&ApiKeyId> {
        self.0.get(digest.as_bytes())
    }

    /// Adds a key that was made elsewhere.
    pub(crate) fn know(&mut self, api_key: &ApiKeyRef) {
        if let Ok(id) = api_key.id().parse() {
            self.0.insert(*api_key.digest().as_bytes(), id);
        }
    }

    /// Takes the key with that digest out, if it is here: another record of it
    /// comes.
    pub(crate) fn forget(&mut self, digest: &Digest) {
        self.0.remove(digest.as_bytes());
    }

    /// Keeps those whose key is still known.
    pub(crate) fn retain(&mut self, is_known: impl Fn(&ApiKeyId) -> bool) {
        self.0.retain(|_, id| is_known(id));
    }
}
