//! The reviews of API keys, looked after: a notice when one is due, and the
//! lapse, each written into the audit once. A key lapses without it: every gate
//! judges by its clock.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use authority::api_key::tend_review;
use authority::audit::{Actor, Origin};
use base::Clock;
use credential::Environment;
use ephemeral::SystemEntropy;
use store::{CommitError, Store, StoreFault};

/// How often every key is looked at.
const PERIOD: Duration = Duration::from_secs(3_600);

/// How many records are read at a time.
const STRIDE: usize = 500;

/// What it works with.
pub(super) struct Reviews {
    /// Whose keys.
    pub(super) environment: Environment,
    /// Where they are.
    pub(super) store: Arc<dyn Store>,
    /// Where `now` comes from.
    pub(super) clock: Arc<dyn Clock>,
}

impl Reviews {
    /// Looks for as long as the process runs.
    pub(super) async fn run(self) {
        loop {
            match self.look().await {
                Ok(0) => {}
                Ok(written) => tracing::info!(written, "reviews of API keys are due or lapsed"),
                Err(error) => tracing::error!(%error, "the reviews cannot be looked after"),
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Writes down what is due; gives how much that was. Whoever was quicker
    /// has done it: that is no error.
    async fn look(&self) -> Result<usize, StoreFault> {
        let now = self.clock.now();
        let mut written = 0_usize;
        let mut after: Option<String> = None;
        loop {
            let page = self.store.api_keys(after.as_deref(), STRIDE).await?;
            let Some(last) = page.last() else {
                return Ok(written);
            };
            after = Some(last.id.to_string());
            for api_key in page {
                let Some(origin) = self.origin() else {
                    continue;
                };
                let Some(plan) = tend_review(&api_key, &origin, now) else {
                    continue;
                };
                match self.store.commit(plan.writes).await {
                    Ok(_) => written = written.saturating_add(1),
                    Err(CommitError::Conflict(conflict)) => {
                        tracing::debug!(%conflict, "somebody was quicker");
                    }
                    Err(CommitError::Fault(error)) => return Err(error),
                }
            }
        }
    }

    fn origin(&self) -> Option<Origin> {
        let request_id = base::generate_id_text('r', &mut SystemEntropy);
        Some(Origin {
            request_id: request_id.parse().ok()?,
            actor: Actor::Doorward,
            environment: self.environment.name.clone(),
        })
    }
}
