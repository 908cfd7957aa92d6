//! How a gate learns what changed.

mod follow;
mod http;
mod knowledge;

use std::time::Duration;

use async_trait::async_trait;
use base::Revision;
use snapshot::{NumberedChange, Snapshot};

pub use http::{HttpFeed, HttpFeedError};
pub use knowledge::Knowledge;

/// Where changes come from: the store of the same process, or the admin API.
#[async_trait]
pub trait Feed: Send + Sync {
    /// Everything, at one revision.
    async fn snapshot(&self) -> Result<Snapshot, FeedFault>;

    /// The changes after a revision, in order and without a hole.
    ///
    /// If there is none it waits up to `wait` for one. **An empty answer says
    /// that there was none when it was given**, and the gate counts its
    /// knowledge as fresh by it; whoever cannot know gives a fault.
    async fn changes_after(&self, after: Revision, wait: Duration) -> Result<Steps, FeedFault>;
}

/// What came after a revision.
#[derive(Debug, Clone)]
pub enum Steps {
    /// These; none at the head.
    Changes(Vec<NumberedChange>),
    /// Not known any more: only a whole snapshot helps.
    Gap,
}

/// The feed could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFault(
    /// For the log.
    pub String,
);

impl std::fmt::Display for FeedFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the feed cannot be read: {}", self.0)
    }
}

impl std::error::Error for FeedFault {}
