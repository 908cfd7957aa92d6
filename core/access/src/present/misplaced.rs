//! Credentials where others read them: the query, the path, a cookie.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::shape;
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

/// RFC 9700 section 4.3.2: no credential in a URL. A key that was really ours
/// is named, so that it can be reported as exposed.
pub(crate) fn check(judge: &Judge<'_>, request: &Request<'_>) -> Result<(), Denial> {
    let rule = if in_query(request).next().is_some() {
        Rule::CredentialInQuery
    } else if in_path(request).next().is_some() {
        Rule::CredentialInPath
    } else if in_cookie(request).next().is_some() {
        Rule::CredentialInCookie
    } else {
        return Ok(());
    };
    let exposed = texts(request).find_map(|text| verify::genuine_api_key(judge, text));
    Err(Denial::new(rule).with_exposed(exposed))
}

pub(super) fn any(request: &Request<'_>) -> bool {
    texts(request).next().is_some()
}

/// Every misplaced credential of the request.
pub(super) fn texts<'a>(request: &Request<'a>) -> impl Iterator<Item = Cow<'a, str>> {
    in_query(request)
        .chain(in_path(request))
        .chain(in_cookie(request))
}

/// Credentials by name, or by how their value starts under any name. Names and
/// values are read decoded: an escape hides nothing.
fn in_query<'a>(request: &Request<'a>) -> impl Iterator<Item = Cow<'a, str>> {
    let pairs = request
        .query()
        .into_iter()
        .flat_map(|query| query.split(['&', ';']));
    pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        if is_ours(&value) || is_credential_name(&name) {
            Some(value)
        } else {
            is_ours(&name).then_some(name)
        }
    })
}

fn in_path<'a>(request: &Request<'a>) -> impl Iterator<Item = Cow<'a, str>> {
    let segments = request.path().split('/');
    segments.map(decoded).filter(|segment| is_ours(segment))
}

fn in_cookie<'a>(request: &Request<'a>) -> impl Iterator<Item = Cow<'a, str>> {
    let lines = request.headers.get_all("cookie").iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split([';', ' ', '"', ',']));
    pairs.filter_map(|pair| {
        let value = pair.split_once('=').map_or(pair, |(_, value)| value);
        Some(decoded(value)).filter(|value| is_ours(value))
    })
}

fn is_ours(text: &str) -> bool {
    shape::prefix(text).is_some()
}

fn is_credential_name(name: &str) -> bool {
    let same = |known: &str| {
        let folded = name.bytes().map(|b| {
            if b == b'_' {
                b'-'
            } else {
                b.to_ascii_lowercase()
            }
        });
        folded.eq(known.bytes())
    };
    NAMES.into_iter().any(same)
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}
