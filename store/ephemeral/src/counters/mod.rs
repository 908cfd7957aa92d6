//! Numbers that callers share and that may be forgotten: what a limit has left.

#[cfg(any(test, feature = "conformance"))]
mod conformance;
mod in_process;

use std::time::Duration;

use async_trait::async_trait;
use base::Timestamp;

#[cfg(any(test, feature = "conformance"))]
pub use conformance::check_counters;
pub use in_process::InProcessCounters;

/// What one change makes of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The number to keep.
    pub number: i64,
    /// For how long it is needed: after that, no number is the same.
    pub needed_for: Duration,
}

/// A counter cannot be changed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterFault(
    /// For the log.
    pub String,
);

impl std::fmt::Display for CounterFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a counter cannot be changed: {}", self.0)
    }
}

impl std::error::Error for CounterFault {}

/// What a number becomes: given what is kept, or nothing. It may be asked more
/// than once for one change; the last answer is the one that is kept.
pub type Step<'a> = dyn FnMut(Option<i64>) -> Counted + Send + 'a;

/// Where counters are kept. What they mean is for whoever counts to say.
#[async_trait]
pub trait Counters: Send + Sync {
    /// Changes the counter `name` at `now` to what `step` makes of it. No other
    /// change of the same counter comes in between.
    async fn change(
        &self,
        name: &str,
        now: Timestamp,
        step: &mut Step<'_>,
    ) -> Result<(), CounterFault>;
}
