//! What may be registered as a redirect URI: RFC 6749 section 3.1.2, RFC 9700
//! section 2.1, RFC 8252 section 7.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The most bytes of a redirect URI.
const LONGEST: usize = 512;

/// A redirect URI that passed the rules of registration, as it was written.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(Arc<str>);

/// What kind of place a redirect URI is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectUriPlace {
    /// `https`.
    Web,
    /// `http` at a loopback address: RFC 8252 section 7.3.
    Loopback,
    /// A scheme of an app's own: RFC 8252 section 7.1.
    PrivateUse,
}

/// Why a text may not be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRedirectUri {
    /// It is empty or too long.
    Length,
    /// It has a character that a URI has not, or one that two parsers read in two ways.
    Character,
    /// It has a fragment (RFC 6749 section 3.1.2).
    Fragment,
    /// Its scheme is none that a browser can be sent back by.
    Scheme,
    /// Its authority is none, or has a user, a wildcard or a port that is none.
    Authority,
    /// Its path has a dot segment.
    Path,
}

impl std::fmt::Display for InvalidRedirectUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Length => "a redirect URI has 1 to 512 characters",
            Self::Character => {
                "a redirect URI is ASCII without spaces, quotes, backslashes and wildcards"
            }
            Self::Fragment => "a redirect URI has no fragment",
            Self::Scheme => {
                "the scheme of a redirect URI is https, http at a loopback address, or an app's own with a dot, such as com.example.app"
            }
            Self::Authority => {
                "the host of a redirect URI is a plain lower-case name or address, with no user and a port from 1 to 65535"
            }
            Self::Path => "the path of a redirect URI has no segment '.' or '..'",
        })
    }
}

impl std::error::Error for InvalidRedirectUri {}

impl RedirectUri {
    /// The text, as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of place it is.
    pub fn place(&self) -> RedirectUriPlace {
        match self.0.split_once(':').map(|(scheme, _)| scheme) {
            Some("https") => RedirectUriPlace::Web,
            Some("http") => RedirectUriPlace::Loopback,
            _ => RedirectUriPlace::PrivateUse,
        }
    }

    /// Whether it is at a loopback address, and not at a name.
    pub(crate) fn is_loopback_address(&self) -> bool {
        self.place() == RedirectUriPlace::Loopback && !self.0.starts_with("http://localhost")
    }
}

impl std::str::FromStr for RedirectUri {
    type Err = InvalidRedirectUri;

    fn from_str(text: &str) -> Result<Self, InvalidRedirectUri> {
        if text.is_empty() || text.len() > LONGEST {
            return Err(InvalidRedirectUri::Length);
        }
        if text.contains('#') {
            return Err(InvalidRedirectUri::Fragment);
        }
        // RFC 3986 section 2, without what is compared or shown in two ways: no
        // escape, no wildcard, no matrix parameter.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]@!$&(),+=".contains(&b);
        if !text.bytes().all(plain) {
            return Err(InvalidRedirectUri::Character);
        }
        let (scheme, rest) = text.split_once(':').ok_or(InvalidRedirectUri::Scheme)?;
        match scheme {
            "https" => hierarchical(rest, |_| true),
            // RFC 8252 section 8.3 would rather have addresses than the name;
            // web developers have the name, so it may be registered, with its port.
            "http" => hierarchical(rest, is_loopback),
            _ => private_use(scheme, rest),
        }?;
        Ok(Self(text.into()))
    }
}

/// `//host[:port][/path][?query]`.
fn hierarchical(rest: &str, is_host: impl Fn(&str) -> bool) -> Result<(), InvalidRedirectUri> {
    let after = rest
        .strip_prefix("//")
        .ok_or(InvalidRedirectUri::Authority)?;
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, path_and_query) = after
        .split_at_checked(end)
        .ok_or(InvalidRedirectUri::Authority)?;
    let (host, port) = host_and_port(authority).ok_or(InvalidRedirectUri::Authority)?;
    let port_is_valid = port.is_none_or(|port| {
        !port.starts_with('0')
            && port.parse::<u16>().is_ok()
            && port.bytes().all(|b| b.is_ascii_digit())
    });
    if !port_is_valid || !is_plain_host(host) {
        return Err(InvalidRedirectUri::Authority);
    }
    if !is_host(host) {
        return Err(InvalidRedirectUri::Scheme);
    }
    let path = path_and_query.split('?').next().unwrap_or("");
    let has_dots = path.split('/').any(|segment| matches!(segment, "." | ".."));
    match has_dots {
        true => Err(InvalidRedirectUri::Path),
        false => Ok(()),
    }
}

fn host_and_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.starts_with('[') {
        let (host, rest) = authority.split_at_checked(authority.find(']')? + 1)?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

/// Lower case only, so that a registered text is the one that every browser
/// would make of it; and nothing that only a resolver reads as an address.
fn is_plain_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').map(str::parse::<Ipv6Addr>);
        return address.is_some_and(|parsed| parsed.is_ok());
    }
    let label = |label: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric_end = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x"));
    host.len() <= 253
        && host.split('.').all(label)
        && (!numeric_end || host.parse::<Ipv4Addr>().is_ok())
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || bare
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// RFC 8252 section 7.1: a scheme of an app's own has a dot, as it is a domain
/// name in reverse; it has no authority.
fn private_use(scheme: &str, rest: &str) -> Result<(), InvalidRedirectUri> {
    let plain =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+');
    let letter = scheme
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_lowercase());
    let dotted = scheme.split('.').count() >= 2 && scheme.split('.').all(|part| !part.is_empty());
    if !letter || !dotted || !scheme.bytes().all(plain) {
        return Err(InvalidRedirectUri::Scheme);
    }
    if !rest.starts_with('/') || rest.starts_with("//") {
        return Err(InvalidRedirectUri::Authority);
    }
    let path = rest.split('?').next().unwrap_or("");
    match path.split('/').any(|segment| matches!(segment, "." | "..")) {
        true => Err(InvalidRedirectUri::Path),
        false => Ok(()),
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = InvalidRedirectUri;
    fn try_from(text: String) -> Result<Self, InvalidRedirectUri> {
        text.parse()
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8252_7_the_three_kinds_of_place() {
        for (text, place) in [
            ("https://app.example.com/cb", RedirectUriPlace::Web),
            ("https://app.example.com", RedirectUriPlace::Web),
            (
                "https://app.example.com:8443/cb?tab=1",
                RedirectUriPlace::Web,
            ),
            ("https://[2001:db8::1]/cb", RedirectUriPlace::Web),
            ("http://127.0.0.1/cb", RedirectUriPlace::Loopback),
            ("http://127.0.0.1:4000/cb", RedirectUriPlace::Loopback),
            ("http://[::1]:4000/cb", RedirectUriPlace::Loopback),
            ("http://localhost:3000/cb", RedirectUriPlace::Loopback),
            ("com.example.app:/cb", RedirectUriPlace::PrivateUse),
        ] {
            let uri: RedirectUri = text.parse().unwrap();
            assert_eq!((uri.place(), uri.as_str()), (place, text));
        }
    }

    #[test]
    fn rfc9700_4_1_3_what_could_be_read_in_two_ways_is_not_registered() {
        for wrong in [
            "",
            "/cb",
            "//app.test/cb",
            "app.test/cb",
            "https:app.test/cb",
            "https:/app.test/cb",
            "https://*.app.test/cb",
            "https://app.test/*",
            "*",
            "https://app.test/cb*",
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "java\nscript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://app.test/x",
            "intent:x",
            "about:blank",
            "http://app.test/cb",
            "http://127.0.0.1.evil.test/cb",
            "http://localhost.evil.test/",
            "https://app.test/cb#f",
            "https://app.test/cb#",
            "https://user@app.test/cb",
            "https://u:p@app.test/cb",
            "https://app.test:0/cb",
            "https://app.test:65536/cb",
            "https://app.test:/cb",
            "https://app.test:+1/cb",
            "https://app.test:080/cb",
            "https://APP.test/cb",
            "HTTPS://app.test/cb",
            "https://app.test/a/../cb",
            "https://app.test/./cb",
            "https://app.test/%2e%2e/cb",
            "https://app.test/cb;x=1",
            "https://app.test/c b",
            "https://app.test\\@evil.test/",
            "https://app.test/cb\0",
            "https://xn--app-.test/cb",
            "https://\u{430}pp.test/cb",
            "https://app\u{ff0e}test/cb",
            "https:///cb",
            "https://",
            "https://?x",
            "https://a..test/",
            "https://-a.test/",
            "https://2130706433/cb",
            "https://0x7f.1/cb",
            "https://127.1/cb",
            "https://[::1/cb",
            "https://[fe80::1%25en0]/",
            "app:/cb",
            "com.app:cb",
            "com.app://cb",
            "COM.APP:/cb",
            ".com:/cb",
            "com.:/cb",
            "1com.app:/cb",
            "com.app:/../cb",
            "https://app.test/\"x",
            "https://app.test/<x>",
            "https://app.test/'x",
        ] {
            assert!(wrong.parse::<RedirectUri>().is_err(), "{wrong:?}");
        }
    }
}
