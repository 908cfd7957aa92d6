//! The methods that this gate passes on.

use http::Method;
use http::request::Parts;

use super::Malformed;

/// What `Allow` says to a method that is not offered.
pub(crate) const ALLOWED: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

pub(super) fn check(parts: &Parts) -> Result<(), Malformed> {
    // RFC 9110 section 9.1: methods are case-sensitive, so `get` is unknown.
    match parts.method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE => {}
        // RFC 9110 section 9.3.7: `*` is about the server, not about an endpoint.
        Method::OPTIONS if parts.uri.path() == "*" => return Err(Malformed::Method),
        Method::OPTIONS => {}
        _ => return Err(Malformed::Method),
    }
    if parts.uri.path().starts_with('/') {
        Ok(())
    } else {
        Err(Malformed::Target)
    }
}
