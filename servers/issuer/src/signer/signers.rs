//! The keys that are open, following those that are active.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use authority::signing_key::{Custody, SealingKey, SigningKeyRecord};
use base::Timestamp;
use jose::{KeyId, SigningKey, VerificationKey};
use secret_source::OpenSigner;
use snapshot::{ActiveKey, KeyStage, Snapshot};
use store::Store;
use tokio::sync::watch;

use super::{Signer, SignerFault};

/// The open keys of an environment. A key is opened when it becomes active, or
/// is first needed, and closed when it no longer is.
pub struct Signers {
    store: Arc<dyn Store>,
    sealing_key: Arc<SealingKey>,
    places: Arc<dyn OpenSigner>,
    open: Mutex<HashMap<KeyId, Arc<Signer>>>,
}

impl Signers {
    /// None is open yet.
    pub fn new(
        store: Arc<dyn Store>,
        sealing_key: Arc<SealingKey>,
        places: Arc<dyn OpenSigner>,
    ) -> Self {
        Self {
            store,
            sealing_key,
            places,
            open: Mutex::new(HashMap::new()),
        }
    }

    /// Opens every active key, and tries every other one that is sealed: a
    /// start with the wrong sealing key is no start, and makes no key that only
    /// that one would open. A place that does not answer is waited for at each
    /// token.
    pub async fn open_all(&self, now: Timestamp) -> Result<(), SignerFault> {
        let ring = self.store.key_ring().await.map_err(SignerFault::Store)?;
        for record in &ring.keys {
            let signs = record.stage == KeyStage::Active && record.is_live(now);
            let is_tried = matches!(record.custody, Custody::Sealed(_));
            if !signs && !is_tried {
                continue;
            }
            match self.open(record).await {
                Ok(signer) if signs => self.keep(&record.key_id, signer),
                Ok(_) => {}
                Err(fault) if fault.may_pass() => {
                    tracing::warn!(key_id = %record.key_id, %fault, "a signing key is not open yet");
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Opens what becomes active and closes what no longer is; ends when the
    /// snapshots do.
    pub async fn follow(self: Arc<Self>, mut known: watch::Receiver<Arc<Snapshot>>) {
        let mut before: Option<Arc<[ActiveKey]>> = None;
        loop {
            let active = Arc::clone(known.borrow_and_update().active_keys());
            if !before
                .as_ref()
                .is_some_and(|held| Arc::ptr_eq(held, &active))
            {
                self.turn_to(&active).await;
                before = Some(active);
            }
            if known.changed().await.is_err() {
                return;
            }
        }
    }

    /// The open key of that id, opened now if it is not. The store must still
    /// have it as one that signs, or did until a moment ago: what is opened
    /// late is looked up, not remembered. The commit has the last word.
    pub(crate) async fn signer(&self, key_id: &KeyId) -> Result<Arc<Signer>, SignerFault> {
        let held = self.held().get(key_id).cloned();
        if let Some(signer) = held {
            return Ok(signer);
        }
        let ring = self.store.key_ring().await.map_err(SignerFault::Store)?;
        let record = ring
            .find(key_id)
            .filter(|record| record.published().is_accepted())
            .ok_or_else(|| SignerFault::NotActive(key_id.clone()))?;
        let signer = self.open(record).await?;
        self.keep(key_id, Arc::clone(&signer));
        Ok(signer)
    }

    async fn turn_to(&self, active: &[ActiveKey]) {
        let before = active.iter().filter_map(|key| key.predecessor.as_ref());
        let keys = active.iter().map(|key| &key.key);
        let keys = keys.chain(before.map(|before| &before.key));
        let ids: Vec<&KeyId> = keys.filter_map(VerificationKey::key_id).collect();
        self.held().retain(|key_id, _| ids.contains(&key_id));
        for key_id in ids {
            // Should it fail, the next token that needs it tries again and tells.
            if let Err(fault) = self.signer(key_id).await {
                tracing::warn!(%key_id, %fault, "a signing key is not open yet");
            }
        }
    }

    async fn open(&self, record: &SigningKeyRecord) -> Result<Arc<Signer>, SignerFault> {
        let key_id = &record.key_id;
        let invalid = || SignerFault::Invalid(key_id.clone());
        let published = VerificationKey::from_jwk(&record.public).map_err(|_| invalid())?;
        match &record.custody {
            Custody::Sealed(sealed) => {
                let private = self
                    .sealing_key
                    .open(sealed, key_id, &record.environment)
                    .map_err(SignerFault::Sealed)?;
                let key = SigningKey::from_pkcs8(record.algorithm, key_id.clone(), &private)
                    .map_err(|_| invalid())?;
                match *key.verification_key() == published {
                    true => Ok(Arc::new(Signer::Local(key))),
                    false => Err(invalid()),
                }
            }
            Custody::Remote { uri } => {
                let place = self.places.reopen_signer(uri, &published, key_id).await;
                let place = place.map_err(SignerFault::Remote)?;
                match *place.verification_key() == published {
                    true => Ok(Arc::new(Signer::Remote(place, published))),
                    false => Err(SignerFault::OtherKey(key_id.clone())),
                }
            }
            Custody::Erased => Err(SignerFault::NotActive(key_id.clone())),
        }
    }

    fn keep(&self, key_id: &KeyId, signer: Arc<Signer>) {
        self.held().insert(key_id.clone(), signer);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<KeyId, Arc<Signer>>> {
        // Each change of the map is one call, so none can be half-done.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
