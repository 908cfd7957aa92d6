//! When a key is looked at, and which preset is called how.

use base::{Lifetime, Timestamp};

use super::rotation_policy::SEMIANNUAL;
use super::{LONGEST_LIFETIME, Review, RotationPolicy};

const DAY: u64 = 86_400;

/// How far ahead the day may lie on which a semiannual key becomes quarterly.
pub const LATEST_IMPROVEMENT: Lifetime = Lifetime::from_secs(366 * DAY);

/// How long a key goes on after its review was due.
const GRACE: Lifetime = Lifetime::from_secs(15 * DAY);

/// At which age of a secret one is warned (article 002: its end is at 90 days).
pub const WARNING_AGE: Lifetime = Lifetime::from_secs(75 * DAY);

impl RotationPolicy {
    /// When a key that was made or looked at then is to be looked at again: 75
    /// days later, or 165; after 15 more it is suspended.
    pub fn review_after(self, looked_at: Timestamp) -> Review {
        let whole = match self {
            Self::Semiannual { improve_by } if looked_at < improve_by => SEMIANNUAL,
            Self::Semiannual { .. } | Self::Quarterly => LONGEST_LIFETIME,
        };
        Review {
            due_at: looked_at.after(whole.saturating_sub(GRACE)),
            suspends_at: looked_at.after(whole),
            noticed_at: None,
            lapsed_at: None,
            last: None,
        }
    }

    /// The name of the preset.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quarterly => "quarterly",
            Self::Semiannual { .. } => "semiannual",
        }
    }
}
