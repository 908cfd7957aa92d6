//! An API key does not come from a browser: there it is everyone's.

use snapshot::Exposure;

use crate::{Denial, Judge, Request, Rule, verify};

/// Only for a request that carries an API key; a genuine one is named, so that it
/// can be reported as exposed.
pub(crate) fn check(judge: &Judge<'_>, request: &Request<'_>, text: &str) -> Result<(), Denial> {
    let fields = request.headers.iter();
    let fields = fields.map(|(name, value)| (name.as_str(), value.as_bytes()));
    if credential::is_from_browser(fields) {
        let genuine = verify::genuine_api_key(judge, text);
        let exposed = genuine.map(|id| (id, Exposure::Browser));
        return Err(Denial::new(Rule::ApiKeyFromBrowser).with_exposed(exposed));
    }
    Ok(())
}
