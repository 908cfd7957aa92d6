//! What an API wants its access tokens signed with.

use jose::{Algorithm, InvalidAlgorithm};
use serde::{Deserialize, Serialize};

/// A signature algorithm by its registered name (RFC 7518 section 3.1), exact
/// in every letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenAlgorithm(Algorithm);

impl TokenAlgorithm {
    /// The algorithm.
    pub const fn algorithm(self) -> Algorithm {
        self.0
    }

    /// Its registered name.
    pub const fn as_str(self) -> &'static str {
        self.0.as_str()
    }
}

impl std::str::FromStr for TokenAlgorithm {
    type Err = InvalidAlgorithm;
    fn from_str(text: &str) -> Result<Self, InvalidAlgorithm> {
        text.parse().map(Self)
    }
}

impl std::fmt::Display for TokenAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7518_3_1_a_name_is_exact_and_none_is_none() {
        for algorithm in Algorithm::ALL {
            let name = algorithm.as_str();
            assert_eq!(name.parse::<TokenAlgorithm>().unwrap().as_str(), name);
            for wrong in [name.to_lowercase(), format!(" {name}"), format!("{name}\n")] {
                assert!(wrong.parse::<TokenAlgorithm>().is_err(), "{wrong:?}");
            }
        }
        for wrong in ["", "none", "HS256", "RS256 ES256"] {
            assert!(wrong.parse::<TokenAlgorithm>().is_err(), "{wrong:?}");
        }
    }
}
