//! `Authorization: Bearer dwa_...`, for the admin API.

use credential::PresentedOperatorToken;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::{SLOTS, count, only_line, shape};
use crate::{Denial, Rule};

/// The id that the presented operator token claims: for the look-up and
/// nothing else.
pub fn operator_token_id(headers: &HeaderMap) -> Result<&str, Denial> {
    let presented = PresentedOperatorToken::parse(operator_token_text(headers)?);
    let malformed = |_| Denial::new(Rule::OperatorTokenMalformed).judged(false);
    presented.map(|presented| presented.id()).map_err(malformed)
}

/// The text of the one bearer credential.
pub(crate) fn operator_token_text(headers: &HeaderMap) -> Result<&str, Denial> {
    match SLOTS.map(|slot| count(headers, slot)) {
        [0, 0] => return Err(Denial::new(Rule::CredentialMissing)),
        [1, 0] => {}
        [0, 1] => return Err(Denial::new(Rule::CredentialSlot)),
        _ => return Err(Denial::new(Rule::SeveralCredentials)),
    }
    // RFC 6750 section 2.1
    let malformed = || Denial::new(Rule::CredentialSyntax);
    let line = only_line(headers, &AUTHORIZATION).ok_or_else(malformed)?;
    let (scheme, text) = line.split_once(' ').ok_or_else(malformed)?;
    if !shape::is_single(text) {
        return Err(malformed());
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Denial::new(Rule::CredentialSlot));
    }
    Ok(text)
}
