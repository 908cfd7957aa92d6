//! How a gate learns what changed.

mod api_key_fetch;
mod follow;
mod http;
mod knowledge;

use std::time::Duration;

use async_trait::async_trait;
use base::Revision;
use credential::ApiKeyId;
use serde::Deserialize;
use snapshot::{ApiKeyEntry, NumberedChange, Snapshot};

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

    /// One API key, for a gate whose snapshot has no place for all of them.
    async fn api_key(&self, id: &ApiKeyId) -> Result<FoundApiKey, FeedFault>;
}

/// What the feed says about the id of an API key.
#[derive(Debug, Clone, Deserialize)]
pub struct FoundApiKey {
    /// The answer is as new as this at least.
    pub revision: Revision,
    /// The key; nothing if there is none with that id.
    pub api_key: Option<ApiKeyEntry>,
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
