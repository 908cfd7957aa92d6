//! The answer as the client receives it.

use http::HeaderMap;
use http::header::{
    CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, SET_COOKIE, TRANSFER_ENCODING,
};

use super::{cookie, hop_by_hop};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Removes what is between the upstream and the gate alone, and names the request.
pub fn clean_response(headers: &mut HeaderMap, request_id: HeaderValue) {
    let named = if headers.contains_key(CONNECTION) {
        hop_by_hop::named_by_connection(headers)
    } else {
        Vec::new()
    };
    let gone: Vec<HeaderName> = headers
        .keys()
        .filter(|name| ends_here(name.as_str()))
        .cloned()
        .collect();
    for name in gone.into_iter().chain(named) {
        headers.remove(name);
    }
    if headers.contains_key(SET_COOKIE) {
        cookie::remove_ours_being_set(headers);
    }
    headers.insert(REQUEST_ID, request_id);
}

/// Removes from trailers, in either direction, what must not arrive late
/// either: RFC 9110 section 6.5.1 forbids framing, routing and authentication there.
pub fn clean_trailers(headers: &mut HeaderMap) {
    super::request::strip(headers);
    for name in [
        CONTENT_LENGTH,
        TRANSFER_ENCODING,
        http::header::HOST,
        SET_COOKIE,
    ] {
        headers.remove(name);
    }
}

fn ends_here(name: &str) -> bool {
    hop_by_hop::is_hop_by_hop(name) || (name.len() > 10 && is_ours(name))
}

/// `x-doorward-...` with any separator: only the gate speaks in its own name.
fn is_ours(name: &str) -> bool {
    let mut letters = name.bytes().map(|byte| match byte {
        b'_' | b'.' => b'-',
        other => other,
    });
    "x-doorward-"
        .bytes()
        .all(|expected| letters.next() == Some(expected))
}
