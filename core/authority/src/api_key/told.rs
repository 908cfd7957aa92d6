//! An act that is told in one event, over the key as it stands.

use base::Timestamp;

use super::ApiKey;
use super::finish::ended;
use super::replacement::replacement;
use crate::Plan;
use crate::audit::{Action, Origin};

/// The plan that makes `record` of what was read. A rotation that has ended
/// meanwhile is written down with it.
pub(super) fn plan(
    read: &ApiKey,
    mut record: ApiKey,
    (action, detail): (Action, String),
    origin: &Origin,
    now: Timestamp,
) -> Plan<ApiKey> {
    let mut audit: Vec<_> = ended(read, origin, now).into_iter().collect();
    let id = Some(record.id.to_string());
    audit.push(origin.event(action, id, detail, now));
    let writes = replacement(read, &mut record, audit);
    Plan {
        outcome: record,
        writes,
    }
}
