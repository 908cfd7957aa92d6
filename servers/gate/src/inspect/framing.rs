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
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    if let Some(length) = lengths.next() {
        if lengths.next().is_some() {
            return Err(Malformed::Shape(Shape::RepeatedLength));
        }
        // RFC 9110 section 8.6: one digit or more. The HTTP/2 library takes an
        // empty value for zero; an HTTP/1 upstream may read it otherwise.
        if length.is_empty() || !length.as_bytes().iter().all(u8::is_ascii_digit) {
            return Err(Malformed::ContentLength);
        }
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
