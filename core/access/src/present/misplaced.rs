//! Credentials where others read them: the query, the path, a cookie.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use credential::ApiKeyId;
use http::header::COOKIE;
use jose::Unverified;
use percent_encoding::percent_decode_str;
use snapshot::Exposure;

use super::shape;
use crate::denial::Exposed;
use crate::{Denial, Judge, Request, Rule, verify};

/// The parameters that are credentials by their name, in lower case with `-`
/// for `_`: that of RFC 6750 section 2.3, and those that API keys go by.
const NAMES: [&str; 8] = [
    "access-token",
    "api-key",
    "apikey",
    "x-api-key",
    "xapikey",
    "authorization",
    "bearer",
    "client-secret",
];

/// How long these names are: most others are told by their length.
const NAME_LENGTHS: RangeInclusive<usize> = 6..=13;

/// RFC 9700 section 4.3.2: no credential in a URL. A key that was really ours
/// is named, so that it can be reported as exposed.
pub(crate) fn check(judge: &Judge<'_>, request: &Request<'_>) -> Result<(), Denial> {
    match place(request).or_else(|| our_token_in_query(judge, request)) {
        None => Ok(()),
        Some(rule) => Err(Denial::new(rule).with_exposed(exposed(judge, request))),
    }
}

/// Where a credential stands that should not, in the order of how widely the
/// place is logged. Everything is read decoded: an escape hides nothing.
pub(super) fn place(request: &Request<'_>) -> Option<Rule> {
    let query = request.query().unwrap_or_default();
    if named_credential(query).is_some() || has_ours(query) {
        Some(Rule::CredentialInQuery)
    } else if has_ours(request.path()) {
        Some(Rule::CredentialInPath)
    } else if cookies(request).any(has_ours) {
        Some(Rule::CredentialInCookie)
    } else {
        None
    }
}

/// The first API key in the target or a cookie that is genuine.
pub(super) fn exposed(judge: &Judge<'_>, request: &Request<'_>) -> Option<Exposed> {
    let query = request.query().map(|query| (query, Exposure::Query));
    let path = Some((request.path(), Exposure::Path));
    let target = [query, path].into_iter().flatten();
    let cookies = cookies(request).map(|cookie| (cookie, Exposure::Cookie));
    let mut places = target.chain(cookies);
    let ours =
        places.find_map(|(text, exposure)| Some((exposed_in(judge, &decoded(text))?, exposure)));
    ours.or_else(|| {
        // One that was made elsewhere shows by the name of its parameter alone.
        let (_, value) = named_credential(request.query()?)?;
        let id = verify::genuine_api_key(judge, &decoded(value))?;
        Some((id, Exposure::Query))
    })
}

/// The first API key in `text` that is genuine.
pub(super) fn exposed_in(judge: &Judge<'_>, text: &str) -> Option<ApiKeyId> {
    shape::ours(text).find_map(|found| verify::genuine_api_key(judge, found))
}

/// The first parameter that is a credential by its name, and its value.
fn named_credential(query: &str) -> Option<(&str, &str)> {
    let pairs = query.split(['&', ';']);
    let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(name, _)| {
        let name = decoded(name);
        if !NAME_LENGTHS.contains(&name.len()) {
            return false;
        }
        let fold = |b: u8| {
            if b == b'_' {
                b'-'
            } else {
                b.to_ascii_lowercase()
            }
        };
        NAMES
            .into_iter()
            .any(|known| name.bytes().map(fold).eq(known.bytes()))
    })
}

fn has_ours(text: &str) -> bool {
    shape::ours(&decoded(text)).next().is_some()
}

/// A token of our own issuer under whatever name; tokens of others are the
/// API's own business.
fn our_token_in_query(judge: &Judge<'_>, request: &Request<'_>) -> Option<Rule> {
    let issuer = judge.view.snapshot().issuer().as_str();
    let mut pairs = request.query()?.split(['&', ';']);
    let ours = pairs.any(|pair| {
        let value = decoded(pair.split_once('=').map_or(pair, |(_, value)| value));
        // Every JWT header starts with `{"`, which is `eyJ` in base64url.
        value.starts_with("eyJ")
            && Unverified::parse(&value)
                .and_then(|token| token.issuer())
                .is_ok_and(|found| found == issuer)
    });
    ours.then_some(Rule::CredentialInQuery)
}

fn cookies<'a>(request: &Request<'a>) -> impl Iterator<Item = &'a str> {
    let lines = request.headers.get_all(COOKIE).iter();
    lines.filter_map(|line| line.to_str().ok())
}

/// Most texts have no escape and are what they are.
fn decoded(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'%', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(_) => percent_decode_str(text).decode_utf8_lossy(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;
    use proptest::prelude::*;

    fn at(target: &str, cookie: Option<&str>) -> Option<Rule> {
        let mut headers = HeaderMap::new();
        if let Some(cookie) = cookie {
            headers.append("cookie", cookie.parse().unwrap());
        }
        place(&Request {
            method: "GET",
            target,
            headers: &headers,
            peer: [127, 0, 0, 1].into(),
            secure: true,
        })
    }

    #[test]
    fn rfc6750_2_3_a_credential_in_the_query_is_seen_under_every_spelling() {
        for target in [
            "/a?access_token=x",
            "/a?Access%5FToken=x",
            "/a?x=1&api_key=",
            "/a?API-KEY",
            "/a?q=1;apikey=x",
            "/a?q=dw_live_",
            "/a?q=dw%5Flive%5Fx",
            "/a?next=https://b/?k=dwa_test_x",
            "/a?dws_live_x",
        ] {
            assert_eq!(at(target, None), Some(Rule::CredentialInQuery), "{target}");
        }
        for target in [
            "/a",
            "/a?",
            "/a?token=x&key=y",
            "/a?q=dw_alive_&access=1",
            "/a?q=dwarf",
        ] {
            assert_eq!(at(target, None), None, "{target}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_decoded_as_the_general_decoder_does(text in "([a-z=&/é]|%[0-9A-F]{2}|%){0,20}") {
            prop_assert_eq!(decoded(&text), percent_decode_str(&text).decode_utf8_lossy());
        }
    }

    #[test]
    fn every_name_has_a_length_that_is_looked_at() {
        let lengths = NAMES.map(str::len);
        assert_eq!(lengths.into_iter().min(), Some(*NAME_LENGTHS.start()));
        assert_eq!(lengths.into_iter().max(), Some(*NAME_LENGTHS.end()));
    }

    #[test]
    fn a_secret_of_ours_in_path_or_cookie_is_seen() {
        assert_eq!(at("/a/dw_test_x", None), Some(Rule::CredentialInPath));
        assert_eq!(at("/a/%64w_test_x/b", None), Some(Rule::CredentialInPath));
        for cookie in ["k=dw_live_x", "a=b; k=\"dwr_live_x\"", "dw%5Ftest_x"] {
            assert_eq!(
                at("/a", Some(cookie)),
                Some(Rule::CredentialInCookie),
                "{cookie}"
            );
        }
        assert_eq!(at("/a", Some("theme=dark; id=1")), None);
    }
}
