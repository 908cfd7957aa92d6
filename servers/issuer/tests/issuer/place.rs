//! A place that holds keys and signs with them, as a device does. It can be
//! made to fail, and to hold another key than it announced.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Algorithm, KeyId, VerificationKey};
use secret_source::{OpenSigner, RemoteSigner, SourceFault};
use serde_json::json;

#[derive(Default)]
pub(crate) struct Places {
    keys: Mutex<HashMap<String, Arc<Ed25519KeyPair>>>,
    pub(crate) down: Arc<AtomicBool>,
    pub(crate) lies: Arc<AtomicBool>,
}

impl Places {
    /// Makes a key, or another one at the same address.
    pub(crate) fn make(&self, uri: &str) {
        let pair = Arc::new(Ed25519KeyPair::generate().unwrap());
        self.keys.lock().unwrap().insert(uri.to_owned(), pair);
    }
}

struct Place {
    pair: Arc<Ed25519KeyPair>,
    key: VerificationKey,
    down: Arc<AtomicBool>,
    lies: Arc<AtomicBool>,
}

fn unreachable() -> SourceFault {
    SourceFault::Unreachable("it is down".to_owned())
}

#[async_trait]
impl OpenSigner for Places {
    async fn open_signer(
        &self,
        uri: &str,
        algorithm: Algorithm,
        key_id: &KeyId,
    ) -> Result<Arc<dyn RemoteSigner>, SourceFault> {
        assert_eq!(algorithm, Algorithm::EdDsa);
        if self.down.load(Ordering::SeqCst) {
            return Err(unreachable());
        }
        let pair = self.keys.lock().unwrap().get(uri).cloned();
        let pair = pair.ok_or_else(|| SourceFault::Missing("no such key".to_owned()))?;
        let jwk = json!({
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": key_id.as_str(),
            "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
        });
        let key = serde_json::from_value(jwk).unwrap();
        let (down, lies) = (Arc::clone(&self.down), Arc::clone(&self.lies));
        Ok(Arc::new(Place {
            pair,
            key,
            down,
            lies,
        }))
    }
}

#[async_trait]
impl RemoteSigner for Place {
    fn verification_key(&self) -> &VerificationKey {
        &self.key
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SourceFault> {
        if self.down.load(Ordering::SeqCst) {
            return Err(unreachable());
        }
        let signature = match self.lies.load(Ordering::SeqCst) {
            true => Ed25519KeyPair::generate().unwrap().sign(message),
            false => self.pair.sign(message),
        };
        Ok(signature.as_ref().to_vec())
    }
}
