//! The answer as the client receives it.

use http::HeaderMap;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, CONNECTION, CONTENT_LENGTH,
    HeaderName, HeaderValue, SET_COOKIE, TRANSFER_ENCODING,
};

use super::{cookie, hop_by_hop};

/// What `*` is narrowed to: what a page sends to describe a request, to make it
/// conditional, to repeat it safely and to follow it. No name of a credential.
const ORDINARY: [&str; 12] = [
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "prefer",
    "range",
    "traceparent",
    "tracestate",
    "x-request-id",
    "x-requested-with",
];

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
///
/// `*` stands for every name but `Authorization` (Fetch standard, CORS protocol),
/// so for that one too: it is narrowed to names that a page has an ordinary use
/// for. With credentials it is no wildcard but a name, and is taken out.
fn allow_no_api_key(headers: &mut HeaderMap) {
    let has_credentials = headers
        .get_all(ACCESS_CONTROL_ALLOW_CREDENTIALS)
        .iter()
        .any(|value| value == "true");
    let lines = headers.get_all(ACCESS_CONTROL_ALLOW_HEADERS).iter();
    let names = lines.filter_map(|line| line.to_str().ok());
    let names = names.flat_map(|line| line.split(',')).map(str::trim);
    let mut kept: Vec<&str> = names
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("x-api-key"))
        .collect();
    if kept.contains(&"*") {
        kept.retain(|name| *name != "*");
        if !has_credentials {
            kept.extend(ORDINARY);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(lines: &[String], credentials: bool) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCESS_CONTROL_ALLOW_HEADERS, line.parse().unwrap());
        }
        if credentials {
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
        clean_response(&mut headers, HeaderValue::from_static("r1"));
        let lines = headers.get_all(ACCESS_CONTROL_ALLOW_HEADERS).iter();
        let names = lines.flat_map(|line| line.to_str().unwrap().split(','));
        names.map(|name| name.trim().to_ascii_lowercase()).collect()
    }

    /// Article 004, "never accept API keys in browser apps": however an upstream
    /// writes it, no page is told that it may send a key; what else it may send
    /// is left.
    #[test]
    fn no_page_is_told_that_it_may_send_an_api_key() {
        let keys = ["x-api-key", "X-API-Key", "X-API-KEY", "x-Api-kEy", "*"];
        let others = ["", "Content-Type", "Authorization"];
        let spaces = ["", " ", "\t", "  \t "];
        let mut looked_at = 0;
        for key in keys {
            for (before, after) in others.iter().flat_map(|a| others.map(|b| (*a, b))) {
                for space in spaces {
                    for credentials in [false, true] {
                        let list = format!("{before}{space},{space}{key}{space},{after}");
                        let apart =
                            vec![before.to_owned(), format!("{space}{key}"), after.to_owned()];
                        let twice = vec![format!("{key},{key}"), list.clone()];
                        for lines in [vec![list], apart, twice] {
                            let left = cleaned(&lines, credentials);
                            assert!(
                                !left.iter().any(|name| name == "x-api-key" || name == "*"),
                                "{lines:?}: {left:?}"
                            );
                            for other in [before, after].iter().filter(|other| !other.is_empty()) {
                                let other = other.to_ascii_lowercase();
                                let is_told = lines
                                    .iter()
                                    .any(|line| line.to_ascii_lowercase().contains(&other));
                                assert_eq!(
                                    left.contains(&other),
                                    is_told
                                        || (key == "*" && !credentials && other == "content-type"),
                                    "{lines:?}: {left:?}"
                                );
                            }
                            // The wildcard never meant this one.
                            let named = lines.iter().any(|line| line.contains("Authorization"));
                            assert_eq!(left.iter().any(|name| name == "authorization"), named);
                            // With credentials it is no wildcard: nothing is made of it.
                            let made = left.iter().any(|name| name == "idempotency-key");
                            assert_eq!(made, key == "*" && !credentials, "{lines:?}: {left:?}");
                            looked_at += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(looked_at, 5 * 9 * 4 * 2 * 3);
    }
}
