//! The calendar of the signing keys.

use std::sync::Arc;

use authority::Plan;
use authority::signing_key::{Facts, KeyRing, Tended, Unmade, tend};
use ephemeral::SystemEntropy;
use store::CommitError;

use super::{ATTEMPTS, Looked, NotTended, Tending, fault};

impl Tending {
    /// Does what is due. Whoever was quicker has done it: that is no error.
    pub(super) async fn look_at_signing_keys(self: &Arc<Self>) -> Result<Looked, NotTended> {
        for _ in 0..ATTEMPTS {
            let ring = self.store.key_ring().await.map_err(|error| fault(&error))?;
            let tended = self.decide(ring).await?;
            let looked = Looked {
                due: tended.due,
                wants: tended.wants,
            };
            let Some(Plan { outcome, writes }) = tended.plan else {
                return Ok(looked);
            };
            match self.store.commit(writes).await {
                Ok(_) => {
                    let active: Vec<String> = outcome
                        .active_ids()
                        .iter()
                        .map(ToString::to_string)
                        .collect();
                    tracing::info!(
                        version = outcome.version,
                        ?active,
                        "the signing keys moved on"
                    );
                    return Ok(looked);
                }
                Err(CommitError::Conflict(conflict)) => {
                    tracing::debug!(%conflict, "another process was quicker");
                }
                Err(CommitError::Fault(error)) => return Err(fault(&error)),
            }
        }
        Err(NotTended("others change them all the time".to_owned()))
    }

    /// Making a key takes a while, and this thread serves others.
    async fn decide(self: &Arc<Self>, ring: KeyRing) -> Result<Tended, NotTended> {
        let origin = self.origin()?;
        let this = Arc::clone(self);
        let deciding = tokio::task::spawn_blocking(move || {
            let facts = Facts {
                ring: &ring,
                environment: &this.environment,
                sealing_key: &this.sealing_key,
            };
            tend(facts, &origin, this.clock.now(), &mut SystemEntropy)
        });
        match deciding.await {
            Ok(Ok(tended)) => Ok(tended),
            Ok(Err(Unmade::Fault(fault))) => Err(NotTended(fault.to_string())),
            Ok(Err(Unmade::Refused(refusal))) => Err(NotTended(refusal.to_string())),
            Err(error) => Err(NotTended(error.to_string())),
        }
    }
}
