//! `X-API-Key: ...`.

use http::HeaderMap;

use super::{Presented, only_line, shape};
use crate::{Denial, Rule};

pub(super) fn read(headers: &HeaderMap) -> Result<Presented<'_>, Denial> {
    match only_line(headers, "x-api-key") {
        Some(text) if shape::is_single(text) => Ok(Presented::ApiKey(text)),
        _ => Err(Denial::new(Rule::CredentialSyntax)),
    }
}
