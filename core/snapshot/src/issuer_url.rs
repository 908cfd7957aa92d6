//! The issuer's identifier.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An issuer identifier (RFC 8414 section 2): an `https` URL without query and
/// fragment. `http` is accepted for a loopback host only. Compared byte for
/// byte, so a trailing slash is refused here rather than forgiven there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IssuerUrl(Arc<str>);

/// The text is no issuer identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidIssuerUrl;

impl std::fmt::Display for InvalidIssuerUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "an issuer is an https URL without query, fragment, user and trailing slash (http only on a loopback address), such as https://login.example.com",
        )
    }
}

impl std::error::Error for InvalidIssuerUrl {}

impl IssuerUrl {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path after the authority: empty, or it starts with `/`.
    pub fn path(&self) -> &str {
        let after_scheme = self.0.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme
            .find('/')
            .and_then(|at| after_scheme.get(at..))
            .unwrap_or("")
    }
}

impl std::str::FromStr for IssuerUrl {
    type Err = InvalidIssuerUrl;

    fn from_str(text: &str) -> Result<Self, InvalidIssuerUrl> {
        let plain = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'[' | b']')
        };
        // RFC 8414 section 2: no query, no fragment (nor user or escapes: none of them is needed).
        if text.len() > 256 || !text.bytes().all(plain) || text.ends_with('/') {
            return Err(InvalidIssuerUrl);
        }
        let (scheme, rest) = text.split_once("://").ok_or(InvalidIssuerUrl)?;
        let authority = rest.split('/').next().unwrap_or("");
        let (host, port) = split_port(authority).ok_or(InvalidIssuerUrl)?;
        let port_is_valid = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let loopback = matches!(host, "127.0.0.1" | "[::1]" | "localhost");
        let scheme_is_valid = scheme == "https" || (scheme == "http" && loopback);
        let path_is_plain = rest
            .split('/')
            .skip(1)
            .all(|part| !matches!(part, "" | "." | ".."));
        if host.is_empty() || !port_is_valid || !scheme_is_valid || !path_is_plain {
            return Err(InvalidIssuerUrl);
        }
        Ok(Self(text.into()))
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.starts_with('[') {
        let (address, rest) = authority.split_at_checked(authority.find(']')? + 1)?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((address, Some(port))),
            None => rest.is_empty().then_some((address, None)),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

impl TryFrom<String> for IssuerUrl {
    type Error = InvalidIssuerUrl;
    fn try_from(text: String) -> Result<Self, InvalidIssuerUrl> {
        text.parse()
    }
}

impl From<IssuerUrl> for String {
    fn from(issuer: IssuerUrl) -> Self {
        issuer.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8414_2_an_issuer_is_an_https_url_without_query_and_fragment() {
        for good in [
            "https://login.example.com",
            "https://login.example.com:8443/eu",
            "http://127.0.0.1:7001",
            "http://[::1]:7001",
            "http://localhost:1",
        ] {
            assert!(good.parse::<IssuerUrl>().is_ok(), "{good}");
        }
        for wrong in [
            "",
            "https://",
            "http://login.example.com",
            "https://a/",
            "https://a?x",
            "https://a#x",
            "https://u@a",
            "https://a:0",
            "https://a:99999",
            "https://a//b",
            "https://a/../b",
            "ftp://a",
            "http://[::2]",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(wrong.parse::<IssuerUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn its_path_is_what_follows_the_authority() {
        assert_eq!(
            "https://a/eu/x".parse::<IssuerUrl>().unwrap().path(),
            "/eu/x"
        );
        assert_eq!("https://a:1".parse::<IssuerUrl>().unwrap().path(), "");
    }
}
