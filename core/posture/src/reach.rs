//! Which endpoints a credential opens: its blast radius.

use base::Timestamp;
use boundary::{Api, Endpoint, Inventory};

use crate::Row;

/// The endpoints that a request with this credential, well made and made at
/// `now`, would open. What only the request itself says (its network, its age,
/// whose path it names) is taken as it would have to be.
pub fn reach<'a>(
    row: &'a Row,
    inventory: &'a Inventory,
    now: Timestamp,
) -> impl Iterator<Item = &'a Endpoint> {
    let live = row.is_live();
    inventory
        .endpoints()
        .filter(move |(api, endpoint)| live && opens(row, api, endpoint, now))
        .map(|(_, endpoint)| endpoint)
}

fn opens(row: &Row, api: &Api, endpoint: &Endpoint, now: Timestamp) -> bool {
    let demand = &endpoint.demand;
    let mut kinds = row.presented_as.iter();
    // No proof of possession can be checked yet, so nothing opens what asks for one.
    !endpoint.is_closed(now)
        && !demand.sender_constrained
        && kinds.any(|kind| demand.accepts_at(*kind, now))
        && row.audiences.iter().any(|one| one == api.audience.as_str())
        && row.scopes.covers(&demand.scopes)
        && (demand.owner_param.is_none() || row.owns_paths)
}
