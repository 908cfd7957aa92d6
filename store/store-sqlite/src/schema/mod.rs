//! The schema and its migrations.
//!
//! Expand, then contract: a migration that only adds leaves `min_reader` where
//! it was, so that the version before keeps working on the same file; one that
//! takes away raises it, and comes a release later.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::OpenFault;

/// Marks a file as one of ours (`PRAGMA application_id`): "DWRD".
pub(crate) const APPLICATION_ID: i32 = 0x4457_5244;

/// One step of the schema. Steps are never edited once released.
struct Migration {
    version: u32,
    /// The oldest version that understands the store after this step.
    min_reader: u32,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        min_reader: 1,
        sql: include_str!("0001_initial.sql"),
    },
    Migration {
        version: 2,
        min_reader: 1,
        sql: include_str!("0002_key_ring.sql"),
    },
    Migration {
        version: 3,
        min_reader: 1,
        sql: include_str!("0003_usage.sql"),
    },
    Migration {
        version: 4,
        min_reader: 1,
        sql: include_str!("0004_leak.sql"),
    },
    Migration {
        version: 5,
        min_reader: 1,
        sql: include_str!("0005_drill.sql"),
    },
    Migration {
        version: 6,
        min_reader: 1,
        sql: include_str!("0006_owner.sql"),
    },
    Migration {
        version: 7,
        min_reader: 1,
        sql: include_str!("0007_versioned.sql"),
    },
    Migration {
        version: 8,
        min_reader: 1,
        sql: include_str!("0008_retired_digest_key.sql"),
    },
];

/// The newest version that we know.
pub(crate) const KNOWN: u32 = 8;

/// Brings a store up to what we know. Each step is one transaction with the
/// note that it happened, so an interruption anywhere is resumed at the next
/// start.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), OpenFault> {
    let present = present(connection)?;
    let (version, min_reader) = present.unwrap_or((0, 0));
    if min_reader > KNOWN {
        return Err(OpenFault::NewerSchema {
            needed: min_reader,
            known: KNOWN,
        });
    }
    for step in MIGRATIONS.iter().filter(|step| step.version > version) {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(OpenFault::from_sqlite)?;
        transaction
            .execute_batch(
                "CREATE TABLE IF NOT EXISTS schema (
                     only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
                     version    INTEGER NOT NULL,
                     min_reader INTEGER NOT NULL
                 ) STRICT;",
            )
            .and_then(|()| transaction.execute_batch(step.sql))
            .and_then(|()| {
                transaction.execute(
                    "INSERT INTO schema VALUES (1, ?1, ?2)
                     ON CONFLICT (only_row) DO UPDATE SET version = ?1, min_reader = ?2",
                    (step.version, step.min_reader),
                )
            })
            .and_then(|_| transaction.commit())
            .map_err(OpenFault::from_sqlite)?;
    }
    Ok(())
}

/// The version of a store and the oldest version that may use it; `None` in
/// an empty file.
pub(crate) fn present(connection: &Connection) -> Result<Option<(u32, u32)>, OpenFault> {
    let named = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema'";
    let there: Option<i64> = connection
        .query_row(named, [], |row| row.get(0))
        .optional()
        .map_err(OpenFault::from_sqlite)?;
    if there.is_none() {
        return Ok(None);
    }
    let read = "SELECT version, min_reader FROM schema";
    connection
        .query_row(read, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map(Some)
        .map_err(OpenFault::from_sqlite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_numbered_without_a_hole_up_to_what_we_know() {
        let versions: Vec<u32> = MIGRATIONS.iter().map(|step| step.version).collect();
        assert_eq!(versions, (1..=KNOWN).collect::<Vec<_>>());
        assert!(
            MIGRATIONS
                .iter()
                .all(|step| step.min_reader <= step.version)
        );
        assert!(MIGRATIONS.is_sorted_by_key(|step| step.min_reader));
    }

    #[test]
    fn an_interrupted_migration_is_done_again_and_a_finished_one_is_not() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(present(&connection).unwrap(), None);
        // What an interruption leaves: nothing of the step, whatever it had done.
        let transaction = connection.transaction().unwrap();
        transaction.execute_batch(MIGRATIONS[0].sql).unwrap();
        drop(transaction);
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(present(&connection).unwrap(), Some((KNOWN, 1)));
    }

    #[test]
    fn what_an_older_version_wrote_is_found_by_who_did_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        for step in &MIGRATIONS[..3] {
            connection.execute_batch(step.sql).unwrap();
        }
        connection
            .execute_batch(
                "CREATE TABLE schema (
                     only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
                     version    INTEGER NOT NULL,
                     min_reader INTEGER NOT NULL
                 ) STRICT;
                 INSERT INTO schema VALUES (1, 3, 1);",
            )
            .unwrap();
        let insert = |connection: &Connection, sequence: i64, body: &str| {
            let sql = "INSERT INTO audit (sequence, request_id, previous, digest, body)
                       VALUES (?1, 'r1', zeroblob(32), zeroblob(32), ?2)";
            connection.execute(sql, (sequence, body)).unwrap();
        };
        let decision = r#"{"kind":"decision","record":{"principal":{"credential_id":"k1"}}}"#;
        let event = r#"{"kind":"event","record":{"actor":{"kind":"operator","id":"o1"}}}"#;
        let partner = r#"{"kind":"event","record":{"actor":{"kind":"partner","id":"x"}}}"#;
        insert(&connection, 1, decision);
        insert(&connection, 2, event);
        insert(&connection, 3, "no json");
        migrate(&mut connection).unwrap();
        for (at, body) in (4..).zip([decision, event, partner, "no json", "", "[]", "4"]) {
            insert(&connection, at, body);
        }
        let found = |name: &str| -> Vec<i64> {
            let sql = "SELECT sequence FROM audit WHERE credential = ?1 ORDER BY sequence";
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([name], |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        assert_eq!((found("k1"), found("o1")), (vec![1, 4], vec![2, 5]));
        assert_eq!(found("x"), [0_i64; 0]);

        for (sql, index) in [
            (
                "SELECT body FROM audit WHERE credential = ?1 AND sequence > ?2
                 ORDER BY sequence LIMIT ?3",
                "audit_by_credential",
            ),
            (
                "SELECT body FROM client INDEXED BY client_by_secret
                 WHERE environment = (SELECT environment FROM installation)
                 AND CASE WHEN json_valid(body) THEN body ->> '$.secret_digest' END = ?1",
                "client_by_secret",
            ),
        ] {
            let mut statement = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .unwrap();
            let mut rows = statement.raw_query();
            let mut plan = String::new();
            while let Some(row) = rows.next().unwrap() {
                plan.push_str(&row.get::<_, String>(3).unwrap());
            }
            assert!(
                plan.contains(index) && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
    }

    #[test]
    fn a_newer_store_that_we_may_still_use_is_left_as_it_is() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let newer = "UPDATE schema SET version = 99; ALTER TABLE api_key ADD COLUMN later TEXT";
        connection.execute_batch(newer).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(present(&connection).unwrap(), Some((99, 1)));
    }

    #[test]
    fn a_newer_store_that_we_may_not_use_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let newer = "UPDATE schema SET version = 99, min_reader = 98";
        connection.execute_batch(newer).unwrap();
        let refused = migrate(&mut connection).unwrap_err();
        assert!(matches!(
            refused,
            OpenFault::NewerSchema {
                needed: 98,
                known: KNOWN
            }
        ));
    }
}
