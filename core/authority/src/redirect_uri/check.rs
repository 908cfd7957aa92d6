//! Whether a browser may be sent where a request says: RFC 9700 section 4.1.3,
//! OAuth 2.1 section 4.1.1.

use super::RedirectUri;
use crate::client::Client;

/// A redirect URI that is the client's: the only thing that carries an answer,
/// also a refusal, away from our own pages. Only [`check_redirect_uri`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedRedirectUri(String);

impl TrustedRedirectUri {
    /// Where to, exactly as the request said.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Compares what a request names with what is registered, character by
/// character. A request that names none has the only one that there is
/// (RFC 6749 section 3.1.2.3).
pub fn check_redirect_uri(client: &Client, asked: Option<&str>) -> Option<TrustedRedirectUri> {
    let registered = &client.redirect_uris;
    let Some(asked) = asked else {
        return match registered.as_slice() {
            [only] => Some(TrustedRedirectUri(only.as_str().to_owned())),
            _ => None,
        };
    };
    let is_registered = registered
        .iter()
        .any(|uri| uri.as_str() == asked || is_same_but_for_port(uri, asked));
    is_registered.then(|| TrustedRedirectUri(asked.to_owned()))
}

/// RFC 8252 section 7.3: an app at a loopback address gets its port from the
/// operating system when it starts, so any port is the registered one. Only
/// there, and only at an address.
fn is_same_but_for_port(registered: &RedirectUri, asked: &str) -> bool {
    if !registered.is_loopback_address() {
        return false;
    }
    // What could not be registered is not what is registered with another port.
    let Ok(asked) = asked.parse::<RedirectUri>() else {
        return false;
    };
    asked.is_loopback_address() && without_port(registered) == without_port(&asked)
}

/// Host, then path and query.
fn without_port(uri: &RedirectUri) -> Option<(&str, &str)> {
    let after = uri.as_str().strip_prefix("http://")?;
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, rest) = after.split_at_checked(end)?;
    let host_end = match authority.find(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    Some((authority.get(..host_end)?, rest))
}
