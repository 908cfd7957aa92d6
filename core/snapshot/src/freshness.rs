//! How old a gate's knowledge may be.

use base::{Lifetime, Timestamp};

/// When a gate last knew that it had every change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// That instant.
    pub confirmed_at: Timestamp,
}

impl Freshness {
    /// How far the feed may lag at `now`. A clock that has stepped back behind
    /// the confirmation counts as no lag of its own; tokens are judged by time
    /// separately.
    pub fn lag(self, now: Timestamp) -> Lifetime {
        now.since(self.confirmed_at)
    }
}
