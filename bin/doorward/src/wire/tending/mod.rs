//! What falls due by itself is looked after: at the start, when something is
//! due, and when anything changes. One job a file.

mod rotations;
mod signing_keys;

#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use authority::audit::{Actor, Origin};
use authority::signing_key::SealingKey;
use base::{Clock, Timestamp};
use credential::Environment;
use ephemeral::SystemEntropy;
use store::Store;

/// How long a look is put off at most: a clock may be set, or stand still in a
/// sleeping machine.
const LONGEST_SLEEP: Duration = Duration::from_secs(900);

/// How long to wait after a look that failed.
const PAUSE: Duration = Duration::from_secs(5);

/// How often a look begins anew because another process was quicker.
const ATTEMPTS: usize = 8;

/// What is looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    /// The calendar of the signing keys.
    SigningKeys,
    /// The ends of rotations of API keys.
    Rotations,
}

impl Job {
    /// Every job.
    pub(super) const ALL: [Self; 2] = [Self::SigningKeys, Self::Rotations];

    const fn as_str(self) -> &'static str {
        match self {
            Self::SigningKeys => "signing_keys",
            Self::Rotations => "rotations",
        }
    }
}

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
    /// Does a job for as long as the process runs.
    pub(super) async fn run(self: Arc<Self>, job: Job) {
        let mut head = self.store.head();
        let mut wanted: Vec<String> = Vec::new();
        loop {
            head.mark_unchanged();
            let sleep = match self.look(job).await {
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
                    tracing::error!(%error, job = job.as_str(), "what falls due cannot be looked after; it stays as it is");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Woken or not, it looks at everything.
            let _ = tokio::time::timeout(sleep, head.changed()).await;
        }
    }

    /// One look, of one job.
    pub(super) async fn look(self: &Arc<Self>, job: Job) -> Result<Looked, NotTended> {
        match job {
            Job::SigningKeys => self.look_at_signing_keys().await,
            Job::Rotations => self.look_at_rotations().await,
        }
    }

    /// What the audit is told of who acts.
    fn origin(&self) -> Result<Origin, NotTended> {
        let request_id = base::generate_id_text('r', &mut SystemEntropy)
            .parse()
            .map_err(|_| NotTended("no request id could be made".to_owned()))?;
        Ok(Origin {
            request_id,
            actor: Actor::Doorward,
            environment: self.environment.name.clone(),
        })
    }
}

fn fault(error: &dyn std::fmt::Display) -> NotTended {
    NotTended(error.to_string())
}
