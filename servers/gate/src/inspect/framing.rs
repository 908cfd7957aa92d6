//! Where a request's body ends is stated once and plainly.

use http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::request::Parts;
use http::{Method, Version};

use super::{Malformed, Shape};

pub(super) fn check(parts: &Parts) -> Result<(), Malformed> {
    let headers = &parts.headers;
    let mut encodings = headers.get_all(TRANSFER_ENCODING).iter();
    if let Some(encoding) = encodings.next() {
        // RFC 9112 section 6.1: a coding that is not understood, or a list
        // that another hop reads differently, is not passed over.
        if !encoding.as_bytes().eq_ignore_ascii_case(b"chunked") || encodings.next().is_some() {
            return Err(Malformed::TransferEncoding);
        }
        if headers.contains_key(CONTENT_LENGTH) {
            return Err(Malformed::Shape(Shape::TwoFramings));
        }
    }
    if headers.get_all(CONTENT_LENGTH).iter().nth(1).is_some() {
        return Err(Malformed::Shape(Shape::RepeatedLength));
    }
    // RFC 9112 section 6.3: without a length the body would be empty here,
    // while an older peer would send until it closes.
    if parts.version < Version::HTTP_11
        && matches!(parts.method, Method::POST | Method::PUT | Method::PATCH)
        && !headers.contains_key(CONTENT_LENGTH)
    {
        return Err(Malformed::NoLength);
    }
    check_expectation(parts)
}

// RFC 9110 section 10.1.1
fn check_expectation(parts: &Parts) -> Result<(), Malformed> {
    let mut expectations = parts.headers.get_all(EXPECT).iter();
    match (expectations.next(), expectations.next()) {
        (None, _) => Ok(()),
        (Some(only), None) if only.as_bytes().eq_ignore_ascii_case(b"100-continue") => Ok(()),
        _ => Err(Malformed::Expectation),
    }
}
