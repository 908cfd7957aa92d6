//! `/feed/v1`: how gates in other processes learn and report.

pub(crate) mod api_key;
pub(crate) mod changes;
pub(crate) mod decisions;
pub(crate) mod snapshot;
pub(crate) mod usage;
