//! The request as the upstream receives it.

use http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, HeaderName, HeaderValue, TE,
    TRANSFER_ENCODING,
};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Uri, Version};

use super::{cookie, hop_by_hop, look_alike};
use crate::upstream::RequestBody;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the gate says about a request to its upstream.
#[derive(Debug)]
pub struct Onward<'a> {
    /// The canonical path and query that were judged.
    pub target: PathAndQuery,
    /// The upstream's authority, for `Host`.
    pub authority: &'a HeaderValue,
    /// `x-request-id`.
    pub request_id: HeaderValue,
    /// The client's address, for `x-forwarded-for`.
    pub client: HeaderValue,
    /// Whether the client spoke TLS, for `x-forwarded-proto`.
    pub secure: bool,
}

/// Turns an inspected and permitted request into the upstream's. Inbound
/// credentials, identity look-alikes, statements of other proxies and
/// hop-by-hop headers are gone; identity headers are for the caller to add.
pub fn onward(mut parts: Parts, body: RequestBody, onward: Onward<'_>) -> Request<RequestBody> {
    let host = client_host(&parts);
    let headers = &mut parts.headers;
    let trailers = hop_by_hop::takes_trailers(headers);
    strip(headers);
    if trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        // RFC 9110 section 10.1.4
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
    // RFC 9112 section 6.1: said aloud, or a body of GET would be left out.
    if !body.is_empty() && !headers.contains_key(CONTENT_LENGTH) {
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    headers.insert(HOST, onward.authority.clone());
    headers.insert(REQUEST_ID, onward.request_id);
    headers.insert(FORWARDED_FOR, onward.client);
    let scheme = if onward.secure { "https" } else { "http" };
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(scheme));
    if let Some(host) = host {
        headers.insert(FORWARDED_HOST, host);
    }
    let mut request = Request::new(body);
    *request.method_mut() = parts.method;
    *request.uri_mut() = Uri::from(onward.target);
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = parts.headers;
    request
}

fn client_host(parts: &Parts) -> Option<HeaderValue> {
    parts.headers.get(HOST).cloned().or_else(|| {
        let authority = parts.uri.authority()?;
        HeaderValue::from_str(authority.as_str()).ok()
    })
}

/// Looks at each header once; removes in place.
pub(super) fn strip(headers: &mut HeaderMap) {
    let named = if headers.contains_key(CONNECTION) {
        hop_by_hop::named_by_connection(headers)
    } else {
        Vec::new()
    };
    let ends_here = |name: &&HeaderName| {
        let name = name.as_str();
        hop_by_hop::is_hop_by_hop(name)
            || name == EXPECT.as_str()
            || look_alike::is_look_alike(name)
    };
    let gone: Vec<HeaderName> = headers.keys().filter(ends_here).cloned().collect();
    for name in gone.into_iter().chain(named) {
        headers.remove(name);
    }
    if headers.contains_key(COOKIE) {
        cookie::remove_ours(headers);
    }
}
