//! Requests that are refused for their shape, before anyone asks who calls.
//!
//! What the HTTP parser refuses by itself (an unparsable head, a second
//! framing in HTTP/1.0, unequal lengths, obs-fold, white space before a
//! colon, an over-long target) never gets here: it answers 400, 414 or 431
//! without a request id, since there is no request yet, and closes. Everything
//! else that two hops could read differently is refused here.

mod framing;
mod host;
mod malformed;
mod method;
mod shape;

use http::request::Parts;

pub(crate) use host::is_authority;
pub use malformed::Malformed;
pub(crate) use method::ALLOWED;
pub use shape::{Shape, Shapes};

/// At most this many header lines (HTTP/1 is bounded by its parser).
const HEADERS: usize = 100;

/// The rules in their order: the ones that make the others meaningful first.
/// `secure` is whether the connection is TLS.
pub fn inspect(parts: &Parts, secure: bool) -> Result<(), Malformed> {
    if parts.headers.len() > HEADERS {
        return Err(Malformed::TooManyHeaders);
    }
    framing::check(parts)?;
    method::check(parts)?;
    host::check(parts, secure)?;
    check_header_text(parts)
}

/// RFC 9110 section 5.5 leaves bytes above 127 opaque; here they are UTF-8
/// without control characters, so that no reader sees another text.
fn check_header_text(parts: &Parts) -> Result<(), Malformed> {
    for value in parts.headers.values() {
        let bytes = value.as_bytes();
        if !bytes.is_ascii() {
            let text = std::str::from_utf8(bytes).map_err(|_| Malformed::HeaderText)?;
            if text.chars().any(|c| c.is_control() && c != '\t') {
                return Err(Malformed::HeaderText);
            }
        }
    }
    Ok(())
}
