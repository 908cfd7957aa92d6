//! The algorithms that an acceptor is configured to accept.

use serde::{Deserialize, Serialize};

use crate::Algorithm;

/// A non-empty set of algorithms. RFC 8725 section 3.1: the acceptor says
/// which algorithms it takes; the token never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Algorithm>", into = "Vec<Algorithm>")]
pub struct AllowList(u16);

/// Nothing would be accepted, which is a mistake of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyAllowList;

impl std::fmt::Display for EmptyAllowList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("at least one algorithm must be allowed")
    }
}

impl std::error::Error for EmptyAllowList {}

impl AllowList {
    /// The set of these algorithms.
    pub fn new(algorithms: &[Algorithm]) -> Result<Self, EmptyAllowList> {
        match algorithms
            .iter()
            .fold(0, |bits, &algorithm| bits | bit(algorithm))
        {
            0 => Err(EmptyAllowList),
            bits => Ok(Self(bits)),
        }
    }

    /// The set of this one.
    pub const fn only(algorithm: Algorithm) -> Self {
        Self(bit(algorithm))
    }

    /// Whether `algorithm` is allowed.
    pub const fn allows(self, algorithm: Algorithm) -> bool {
        self.0 & bit(algorithm) != 0
    }

    /// The allowed ones.
    pub fn algorithms(self) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL
            .into_iter()
            .filter(move |&algorithm| self.allows(algorithm))
    }
}

const fn bit(algorithm: Algorithm) -> u16 {
    1 << algorithm as u8
}

impl TryFrom<Vec<Algorithm>> for AllowList {
    type Error = EmptyAllowList;
    fn try_from(algorithms: Vec<Algorithm>) -> Result<Self, EmptyAllowList> {
        Self::new(&algorithms)
    }
}

impl From<AllowList> for Vec<Algorithm> {
    fn from(list: AllowList) -> Self {
        list.algorithms().collect()
    }
}
