//! An API key does not come from a browser: there it is everyone's.

use crate::{Denial, Request, Rule};

/// Browsers send `Origin` (Fetch, section 3.2) or `Sec-Fetch-*` (Fetch
/// Metadata); scripts cannot take them away. Only for a request that carries
/// an API key.
pub(crate) fn check(request: &Request<'_>) -> Result<(), Denial> {
    let names = request.headers.keys().map(http::HeaderName::as_str);
    if names
        .into_iter()
        .any(|name| name == "origin" || name.starts_with("sec-fetch-"))
    {
        return Err(Denial::new(Rule::ApiKeyFromBrowser));
    }
    Ok(())
}
