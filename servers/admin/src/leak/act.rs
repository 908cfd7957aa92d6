//! Commit: what the policy says, and that it was reported.

use authority::audit::Origin;
use authority::leak::{Candidate, Condition, Done, Leaked, Place, Standing, exposure, report};
use base::{Revision, Timestamp};

use super::look::{Looked, look};
use crate::Admin;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// What was done about one genuine credential.
pub(super) struct Acted {
    /// The record as it was before.
    pub(super) leaked: Leaked,
    /// Its condition before.
    pub(super) condition: Condition,
    /// What was done.
    pub(super) done: Done,
    /// The revision with it.
    pub(super) revision: Revision,
}

/// What came of one candidate.
pub(super) enum Came {
    /// It is a secret of ours.
    Genuine(Box<Acted>),
    /// It is none: nothing was done, and nothing written.
    Other(Looked),
}

/// Does what the policy says about a candidate. One that opens nothing any more
/// and was reported before is left alone if `again` is false: a message that
/// comes twice changes nothing.
pub(super) async fn act(
    admin: &Admin,
    candidate: &Candidate,
    (place, origin, again): (&Place, &Origin, bool),
    now: Timestamp,
) -> Result<Came, Failure> {
    for _ in 0..ATTEMPTS {
        let looked = look(admin, candidate, now).await?;
        let (Standing::Genuine(condition), Some(leaked)) = (looked.standing, &looked.record) else {
            return Ok(Came::Other(looked));
        };
        let policy = admin.leak.policies.of(leaked.kind());
        let done = Done::by(policy, leaked.kind(), condition);
        if !again
            && matches!(done, Done::NothingToCutOff | Done::Notified)
            && known(admin, leaked).await?
        {
            return Ok(Came::Genuine(Box::new(Acted {
                leaked: leaked.clone(),
                condition,
                done,
                revision: *admin.store.head().borrow(),
            })));
        }
        let plan = report(leaked, (condition, policy), place, origin, now)?;
        if let Some((done, revision)) = settle(admin, plan).await? {
            // It is cut off. That it was exposed stands in the audit too, so a
            // fault here does not undo the report.
            if let Err(fault) = admin.store.record_usage(vec![exposure(leaked, now)]).await {
                tracing::error!(%fault, id = leaked.id(), "an exposure could not be marked");
            }
            return Ok(Came::Genuine(Box::new(Acted {
                leaked: leaked.clone(),
                condition,
                done,
                revision,
            })));
        }
    }
    Err(Failure::Conflict)
}

/// Whether somebody has reported it before.
async fn known(admin: &Admin, leaked: &Leaked) -> Result<bool, Failure> {
    let usage = admin.store.usage(&leaked.credential_ref()).await?;
    let reported = snapshot::Exposure::Report;
    Ok(usage.is_some_and(|usage| usage.exposures.contains_key(&reported)))
}
