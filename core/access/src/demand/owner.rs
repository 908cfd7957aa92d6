//! A token for one user never reaches another user's resource.

use crate::route::{CanonicalPath, Route};
use crate::{Denial, Principal, Rule};

/// The bound segment must be the token's subject, byte for byte, and the
/// subject one whose paths these are: another issuer's `alice` is someone else
/// unless the inventory says otherwise. A segment
/// with an escape is refused: it would have to be decoded to be compared, and
/// the upstream might decode it otherwise.
pub(crate) fn check(
    route: &Route,
    principal: &Principal,
    path: CanonicalPath<'_>,
) -> Result<(), Denial> {
    if route.endpoint().demand.owner_param.is_none() {
        return Ok(());
    }
    let named = route.owner_segment().and_then(|at| path.segments().nth(at));
    match (named, principal.path_owner()) {
        (Some(named), Some(subject)) if named == subject && !named.contains('%') => Ok(()),
        _ => Err(Denial::new(Rule::Owner)),
    }
}
