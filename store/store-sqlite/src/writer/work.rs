//! One piece of the writer's work.

use std::sync::Arc;

use authority::Writes;
use base::{Revision, Timestamp};
use rusqlite::Connection;
use snapshot::UsageReport;
use store::audit::AuditBody;
use store::{CommitError, StoreFault, wall};
use tokio::sync::oneshot;

use super::failure::Failure;
use super::heads::{Heads, number};
use super::{change, effect, usage, versioned};
use authority::Effect;

/// What may be asked of the writer.
#[derive(Debug)]
pub(crate) enum Work {
    Commit(Writes),
    Record(Vec<AuditBody>),
    Usage(Vec<UsageReport>),
    Trim(u64),
    /// Records that may be forgotten at an instant, so many at most.
    Forget(Timestamp, usize),
}

/// Work, and who waits for it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) reply: oneshot::Sender<Result<Revision, CommitError>>,
}

impl Work {
    /// Does it inside an open transaction, going on from `heads`. After a
    /// failure both the transaction and `heads` have to be taken back.
    pub(super) fn perform(
        &self,
        connection: &Connection,
        heads: &mut Heads,
    ) -> Result<(), Failure> {
        match self {
            Self::Commit(writes) => commit(connection, heads, writes),
            Self::Record(records) => {
                wall::check_decisions(records, heads.installation.as_deref())
                    .map_err(|fault| Failure::Refused(fault.into()))?;
                records
                    .iter()
                    .try_for_each(|record| append(connection, heads, record))
            }
            Self::Usage(reports) => {
                let installation = heads.installation.as_deref();
                let installation = installation
                    .ok_or_else(|| Failure::Refused(StoreFault::NotInstalled.into()))?;
                let environment = installation.environment.name.as_str();
                reports
                    .iter()
                    .try_for_each(|report| usage::add(connection, environment, report))
            }
            Self::Forget(now, limit) => {
                let installation = heads.installation.as_deref();
                let installation = installation
                    .ok_or_else(|| Failure::Refused(StoreFault::NotInstalled.into()))?;
                let environment = installation.environment.name.as_str();
                versioned::forget(connection, environment, *now, *limit)
            }
            Self::Trim(keep) => {
                let up_to = number(heads.revision.saturating_sub(*keep));
                let sql = "DELETE FROM change WHERE revision <= ?1";
                connection.prepare_cached(sql)?.execute([up_to])?;
                Ok(())
            }
        }
    }
}

fn commit(connection: &Connection, heads: &mut Heads, writes: &Writes) -> Result<(), Failure> {
    wall::check_writes(writes, heads.installation.as_deref())?;
    for effect in &writes.effects {
        if let Effect::Install(installation) = effect {
            heads.installation = Some(Arc::new(installation.clone()));
        }
        let installation = heads.installation.clone();
        let environment = installation
            .as_ref()
            .map_or("", |installation| installation.environment.name.as_str());
        effect::apply(connection, effect, environment)?;
    }
    for change in &writes.changes {
        let revision = Revision::new(heads.revision).next();
        change::write(connection, revision, change)?;
        heads.revision = revision.number();
    }
    for event in &writes.audit {
        append(connection, heads, &AuditBody::Event(event.clone()))?;
    }
    Ok(())
}

fn append(connection: &Connection, heads: &mut Heads, body: &AuditBody) -> Result<(), Failure> {
    let text = serde_json::to_string(body)?;
    let next = heads.audit.next(text.as_bytes());
    let sql = "INSERT INTO audit (sequence, request_id, previous, digest, body)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute((
        number(next.sequence),
        body.request_id().as_str(),
        heads.audit.digest.as_bytes(),
        next.digest.as_bytes(),
        text,
    ))?;
    heads.audit = next;
    Ok(())
}
