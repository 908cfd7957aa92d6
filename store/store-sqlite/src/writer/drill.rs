//! A rotation drill is written down, once.

use authority::drill::Drill;
use rusqlite::Connection;
use store::{Conflict, RecordKind};

use super::failure::Failure;

/// Writes it.
pub(super) fn record(connection: &Connection, drill: &Drill) -> Result<(), Failure> {
    let sql = "INSERT INTO drill (environment, id, kind, credential, started_at, body)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (environment, id) DO NOTHING";
    let inserted = connection.prepare_cached(sql)?.execute((
        drill.environment.as_str(),
        drill.id.as_str(),
        drill.credential.kind.as_str(),
        drill.credential.id.as_str(),
        drill.started_at.unix_micros(),
        serde_json::to_string(drill)?,
    ))?;
    if inserted == 1 {
        return Ok(());
    }
    let conflict = Conflict::Exists {
        kind: RecordKind::Drill,
        id: drill.id.to_string(),
    };
    Err(conflict.into())
}
