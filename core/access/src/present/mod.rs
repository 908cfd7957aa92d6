//! The one credential of a request: exactly one, in one of its slots, in one
//! spelling. Nothing here judges whether it is genuine.

mod api_key_header;
mod authorization_header;
mod browser;
mod misplaced;
mod operator_token;
mod shape;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};
use snapshot::Exposure;

use crate::denial::Exposed;
use crate::{Denial, Judge, Request, Rule};

pub(crate) use browser::check as check_browser;
pub(crate) use misplaced::check as check_misplaced;
pub use operator_token::operator_token_id;
pub(crate) use operator_token::operator_token_text;

/// `X-API-Key`, read once and not on each look.
static X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The headers that a credential may stand in.
static SLOTS: [&HeaderName; 2] = [&AUTHORIZATION, &X_API_KEY];

/// What stands in the request's credential slot, with its text as received.
#[derive(Clone, Copy)]
pub(crate) enum Presented<'a> {
    /// No credential.
    Nothing,
    /// What must be an API key.
    ApiKey(&'a str),
    /// What must be an access token.
    AccessToken(&'a str),
    /// What must be an access token and cannot be one.
    MalformedToken,
    /// A well-formed credential of a kind that belongs in no slot here.
    WrongSlot,
    /// A scheme that is not accepted here, such as Basic.
    OtherScheme,
}

/// The one credential of the request. RFC 6750 section 2: not more than one
/// method; two credentials never add up.
pub(crate) fn find<'a>(request: &Request<'a>) -> Result<Presented<'a>, Denial> {
    let headers = request.headers;
    match SLOTS.map(|slot| count(headers, slot)) {
        [0, 0] => Ok(Presented::Nothing),
        [1, 0] => authorization_header::read(headers),
        [0, 1] => api_key_header::read(headers),
        _ => Err(Denial::new(Rule::SeveralCredentials)),
    }
}

/// Whether any slot, right or wrong, has something in it.
pub(crate) fn carries_credential(request: &Request<'_>) -> bool {
    SLOTS
        .into_iter()
        .any(|slot| request.headers.contains_key(slot))
        || misplaced::place(request).is_some()
}

/// A genuine API key anywhere in the request.
pub(crate) fn exposed_anywhere(judge: &Judge<'_>, request: &Request<'_>) -> Option<Exposed> {
    let headers = request.headers;
    let mut lines = SLOTS
        .into_iter()
        .flat_map(|slot| headers.get_all(slot).iter());
    lines
        .find_map(|line| misplaced::exposed_in(judge, line.to_str().ok()?))
        .map(|id| (id, Exposure::PlainHttp))
        .or_else(|| misplaced::exposed(judge, request))
}

fn count(headers: &HeaderMap, name: &HeaderName) -> usize {
    headers.get_all(name).iter().count()
}

/// The text of the one line of a header, without the white space around it,
/// which is no part of a field value (RFC 9110 section 5.5).
fn only_line<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let line = headers.get(name)?.to_str().ok()?;
    Some(line.trim_matches([' ', '\t']))
}
