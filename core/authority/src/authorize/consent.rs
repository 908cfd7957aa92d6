//! Rule 11: the person has granted exactly this, or more (OpenID Connect Core
//! section 3.1.2.4; article 001).

use super::{AuthorizeError, AuthorizeRefusal, Prompts};
use crate::grant::{Grant, GrantedScopes};

/// Whether the consent page must be shown for `asked`.
pub(super) fn is_needed(asked: &GrantedScopes, known: Option<&Grant>, prompts: Prompts) -> bool {
    let covered = known.is_some_and(|grant| grant.covers(asked));
    prompts.consent || !covered
}

/// With `prompt=none` nobody can be asked.
pub(super) const REQUIRED: AuthorizeRefusal = AuthorizeRefusal::new(
    AuthorizeError::ConsentRequired,
    "consent",
    "this was not granted yet",
);

/// The person said no.
pub(super) const DENIED: AuthorizeRefusal = AuthorizeRefusal::new(
    AuthorizeError::AccessDenied,
    "consent",
    "the person did not agree",
);
