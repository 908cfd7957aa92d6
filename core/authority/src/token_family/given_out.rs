//! Whether a refresh token is one that a family has given out: the one rule that
//! the token endpoint and the revocation endpoint share.

use credential::{DigestKeys, Environment, PresentedRefreshToken};

use super::TokenFamily;

/// Why a text is no token of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotGivenOut {
    /// We did not make it, or never gave it to anybody.
    Wrong,
    /// It is of another environment.
    Elsewhere,
}

/// Whether `family` has given `presented` out, in this environment.
pub(crate) fn check_given_out(
    presented: &PresentedRefreshToken<'_>,
    family: &TokenFamily,
    (environment, digest_keys): (&Environment, &DigestKeys),
) -> Result<(), NotGivenOut> {
    let seed = family.seed.as_ref();
    let is_ours = seed.is_some_and(|seed| presented.is_ours(seed, digest_keys, family.digest_key));
    // One from the future of the family was never given to anybody.
    let is_past = presented.generation() <= family.generation;
    if family.id != *presented.family() || !is_ours || !is_past {
        return Err(NotGivenOut::Wrong);
    }
    let is_here = presented.class() == environment.class && family.environment == environment.name;
    match is_here {
        true => Ok(()),
        false => Err(NotGivenOut::Elsewhere),
    }
}
