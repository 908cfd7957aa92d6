//! The HTTP methods that an endpoint can match.

use serde::{Deserialize, Serialize};

use crate::facts::{Word, words};

/// A method of RFC 9110 section 9.3 or RFC 5789. CONNECT and TRACE are not
/// here: no endpoint can ask for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// OPTIONS.
    Options,
}

words!(Method: "GET" => Get, "HEAD" => Head, "POST" => Post, "PUT" => Put, "PATCH" => Patch,
    "DELETE" => Delete, "OPTIONS" => Options);

/// The text is none of the methods, in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidMethod;

impl std::fmt::Display for InvalidMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, in capitals")
    }
}

impl std::error::Error for InvalidMethod {}

impl std::str::FromStr for Method {
    type Err = InvalidMethod;

    // RFC 9110 section 9.1: the method token is case-sensitive.
    fn from_str(text: &str) -> Result<Self, InvalidMethod> {
        Self::from_name(text).ok_or(InvalidMethod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9110_9_1_a_method_is_exact() {
        for (name, method) in Method::WORDS {
            assert_eq!(name.parse(), Ok(*method));
            assert_eq!(method.as_str(), *name);
        }
        for wrong in [
            "", "get", "Get", "GET ", "TRACE", "CONNECT", "PROPFIND", "*",
        ] {
            assert_eq!(wrong.parse::<Method>(), Err(InvalidMethod), "{wrong:?}");
        }
    }
}
