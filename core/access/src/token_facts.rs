//! Whether a token's signature is good: a fact, so it may be remembered.

use std::sync::Arc;

use jose::{AccessTokenClaims, TokenError, Verified};

use crate::View;

/// Establishes that an access token was signed by an accepted key.
///
/// An implementation may remember the answer under the whole token and
/// [`Snapshot::accepted_keys`](snapshot::Snapshot::accepted_keys); everything
/// that changes with time (expiry, revocation, audience) is judged after it, on
/// every request.
pub trait TokenFacts {
    /// The claims of `token`, once its signature is good.
    fn verify(
        &self,
        token: &str,
        view: &View,
    ) -> Result<Arc<Verified<AccessTokenClaims>>, TokenError>;
}

/// Remembers nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uncached;

impl TokenFacts for Uncached {
    fn verify(
        &self,
        token: &str,
        view: &View,
    ) -> Result<Arc<Verified<AccessTokenClaims>>, TokenError> {
        // No accepted key: nothing can be verified, so nothing is.
        let allow = view.algorithms().ok_or(TokenError::KeyUnknown)?;
        jose::verify(token, view.snapshot().accepted_keys(), &allow).map(Arc::new)
    }
}
