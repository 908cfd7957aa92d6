//! Which requests an endpoint matches.

use serde::{Deserialize, Serialize};

use crate::{Method, PathPattern};

/// A method and a path pattern, written `POST /v1/payouts/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Match {
    /// The method.
    pub method: Method,
    /// The paths.
    pub path: PathPattern,
}

/// Why a text is no [`Match`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMatch(String);

impl std::fmt::Display for InvalidMatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidMatch {}

impl std::str::FromStr for Match {
    type Err = InvalidMatch;

    fn from_str(text: &str) -> Result<Self, InvalidMatch> {
        let (method, path) = text
            .split_once(' ')
            .ok_or_else(|| InvalidMatch("a match is a method, one space and a path".to_owned()))?;
        Ok(Self {
            method: method
                .parse()
                .map_err(|wrong: crate::InvalidMethod| InvalidMatch(wrong.to_string()))?,
            path: path
                .parse()
                .map_err(|wrong: crate::InvalidPathPattern| InvalidMatch(wrong.to_string()))?,
        })
    }
}

impl TryFrom<String> for Match {
    type Error = InvalidMatch;
    fn try_from(text: String) -> Result<Self, InvalidMatch> {
        text.parse()
    }
}

impl From<Match> for String {
    fn from(matches: Match) -> Self {
        matches.to_string()
    }
}

impl std::fmt::Display for Match {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_has_one_spelling() {
        let good = "POST /v1/payouts/{id}";
        assert_eq!(good.parse::<Match>().unwrap().to_string(), good);
        for wrong in [
            "",
            "POST",
            "/v1",
            "POST  /v1",
            "post /v1",
            "POST v1",
            "POST /v1 ",
            " POST /v1",
        ] {
            assert!(wrong.parse::<Match>().is_err(), "{wrong:?}");
        }
    }
}
