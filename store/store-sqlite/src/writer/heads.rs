//! Where the store stands: what a next commit goes on from.

use std::sync::Arc;

use authority::Installation;
use rusqlite::{Connection, OptionalExtension};
use store::StoreFault;
use store::audit::{AuditHead, EntryDigest};

use crate::OpenFault;
use crate::fault::fault;

/// The writer's memory of the store's head. Only the writer writes, so it is
/// never behind.
#[derive(Debug, Clone)]
pub(crate) struct Heads {
    pub(crate) installation: Option<Arc<Installation>>,
    pub(crate) revision: u64,
    pub(crate) audit: AuditHead,
}

impl Heads {
    /// Reads the head, and checks that the logs end where it says.
    pub(crate) fn load(connection: &Connection) -> Result<Self, OpenFault> {
        let heads = Self::read(connection)?;
        heads.check_logs(connection)?;
        Ok(heads)
    }

    /// Reads the head.
    pub(crate) fn read(connection: &Connection) -> Result<Self, StoreFault> {
        let sql = "SELECT revision, audit_sequence, audit_digest FROM head";
        let (revision, sequence, digest): (i64, i64, [u8; 32]) = connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            })
            .map_err(fault)?;
        let number = |number: i64| u64::try_from(number).map_err(|_| corrupt());
        Ok(Self {
            installation: read_installation(connection)?.map(Arc::new),
            revision: number(revision)?,
            audit: AuditHead {
                sequence: number(sequence)?,
                digest: EntryDigest::new(digest),
            },
        })
    }

    /// Writes the head.
    pub(crate) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let sql = "UPDATE head SET revision = ?1, audit_sequence = ?2, audit_digest = ?3";
        let changed = connection.prepare_cached(sql)?.execute((
            number(self.revision),
            number(self.audit.sequence),
            self.audit.digest.as_bytes(),
        ))?;
        match changed {
            1 => Ok(()),
            _ => Err(rusqlite::Error::QueryReturnedNoRows),
        }
    }

    fn check_logs(&self, connection: &Connection) -> Result<(), StoreFault> {
        let sql = "SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1";
        let newest: Option<(i64, Vec<u8>)> = connection
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(fault)?;
        let expected = (self.audit.sequence > 0).then(|| {
            let digest = self.audit.digest.as_bytes().to_vec();
            (number(self.audit.sequence), digest)
        });
        if newest != expected {
            let at = self.audit.sequence;
            return Err(StoreFault::corrupt(format!(
                "the end of the audit (entry {at})"
            )));
        }
        let sql = "SELECT max(revision) FROM change";
        let newest: Option<i64> = connection
            .query_row(sql, [], |row| row.get(0))
            .map_err(fault)?;
        // The log may have been trimmed to nothing, but not grown beyond the head.
        if newest.is_some_and(|newest| newest != number(self.revision)) {
            return Err(StoreFault::corrupt("the end of the change log"));
        }
        Ok(())
    }
}

/// What the store belongs to.
pub(crate) fn read_installation(
    connection: &Connection,
) -> Result<Option<Installation>, StoreFault> {
    let sql = "SELECT environment, body FROM installation";
    let row: Option<(String, String)> = connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(fault)?;
    let Some((environment, body)) = row else {
        return Ok(None);
    };
    match serde_json::from_str::<Installation>(&body) {
        Ok(installation) if installation.environment.name.as_str() == environment => {
            Ok(Some(installation))
        }
        _ => Err(StoreFault::corrupt("the installation")),
    }
}

/// A number as SQLite holds it. Revisions and sequences count single commits,
/// so they stay far below its limit.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn corrupt() -> StoreFault {
    StoreFault::corrupt("the head")
}
