//! Rule 5: request objects are not offered (OpenID Connect Core section 6,
//! RFC 9101): the metadata says so, and one that comes is refused, never ignored.

use super::{AuthorizationRequest, AuthorizeError, AuthorizeRefusal};

pub(super) fn check(request: &AuthorizationRequest) -> Result<(), AuthorizeRefusal> {
    if request.has_request_object {
        return Err(AuthorizeRefusal::new(
            AuthorizeError::RequestNotSupported,
            "request_object",
            "request objects are not offered: send plain parameters",
        ));
    }
    if request.has_request_uri {
        return Err(AuthorizeRefusal::new(
            AuthorizeError::RequestUriNotSupported,
            "request_object",
            "request_uri is not offered: send plain parameters",
        ));
    }
    Ok(())
}
