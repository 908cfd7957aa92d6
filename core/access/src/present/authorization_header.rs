//! `Authorization: Bearer ...` and `Authorization: ApiKey ...`.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::shape::{self, Prefix};
use super::{Presented, only_line};
use crate::{Denial, Rule};

/// RFC 6750 section 2.1: the scheme, one space, the token, and nothing else.
/// RFC 9110 section 11.1: the scheme is case-insensitive.
pub(super) fn read(headers: &HeaderMap) -> Result<Presented<'_>, Denial> {
    let malformed = || Denial::new(Rule::CredentialSyntax);
    let line = only_line(headers, &AUTHORIZATION).ok_or_else(malformed)?;
    let (scheme, text) = line.split_once(' ').ok_or_else(malformed)?;
    if scheme.is_empty() || !scheme.bytes().all(is_tchar) {
        return Err(malformed());
    }
    // RFC 7515 section 7.2: the JSON serialisation is one text, commas and
    // quotes and all, and a token that is none of ours.
    if scheme.eq_ignore_ascii_case("bearer") && text.starts_with('{') {
        return Ok(Presented::MalformedToken);
    }
    let token68 = shape::is_token68(text);
    if !token68 && !shape::is_single(text) {
        return Err(malformed());
    }
    if scheme.eq_ignore_ascii_case("apikey") {
        return Ok(Presented::ApiKey(text));
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Presented::OtherScheme);
    }
    Ok(match shape::prefix(text) {
        _ if !token68 => Presented::MalformedToken,
        Some(Prefix::ApiKey) => Presented::ApiKey(text),
        Some(Prefix::Other) => Presented::WrongSlot,
        None => Presented::AccessToken(text),
    })
}

/// RFC 9110 section 5.6.2: a token.
const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}
