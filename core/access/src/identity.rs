//! What the upstream is told about the caller.
//!
//! | header | value |
//! |---|---|
//! | `x-doorward-endpoint` | the endpoint's id |
//! | `x-doorward-principal-kind` | `api_key`, `client_credentials`, ... or `anonymous` |
//! | `x-doorward-credential` | the public id of the credential |
//! | `x-doorward-client` | the client |
//! | `x-doorward-subject` | the subject |
//! | `x-doorward-organisation` | the organisation |
//! | `x-doorward-owner` | who answers for the credential |
//! | `x-doorward-scope` | the scopes that the endpoint demands, and no other |
//!
//! A header that does not apply is absent. Values are visible ASCII; every
//! other byte, and `%`, is percent-encoded, so that two identities never have
//! one value.

use boundary::Endpoint;
use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::Principal;

/// What the name of every identity header starts with.
pub const PREFIX: &str = "x-doorward-";

/// Separators of lists and parameters are encoded too: an upstream that splits
/// a value must not find two.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\');

/// Whether a header of that name could be taken for one of ours: in any case,
/// and with `_` or `.` for `-`, as some servers fold them.
pub fn is_identity_header(name: &str) -> bool {
    name.get(..PREFIX.len()).is_some_and(|start| {
        start
            .bytes()
            .zip(PREFIX.bytes())
            .all(|(found, ours)| match found {
                b'_' | b'.' => ours == b'-',
                found => found.eq_ignore_ascii_case(&ours),
            })
    })
}

pub(crate) fn headers(
    principal: &Principal,
    endpoint: &Endpoint,
) -> Vec<(HeaderName, HeaderValue)> {
    let kind = principal.kind().map_or("anonymous", |kind| kind.as_str());
    let scope = match principal {
        Principal::Anonymous => None,
        _ if endpoint.demand.scopes.is_empty() => None,
        _ => HeaderValue::try_from(endpoint.demand.scopes.to_string()).ok(),
    };
    let values = [
        ("x-doorward-endpoint", Some(endpoint.id.as_str())),
        ("x-doorward-principal-kind", Some(kind)),
        ("x-doorward-credential", principal.credential_id()),
        ("x-doorward-client", principal.client()),
        ("x-doorward-subject", principal.subject()),
        ("x-doorward-organisation", principal.organisation()),
        ("x-doorward-owner", principal.owner()),
    ];
    let encoded = values.into_iter().filter_map(|(name, value)| {
        let value: std::borrow::Cow<'_, str> = utf8_percent_encode(value?, ENCODED).into();
        Some((
            HeaderName::from_static(name),
            HeaderValue::from_str(&value).ok()?,
        ))
    });
    let scope = scope.map(|value| (HeaderName::from_static("x-doorward-scope"), value));
    encoded.chain(scope).collect()
}
