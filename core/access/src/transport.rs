//! A credential travels only where nobody can read it.

use crate::{Denial, Judge, Request, Rule, present};

/// Refused, not redirected: whoever could read it has read it, and a redirect
/// would teach the client to go on like this. RFC 6750 section 5.3: bearer
/// tokens go over TLS.
pub(crate) fn check(judge: &Judge<'_>, request: &Request<'_>) -> Result<(), Denial> {
    if request.secure || !present::carries_credential(request) {
        return Ok(());
    }
    let exposed = present::exposed_anywhere(judge, request);
    Err(Denial::new(Rule::SecureTransport).with_exposed(exposed))
}
