//! The calendar of the signing keys, kept: looks at them at the start, when
//! something is due, and when they change.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use authority::Plan;
use authority::audit::{Actor, Origin};
use authority::signing_key::{Facts, KeyRing, SealingKey, Tended, Unmade, tend};
use base::{Clock, Timestamp};
use credential::Environment;
use ephemeral::SystemEntropy;
use store::{CommitError, Store};

/// How long a look is put off at most: a clock may be set, or stand still in a
/// sleeping machine.
const LONGEST_SLEEP: Duration = Duration::from_secs(900);

/// How long to wait after a look that failed.
const PAUSE: Duration = Duration::from_secs(5);

/// How often a look begins anew because another process was quicker.
const ATTEMPTS: usize = 8;

/// What it works with.
pub(super) struct Tending {
    /// Whose keys.
    pub(super) environment: Environment,
    /// Where they are.
    pub(super) store: Arc<dyn Store>,
    /// Seals those that it makes.
    pub(super) sealing_key: Arc<SealingKey>,
    /// Where `now` comes from.
    pub(super) clock: Arc<dyn Clock>,
}

/// What a look found.
#[derive(Debug)]
pub(super) struct Looked {
    /// When to look again at the latest.
    due: Option<Timestamp>,
    /// What only an operator can do.
    wants: Vec<String>,
}

/// A look that changed nothing.
#[derive(Debug)]
pub(super) struct NotTended(String);

impl std::fmt::Display for NotTended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Tending {
    /// Keeps the calendar for as long as the process runs.
    pub(super) async fn run(self: Arc<Self>) {
        let mut head = self.store.head();
        let mut wanted: Vec<String> = Vec::new();
        loop {
            head.mark_unchanged();
            let sleep = match self.look().await {
                Ok(looked) => {
                    for want in looked.wants.iter().filter(|want| !wanted.contains(want)) {
                        tracing::warn!("{want}");
                    }
                    wanted = looked.wants;
                    let now = self.clock.now();
                    let until = looked.due.map_or(LONGEST_SLEEP, |due| due.since(now));
                    until.min(LONGEST_SLEEP)
                }
                Err(error) => {
                    tracing::error!(%error, "the signing keys cannot be looked after; they stay as they are");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Woken or not, it looks at everything.
            let _ = tokio::time::timeout(sleep, head.changed()).await;
        }
    }

    /// Does what is due. Whoever was quicker has done it: that is no error.
    pub(super) async fn look(self: &Arc<Self>) -> Result<Looked, NotTended> {
        let fault = |error: &dyn std::fmt::Display| NotTended(error.to_string());
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
        let request_id = base::generate_id_text('r', &mut SystemEntropy)
            .parse()
            .map_err(|_| NotTended("no request id could be made".to_owned()))?;
        let origin = Origin {
            request_id,
            actor: Actor::Doorward,
            environment: self.environment.name.clone(),
        };
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
