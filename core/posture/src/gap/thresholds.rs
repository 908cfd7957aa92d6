//! From where on something is a finding: every number of the register in one
//! place, each with its reason.
//!
//! | threshold | is | because |
//! |---|---|---|
//! | `never_used` | 30 days | what was made for a job has begun it within a month |
//! | `unused` | 90 days | a quarter is the longest common period of a scheduled job; what rests longer is nobody's |
//! | `ends_soon` | 14 days | two weeks take in a holiday of whoever has to act |
//! | `first_drill` | 30 days | a rotation that was never tried is tried before the first review |
//! | `drill` | 180 days | twice a year, so that whoever did the last one still remembers it |
//! | `readers` | 3 | a job, its deputy and a person: whoever needs more shares a key |
//! | `endpoints` | 20 | more than one job has, at 1 to 10 endpoints each (article 004, "one team key shared by many") |
//! | `scopes` | 10 | one job reads and writes a handful of resources; above that a key stands for a team |

use base::Lifetime;

/// From where on something is a finding. The reasons stand in the table of the
/// file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A credential that was never used is one after that; so is a scope.
    pub never_used: Lifetime,
    /// A credential that was used before is one after that without use.
    pub unused: Lifetime,
    /// What ends within that needs a successor by now.
    pub ends_soon: Lifetime,
    /// A key that has lived that long has been drilled once.
    pub first_drill: Lifetime,
    /// The oldest that the last drill may be.
    pub drill: Lifetime,
    /// How many may read a secret.
    pub readers: usize,
    /// How many endpoints one credential of a caller may open.
    pub endpoints: usize,
    /// How many scopes one credential of a caller may have.
    pub scopes: usize,
}

const DAY: u64 = 86_400;

impl Default for Thresholds {
    fn default() -> Self {
        let days = |days: u64| Lifetime::from_secs(days * DAY);
        Self {
            never_used: days(30),
            unused: days(90),
            ends_soon: days(14),
            first_drill: days(30),
            drill: days(180),
            readers: 3,
            endpoints: 20,
            scopes: 10,
        }
    }
}
