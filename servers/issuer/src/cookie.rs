//! Cookies of the issuer's pages: `__Host-`, so that no other host and no plain
//! connection can set them (RFC 6265bis section 4.1.3.2); browsers take a
//! loopback address for a secure place.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session of a person.
pub(crate) const SESSION: &str = "__Host-doorward-session";

/// What binds a form to the browser that got it, before anybody is logged in.
pub(crate) const FORM: &str = "__Host-doorward-form";

/// The value of a cookie; nothing if it comes twice: one of the two was planted.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// Sets a cookie for as long as the browser is open.
pub(crate) fn set(name: &str, value: &str) -> Option<HeaderValue> {
    let line = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&line).ok()
}

/// Takes a cookie away.
pub(crate) fn clear(name: &str) -> Option<HeaderValue> {
    let line = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    HeaderValue::from_str(&line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_counts_once() {
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, line.parse().unwrap());
            }
            super::read(&headers, "a").map(str::to_owned)
        };
        assert_eq!(read(&["a=1"]).as_deref(), Some("1"));
        assert_eq!(read(&["b=2; a=1; c"]).as_deref(), Some("1"));
        for none in [
            &["a=1; a=1"][..],
            &["a=1", "a=2"],
            &["A=1"],
            &["b=1"],
            &[" aa=1"],
            &[],
        ] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }
}
