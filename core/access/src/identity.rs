//! What the upstream is told about the caller.
//!
//! | header | value |
//! |---|---|
//! | `x-doorward-endpoint` | the endpoint's id |
//! | `x-doorward-principal-kind` | `api_key`, `client_credentials`, ... or `anonymous` |
//! | `x-doorward-issuer` | the trusted issuer, if the token is not ours: its name, `\|` and its `iss` |
//! | `x-doorward-credential` | the public id of the credential |
//! | `x-doorward-client` | the client |
//! | `x-doorward-subject` | the subject |
//! | `x-doorward-organisation` | the organisation |
//! | `x-doorward-owner` | who answers for the credential |
//! | `x-doorward-on-behalf-of` | for whom the holder of an API key says that it calls |
//! | `x-doorward-purpose` | why, in its words |
//! | `x-doorward-scope` | the scopes that the endpoint demands, and no other |
//!
//! A header that does not apply is absent. Values are visible ASCII; every
//! other byte, and `%`, is percent-encoded, so that two identities never have
//! one value. What a trusted issuer named (credential, client, subject) follows
//! that issuer's name and `|`, which no other value has: `acme|alice` cannot be
//! taken for a subject of ours, even by an upstream that reads nothing else.

use boundary::{Endpoint, TrustedIssuer};
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
    .add(b'|')
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

const ENDPOINT: HeaderName = HeaderName::from_static("x-doorward-endpoint");
const PRINCIPAL_KIND: HeaderName = HeaderName::from_static("x-doorward-principal-kind");
const ISSUER: HeaderName = HeaderName::from_static("x-doorward-issuer");
const CREDENTIAL: HeaderName = HeaderName::from_static("x-doorward-credential");
const CLIENT: HeaderName = HeaderName::from_static("x-doorward-client");
const SUBJECT: HeaderName = HeaderName::from_static("x-doorward-subject");
const ORGANISATION: HeaderName = HeaderName::from_static("x-doorward-organisation");
const OWNER: HeaderName = HeaderName::from_static("x-doorward-owner");
const ON_BEHALF_OF: HeaderName = HeaderName::from_static("x-doorward-on-behalf-of");
const PURPOSE: HeaderName = HeaderName::from_static("x-doorward-purpose");
const SCOPE: HeaderName = HeaderName::from_static("x-doorward-scope");

/// The values that every request of an endpoint shares, rendered once.
#[derive(Debug)]
pub(crate) struct EndpointValues {
    endpoint: Option<HeaderValue>,
    scope: Option<HeaderValue>,
}

impl EndpointValues {
    pub(crate) fn of(endpoint: &Endpoint) -> Self {
        let scopes = &endpoint.demand.scopes;
        let scope = (!scopes.is_empty()).then(|| HeaderValue::try_from(scopes.to_string()).ok());
        Self {
            endpoint: encoded(endpoint.id.as_str()),
            scope: scope.flatten(),
        }
    }
}

pub(crate) fn headers(
    principal: &Principal,
    shared: &EndpointValues,
) -> Vec<(HeaderName, HeaderValue)> {
    let kind = principal.kind().map_or("anonymous", |kind| kind.as_str());
    let scope = match principal {
        Principal::Anonymous => None,
        _ => shared.scope.clone(),
    };
    let on_behalf_of = principal.on_behalf_of();
    let issuer = principal.trusted_issuer();
    // A name means nothing without the issuer that gave it.
    let named = |name: &str| match issuer {
        None => encoded(name),
        Some(issuer) => of_issuer(issuer, name),
    };
    let values = [
        (ENDPOINT, shared.endpoint.clone()),
        (PRINCIPAL_KIND, Some(HeaderValue::from_static(kind))),
        (
            ISSUER,
            issuer.and_then(|issuer| of_issuer(issuer, issuer.issuer.as_str())),
        ),
        (CREDENTIAL, principal.credential_id().and_then(named)),
        (CLIENT, principal.client().and_then(named)),
        (SUBJECT, principal.subject().and_then(named)),
        (ORGANISATION, principal.organisation().and_then(encoded)),
        (OWNER, principal.owner().and_then(encoded)),
        (
            ON_BEHALF_OF,
            on_behalf_of.and_then(|said| encoded(&said.subject)),
        ),
        (
            PURPOSE,
            on_behalf_of.and_then(|said| encoded(&said.purpose)),
        ),
        (SCOPE, scope),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn of_issuer(issuer: &TrustedIssuer, name: &str) -> Option<HeaderValue> {
    let name = utf8_percent_encode(name, ENCODED);
    HeaderValue::try_from(format!("{}|{name}", issuer.name)).ok()
}

fn encoded(value: &str) -> Option<HeaderValue> {
    let value: std::borrow::Cow<'_, str> = utf8_percent_encode(value, ENCODED).into();
    HeaderValue::from_str(&value).ok()
}
