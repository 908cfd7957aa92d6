//! `X-API-Key: ...`.

use http::HeaderMap;

use super::{Presented, X_API_KEY, only_line, shape};
use crate::{Denial, Rule};

pub(super) fn read(headers: &HeaderMap) -> Result<Presented<'_>, Denial> {
    match only_line(headers, &X_API_KEY) {
        Some(text) if shape::is_single(text) => Ok(Presented::ApiKey(text)),
        _ => Err(Denial::new(Rule::CredentialSyntax)),
    }
}
