//! What a door received.

use std::net::IpAddr;

use http::HeaderMap;

/// One request, as received: nothing in it is trusted, and nothing is decoded.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The origin-form target (RFC 9112 section 3.2.1): path and query, byte
    /// for byte.
    pub target: &'a str,
    /// The headers. What a trusted proxy said about the connection is already
    /// in the other fields.
    pub headers: &'a HeaderMap,
    /// The real peer.
    pub peer: IpAddr,
    /// Whether nobody on the way could read it: TLS, loopback, or a trusted
    /// proxy that ends TLS.
    pub secure: bool,
}

impl<'a> Request<'a> {
    /// The path, without the query.
    pub fn path(&self) -> &'a str {
        self.target
            .split_once('?')
            .map_or(self.target, |(path, _)| path)
    }

    /// The query, without its `?`.
    pub fn query(&self) -> Option<&'a str> {
        self.target.split_once('?').map(|(_, query)| query)
    }
}

/// Neither the target nor the headers: both may hold a secret.
impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("peer", &self.peer)
            .field("secure", &self.secure)
            .finish_non_exhaustive()
    }
}
