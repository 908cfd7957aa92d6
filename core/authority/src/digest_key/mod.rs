//! Digest keys: what happens when one leaks. How one follows another is the
//! configuration's business.

mod require_in_use;
mod retire;

#[cfg(test)]
mod tests;

use base::{Name, Timestamp};
use credential::{DigestKeyId, RetiredDigestKeys};
use serde::{Deserialize, Serialize};

pub use require_in_use::require_in_use;
pub use retire::{RetireFacts, retire};

/// A digest key under which nothing is accepted any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredDigestKey {
    /// Which.
    pub digest_key: DigestKeyId,
    /// The environment whose secrets stood under it.
    pub environment: Name,
    /// Since when.
    pub retired_at: Timestamp,
    /// Why, in one line.
    pub reason: String,
}

/// As whoever judges asks for them.
pub fn refused(records: &[RetiredDigestKey]) -> RetiredDigestKeys {
    let each = records.iter();
    each.map(|record| (record.digest_key, record.retired_at))
        .collect()
}
