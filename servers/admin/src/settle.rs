//! Committing a plan.

use authority::Plan;
use base::Revision;
use store::{CommitError, StoreFault};

use crate::Admin;
use crate::problem::Failure;

/// How often a request is decided: once, and once more after a conflict.
pub(crate) const ATTEMPTS: usize = 2;

/// Commits a plan. `None` means that a precondition did not hold: load again
/// and decide again.
pub(crate) async fn settle<T>(
    admin: &Admin,
    plan: Plan<T>,
) -> Result<Option<(T, Revision)>, Failure> {
    match admin.store.commit(plan.writes).await {
        Ok(revision) => Ok(Some((plan.outcome, revision))),
        Err(CommitError::Conflict(conflict)) => {
            tracing::debug!(%conflict, "a commit met a conflict");
            Ok(None)
        }
        Err(CommitError::Fault(fault)) => Err(Failure::from(fault)),
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Self {
        // What a store says may name paths and addresses: it is for our log.
        tracing::error!(%fault, "the store cannot serve the admin API");
        Self::Fault
    }
}
