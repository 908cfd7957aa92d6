//! Rotations of API keys whose end has come are written down. They are over
//! without it: every gate judges by its clock.

use authority::api_key::{ApiKey, finish};
use base::Timestamp;
use store::CommitError;

use super::{Looked, NotTended, Tending, fault};

/// How many are read at once.
const PAGE: usize = 100;

impl Tending {
    /// Writes down what has ended. Reads the keys that are being rotated and no
    /// others.
    pub(super) async fn look_at_rotations(&self) -> Result<Looked, NotTended> {
        loop {
            let found = self.store.api_keys_by_rotation_end(PAGE).await;
            let found = found.map_err(|error| fault(&error))?;
            let now = self.clock.now();
            let ends = |key: &ApiKey| key.rotation.as_ref().map(|rotation| rotation.ends_at);
            let due: Option<Timestamp> = found.iter().filter_map(ends).find(|end| *end > now);
            let mut ended = 0;
            for key in &found {
                let Some(plan) = finish(key, &self.origin()?, now) else {
                    break;
                };
                match self.store.commit(plan.writes).await {
                    Ok(_) => tracing::info!(api_key = %key.id, "a rotation has ended"),
                    Err(CommitError::Conflict(conflict)) => {
                        tracing::debug!(%conflict, "somebody was quicker");
                    }
                    Err(CommitError::Fault(error)) => return Err(fault(&error)),
                }
                ended += 1;
            }
            if ended < PAGE {
                return Ok(Looked {
                    due,
                    wants: Vec::new(),
                });
            }
        }
    }
}
