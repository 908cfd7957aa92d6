//! What it costs if the wrong caller gets through, and the class table.

use base::Lifetime;
use serde::{Deserialize, Serialize};

use crate::facts::words;

/// What it costs if the wrong caller gets through; from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Something is read that can be read again.
    Read,
    /// Something changes and can be changed back.
    Write,
    /// Someone is harmed, but it can be made good.
    Sensitive,
    /// It cannot be undone: money leaves, data is deleted, power is given.
    Irreversible,
}

words!(Consequence: "read" => Read, "write" => Write, "sensitive" => Sensitive,
    "irreversible" => Irreversible);

/// What the gate does when its revocation feed lags more than an endpoint bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenLagging {
    /// Deny until the feed has caught up.
    Deny,
    /// Ask the issuer about this one token; deny if it cannot be asked.
    LiveCheckElseDeny,
}

/// The clocks of one consequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsequenceClass {
    /// The oldest token accepted: now less its `iat`.
    pub max_token_age: Lifetime,
    /// How far the revocation feed may lag.
    pub max_feed_lag: Lifetime,
    /// What happens when it lags more.
    pub when_lagging: WhenLagging,
}

impl Consequence {
    /// The class table. The articles disagree about a token's age (5 to 15
    /// minutes in 004, 15 to 30 in 002, under a minute for what cannot be
    /// undone in 002); this settles it by consequence.
    pub const fn class(self) -> ConsequenceClass {
        let (age, lag, when_lagging) = match self {
            Self::Read => (30 * 60, 10 * 60, WhenLagging::Deny),
            Self::Write => (15 * 60, 60, WhenLagging::Deny),
            Self::Sensitive => (5 * 60, 5, WhenLagging::Deny),
            Self::Irreversible => (45, 1, WhenLagging::LiveCheckElseDeny),
        };
        ConsequenceClass {
            max_token_age: Lifetime::from_secs(age),
            max_feed_lag: Lifetime::from_secs(lag),
            when_lagging,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_table_is_the_one_that_was_decided() {
        let table = [
            (Consequence::Read, 1800, 600, WhenLagging::Deny),
            (Consequence::Write, 900, 60, WhenLagging::Deny),
            (Consequence::Sensitive, 300, 5, WhenLagging::Deny),
            (
                Consequence::Irreversible,
                45,
                1,
                WhenLagging::LiveCheckElseDeny,
            ),
        ];
        for (consequence, age, lag, when_lagging) in table {
            let class = consequence.class();
            assert_eq!(class.max_token_age.as_secs(), age, "{consequence}");
            assert_eq!(class.max_feed_lag.as_secs(), lag, "{consequence}");
            assert_eq!(class.when_lagging, when_lagging, "{consequence}");
        }
    }

    #[test]
    fn a_graver_consequence_never_has_a_slower_clock() {
        let order = [
            Consequence::Read,
            Consequence::Write,
            Consequence::Sensitive,
            Consequence::Irreversible,
        ];
        for pair in order.windows(2) {
            assert!(pair[0] < pair[1]);
            assert!(pair[0].class().max_token_age > pair[1].class().max_token_age);
            assert!(pair[0].class().max_feed_lag > pair[1].class().max_feed_lag);
        }
    }
}
