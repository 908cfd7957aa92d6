//! The answer as the client receives it.

use http::HeaderMap;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, SET_COOKIE,
    TRANSFER_ENCODING,
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
    if headers.contains_key(ACCESS_CONTROL_ALLOW_HEADERS) {
        allow_no_api_key(headers);
    }
    headers.insert(REQUEST_ID, request_id);
}

/// Takes the header of API keys out of what the upstream lets scripts of other
/// sites send: the gate refuses a key that comes from a browser, and a page
/// that must ask first learns that before it sends one.
fn allow_no_api_key(headers: &mut HeaderMap) {
    let lines = headers.get_all(ACCESS_CONTROL_ALLOW_HEADERS).iter();
    let names = lines.filter_map(|line| line.to_str().ok());
    let names = names.flat_map(|line| line.split(',')).map(str::trim);
    let kept: Vec<&str> = names
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("x-api-key"))
        .collect();
    let kept = HeaderValue::try_from(kept.join(", "));
    headers.remove(ACCESS_CONTROL_ALLOW_HEADERS);
    if let Ok(kept) = kept
        && !kept.is_empty()
    {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, kept);
    }
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
