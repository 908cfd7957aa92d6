//! The URL of an issuer that is not ours, or of its keys.

use serde::{Deserialize, Serialize};

use crate::upstream;

/// An `https` URL, or an `http` one whose host is written as loopback. No user,
/// no fragment, no dot segments: one URL has one reading. It is compared byte
/// for byte (RFC 8414 section 3.3), so a slash at its end counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ForeignUrl(String);

/// Why a text is no such URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidForeignUrl(&'static str);

impl std::fmt::Display for InvalidForeignUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidForeignUrl {}

/// The hosts that are loopback in so many words. A name that only resolves to
/// loopback is not.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

impl ForeignUrl {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is reached over TLS.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// `host`, `host:port`, `[address]` or `[address]:port`.
    pub fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default()
    }

    /// The path and the query, from the first slash on; `/` if there is none.
    pub fn target(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }

    /// The host: a name, or an address without brackets.
    pub fn host(&self) -> &str {
        let host = host_of(self.authority());
        host.strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(host)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        let authority = self.authority();
        let port = authority
            .strip_prefix(host_of(authority))
            .and_then(|rest| rest.strip_prefix(':'));
        let default = if self.is_secure() { 443 } else { 80 };
        port.and_then(|port| port.parse().ok()).unwrap_or(default)
    }

    /// Whether its host is written as loopback.
    pub fn is_loopback(&self) -> bool {
        LOOPBACK.contains(&host_of(self.authority()))
    }

    /// Whether it has a query, which an issuer has not (RFC 8414 section 2).
    pub fn has_query(&self) -> bool {
        self.0.contains('?')
    }
}

/// The host of an authority, brackets included.
fn host_of(authority: &str) -> &str {
    let end = match authority.find(']') {
        Some(bracket) => Some(bracket + 1),
        None => authority.find(':'),
    };
    end.and_then(|end| authority.get(..end))
        .unwrap_or(authority)
}

impl std::str::FromStr for ForeignUrl {
    type Err = InvalidForeignUrl;

    fn from_str(text: &str) -> Result<Self, InvalidForeignUrl> {
        if text.len() > 512 {
            return Err(InvalidForeignUrl("it has more than 512 characters"));
        }
        let url = Self(text.to_owned());
        let Some(("https" | "http", rest)) = text.split_once("://") else {
            return Err(InvalidForeignUrl("it starts with https://"));
        };
        if rest.contains('@') {
            return Err(InvalidForeignUrl(
                "it has a user or a password: no credential stands in a URL",
            ));
        }
        if rest.contains('#') {
            return Err(InvalidForeignUrl("it has a fragment"));
        }
        upstream::authority(url.authority()).map_err(|_| {
            InvalidForeignUrl(
                "its host is no name in lower case and no address, or its port is none",
            )
        })?;
        if !url.is_secure() && !url.is_loopback() {
            return Err(InvalidForeignUrl(
                "keys that come over http:// are anybody's: only 127.0.0.1, [::1] and localhost go without TLS",
            ));
        }
        let after = rest.strip_prefix(url.authority()).unwrap_or_default();
        let (path, query) = after.split_once('?').unwrap_or((after, ""));
        if !is_plain(path, "") || !is_plain(query, "/?") || (path.is_empty() && !after.is_empty()) {
            return Err(InvalidForeignUrl(
                "it has a character that a URL must escape",
            ));
        }
        let mut segments = path.split('/').skip(1).peekable();
        while let Some(segment) = segments.next() {
            let is_last = segments.peek().is_none();
            if matches!(segment, "." | "..") || (segment.is_empty() && !is_last) {
                return Err(InvalidForeignUrl("its path has an empty or a dot segment"));
            }
        }
        Ok(url)
    }
}

/// RFC 3986 section 3.3 and section 3.4: unreserved, sub-delims, `:` and `@`
/// (which was refused before), and escapes.
fn is_plain(text: &str, also: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || b"-._~!$&'()*+,;=:/%".contains(&byte)
            || also.as_bytes().contains(&byte)
    })
}

impl TryFrom<String> for ForeignUrl {
    type Error = InvalidForeignUrl;
    fn try_from(text: String) -> Result<Self, InvalidForeignUrl> {
        text.parse()
    }
}

impl From<ForeignUrl> for String {
    fn from(url: ForeignUrl) -> Self {
        url.0
    }
}

impl std::fmt::Display for ForeignUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_url_has_one_reading() {
        for (text, host, port, target) in [
            (
                "https://sso.acme.example/realms/x",
                "sso.acme.example",
                443,
                "/realms/x",
            ),
            ("https://acme.eu.auth0.com/", "acme.eu.auth0.com", 443, "/"),
            (
                "https://accounts.google.com",
                "accounts.google.com",
                443,
                "/",
            ),
            ("https://a:8443/b?appid=1%20x", "a", 8443, "/b?appid=1%20x"),
            ("http://127.0.0.1:7001", "127.0.0.1", 7001, "/"),
            ("http://[::1]:7001/x", "::1", 7001, "/x"),
            ("https://[2001:db8::1]/x", "2001:db8::1", 443, "/x"),
            ("http://localhost/", "localhost", 80, "/"),
        ] {
            let url: ForeignUrl = text.parse().unwrap();
            assert_eq!((url.host(), url.port(), url.target()), (host, port, target));
            assert_eq!(url.to_string(), text);
        }
        for wrong in [
            "",
            "sso.acme.example",
            "ftp://a",
            "HTTPS://a",
            "https://",
            "https:///x",
            "https://A",
            "https://u@a",
            "https://u:p@a",
            "https://a@127.0.0.1",
            "https://a#x",
            "https://a/#x",
            "https://a:0",
            "https://a:99999",
            "https://a//b",
            "https://a/../b",
            "https://a/./b",
            "https://a/..",
            "https://a b",
            "https://a/b c",
            "https://a/é",
            "https://a\\b",
            "https://a/\n",
            "https://127.1",
            "https://0x7f.0.0.1",
            "https://a?x",
            "http://a",
            "http://10.0.0.1",
            "http://127.0.0.2",
            "http://127.0.0.1.evil.example",
            "http://x.localhost",
            "http://[::2]",
        ] {
            assert!(wrong.parse::<ForeignUrl>().is_err(), "{wrong:?}");
        }
    }
}
