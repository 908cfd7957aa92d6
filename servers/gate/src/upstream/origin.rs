//! Where requests are forwarded.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use http::uri::{Scheme, Uri};

use crate::inspect::is_authority;

/// Scheme, host and port of an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    host: Arc<str>,
    port: u16,
    authority: HeaderValue,
}

/// The text is no `http://host[:port]` or `https://host[:port]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidOrigin;

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an upstream is http://host:port or https://host:port, without path or user")
    }
}

impl std::error::Error for InvalidOrigin {}

impl Origin {
    /// Whether it is reached over TLS.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Its host: a name, an IPv4 address or an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What the `Host` header says to it.
    pub const fn authority(&self) -> &HeaderValue {
        &self.authority
    }
}

impl std::str::FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin)?;
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            _ => return Err(InvalidOrigin),
        };
        let authority = uri.authority().ok_or(InvalidOrigin)?;
        let bare_path = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if !bare_path || !is_authority(authority.as_str()) {
            return Err(InvalidOrigin);
        }
        let host = authority.host();
        let bare = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(host);
        Ok(Self {
            secure,
            host: bare.into(),
            port: authority
                .port_u16()
                .unwrap_or(if secure { 443 } else { 80 }),
            authority: HeaderValue::from_str(authority.as_str()).map_err(|_| InvalidOrigin)?,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        let authority = self.authority.to_str().unwrap_or_default();
        write!(f, "{scheme}://{authority}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_scheme_host_and_port_and_nothing_else() {
        let origin: Origin = "http://127.0.0.1:9000".parse().unwrap();
        assert_eq!((origin.host(), origin.port()), ("127.0.0.1", 9000));
        assert_eq!(origin.authority(), "127.0.0.1:9000");
        let origin: Origin = "https://[::1]/".parse().unwrap();
        assert_eq!((origin.host(), origin.port()), ("::1", 443));
        for wrong in [
            "",
            "127.0.0.1:9000",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://a?b",
            "http://u:p@a",
            "http://a:",
            "http://a:99999",
            "http:///x",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong:?}");
        }
    }
}
