//! The signing keys of a process: who seals them, who opens them, and who
//! looks after them.

use std::sync::Arc;

use ::issuer::Signers;
use authority::signing_key::SealingKey;
use secret_source::OpenSigner;

use super::Parts;
use super::digest_key_use;
use super::reviews::Reviews;
use super::tending::{Job, Tending};
use crate::answer::Fault;
use crate::config::Config;

impl Parts {
    /// Looks after the signing keys, and what else falls due, from now on; the
    /// first look is over when this returns, so that what is due at the start is
    /// done before anything is signed.
    pub(super) async fn keep_keys(&mut self, config: &Config) -> Result<(), Fault> {
        let source = &config.secrets.sealing_key;
        let key = self.places.key("sealing", source).await?;
        let sealing_key = SealingKey::new(&key).ok_or_else(|| {
            Fault::new(
                format!("the key from {source} is refused"),
                "restore the right one",
            )
        })?;
        let sealing_key = Arc::new(sealing_key);
        self.sealing_key = Some(Arc::clone(&sealing_key));
        // Before the first look: a key that is made under a wrong sealing key would be lost.
        let signers = self.signers()?;
        let opened = signers.open_all(self.clock.now()).await;
        opened.map_err(|error| {
            Fault::new(
                error.to_string(),
                format!("check that {source} is the key of this store"),
            )
        })?;
        let tending = Arc::new(Tending {
            environment: self.installation.environment.clone(),
            store: Arc::clone(&self.store),
            sealing_key,
            clock: Arc::clone(&self.clock),
        });
        for job in Job::ALL {
            if let Err(error) = tending.look(job).await {
                tracing::error!(%error, "what falls due cannot be looked after; it stays as it is");
            }
            tokio::spawn(Arc::clone(&tending).run(job));
        }
        let reviews = Reviews {
            environment: self.installation.environment.clone(),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
        };
        tokio::spawn(reviews.run());
        let (store, keys) = (Arc::clone(&self.store), self.digest_keys.clone());
        let now = self.clock.now();
        tokio::spawn(async move { digest_key_use::warn(store.as_ref(), &keys, now).await });
        Ok(())
    }

    pub(super) fn signers(&self) -> Result<Arc<Signers>, Fault> {
        Ok(Arc::new(Signers::new(
            Arc::clone(&self.store),
            self.sealing_key()?,
            Arc::clone(&self.places) as Arc<dyn OpenSigner>,
        )))
    }

    pub(super) fn sealing_key(&self) -> Result<Arc<SealingKey>, Fault> {
        let sealing_key = self.sealing_key.clone();
        sealing_key.ok_or_else(|| Fault::new("the sealing key was not read", "report this"))
    }
}
