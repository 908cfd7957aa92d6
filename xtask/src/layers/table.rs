//! The dependency table of the house, as data.
//!
//! A row is a crate, by the directory that it lives in, and the crates of the
//! house that it may use. The order is the order of the rings, from the inside
//! out, so a row only ever names rows above it.

use std::fmt;

/// One crate and what it may use.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its directory from the root; the last part is the crate's name.
    pub(crate) path: &'static str,
    /// The crates of the house that it may depend on.
    pub(crate) may_use: May,
}

/// What a row allows.
#[derive(Debug)]
pub(crate) enum May {
    /// These, and no other crate of the house.
    Only(&'static [&'static str]),
    /// Any crate of the house: the composition root.
    Everything,
}

use May::{Everything, Only};

/// The table. `authority` and `access` never see each other: they meet in
/// `snapshot`, which one writes and the other reads.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    // Core: pure rules.
    Row { path: "core/base", may_use: Only(&[]) },
    Row { path: "core/jose", may_use: Only(&["base"]) },
    Row { path: "core/credential", may_use: Only(&["base", "jose"]) },
    Row { path: "core/boundary", may_use: Only(&["base", "credential"]) },
    Row { path: "core/snapshot", may_use: Only(&["base", "jose", "credential", "boundary"]) },
    Row { path: "core/authority", may_use: Only(&["base", "jose", "credential", "boundary", "snapshot"]) },
    Row { path: "core/access", may_use: Only(&["base", "jose", "credential", "boundary", "snapshot"]) },
    Row { path: "core/posture", may_use: Only(&["base", "credential", "boundary", "snapshot"]) },

    // Store: what is remembered.
    Row { path: "store/store", may_use: Only(&["base", "credential", "boundary", "snapshot", "authority"]) },
    Row { path: "store/store-sqlite", may_use: Only(&["base", "credential", "boundary", "snapshot", "authority", "store"]) },
    Row { path: "store/store-postgres", may_use: Only(&["base", "credential", "boundary", "snapshot", "authority", "store"]) },
    Row { path: "store/ephemeral", may_use: Only(&["base"]) },
    Row { path: "store/ephemeral-valkey", may_use: Only(&["base", "ephemeral"]) },

    // Secret: where secrets come from, and who signs with keys that we never hold.
    Row { path: "secret/secret-source", may_use: Only(&["base", "jose"]) },
    Row { path: "secret/secret-http", may_use: Only(&["base", "secret-source"]) },
    Row { path: "secret/secret-vault", may_use: Only(&["base", "jose", "secret-source", "secret-http"]) },
    Row { path: "secret/secret-aws", may_use: Only(&["base", "jose", "secret-source", "secret-http"]) },
    Row { path: "secret/secret-pkcs11", may_use: Only(&["base", "jose", "secret-source"]) },
    Row { path: "secret/secret-azure", may_use: Only(&["base", "jose", "secret-source", "secret-http"]) },
    Row { path: "secret/secret-gcp", may_use: Only(&["base", "secret-source", "secret-http"]) },
    // Reads what others left lying about: no secret, no place of secrets.
    Row { path: "secret/secret-scan", may_use: Only(&["base", "credential"]) },
    // The pool in which passwords are hashed: issuer and admin share it.
    Row { path: "secret/password", may_use: Only(&["base", "authority"]) },

    // Servers: thin HTTP shells. Never an adapter, never each other.
    Row { path: "servers/issuer", may_use: Only(&["base", "jose", "credential", "boundary", "snapshot", "authority", "access", "posture", "store", "ephemeral", "secret-source", "password"]) },
    Row { path: "servers/admin", may_use: Only(&["base", "jose", "credential", "boundary", "snapshot", "authority", "access", "posture", "store", "ephemeral", "secret-source", "password"]) },
    // The gate answers from memory: no store, and no rule that could issue.
    Row { path: "servers/gate", may_use: Only(&["base", "jose", "credential", "boundary", "snapshot", "access", "ephemeral"]) },

    // Programs.
    Row { path: "bin/doorward-gate", may_use: Only(&["base", "snapshot", "gate", "ephemeral", "ephemeral-valkey"]) },
    Row { path: "bin/doorward", may_use: Everything },

    // Whole-process tests and the workshop: nothing of the house is built in.
    Row { path: "e2e", may_use: Only(&[]) },
    Row { path: "xtask", may_use: Only(&[]) },
];

/// The crates that a package may never reach, by any chain of normal and build
/// dependencies.
#[derive(Debug)]
pub(crate) struct Forbidden {
    /// The package, or every package of a ring (`core/`).
    pub(crate) from: &'static str,
    /// What must not be at the end of any chain.
    pub(crate) never: &'static [&'static str],
    /// Why.
    pub(crate) because: &'static str,
}

/// What must stay out of reach.
#[rustfmt::skip]
pub(crate) const OUT_OF_REACH: &[Forbidden] = &[
    Forbidden {
        from: "bin/doorward-gate",
        never: &[
            "authority", "posture", "store", "store-sqlite", "store-postgres", "issuer", "admin",
            "rusqlite", "libsqlite3-sys", "sqlx", "sqlx-core", "tokio-postgres", "postgres",
        ],
        because: "the data plane alone can issue nothing and reads no database",
    },
    Forbidden {
        from: "core/",
        never: &["tokio", "hyper", "axum", "reqwest", "rusqlite", "libsqlite3-sys", "sqlx"],
        because: "core does no I/O and is not async",
    },
];

/// A dependency that only the named packages may take directly.
#[derive(Debug)]
pub(crate) struct Door {
    /// The dependency.
    pub(crate) to: &'static str,
    /// The only packages that may depend on it.
    pub(crate) through: &'static [&'static str],
    /// Why.
    pub(crate) because: &'static str,
}

/// The dependencies with one door.
#[rustfmt::skip]
pub(crate) const DOORS: &[Door] = &[
    Door {
        to: "rusqlite",
        through: &["store-sqlite"],
        because: "SQL stands behind the store port, so that one conformance suite judges it",
    },
    Door {
        to: "axum",
        through: &["issuer", "admin", "doorward"],
        because: "a web framework belongs to the shells, never to a rule or to the gate's hot path",
    },
];

impl Row {
    /// The crate's name: the last part of its directory.
    pub(crate) fn name(&self) -> &'static str {
        self.path
            .rsplit_once('/')
            .map_or(self.path, |(_, name)| name)
    }

    /// Whether it belongs to the pure ring.
    pub(crate) fn is_core(&self) -> bool {
        self.path.starts_with("core/")
    }

    /// Whether the row allows `name`.
    pub(crate) fn allows(&self, name: &str) -> bool {
        match self.may_use {
            Only(names) => names.contains(&name),
            Everything => true,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may use ", self.path)?;
        match self.may_use {
            Only([]) => f.write_str("no crate of the house"),
            Only(names) => f.write_str(&names.join(", ")),
            Everything => f.write_str("everything"),
        }
    }
}

/// The row of the crate `name`.
pub(crate) fn row(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name() == name)
}

/// Where the crate `name` stands in the table; after it when it has no row.
pub(crate) fn position(name: &str) -> usize {
    TABLE
        .iter()
        .position(|row| row.name() == name)
        .unwrap_or(TABLE.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_only_rows_above_it() {
        let mut above: Vec<&str> = Vec::new();
        for row in TABLE {
            if let Only(names) = row.may_use {
                for name in names {
                    assert!(above.contains(name), "{} names {name}", row.path);
                }
            }
            assert!(!above.contains(&row.name()), "{} stands twice", row.path);
            above.push(row.name());
        }
    }

    #[test]
    fn the_two_planes_do_not_see_each_other() {
        for (one, other) in [("authority", "access"), ("access", "authority")] {
            assert!(!row(one).unwrap().allows(other), "{one} sees {other}");
        }
        for name in ["authority", "posture", "store", "store-sqlite"] {
            assert!(!row("gate").unwrap().allows(name), "gate sees {name}");
            assert!(!row("doorward-gate").unwrap().allows(name), "{name}");
        }
        for name in ["store-sqlite", "store-postgres", "ephemeral-valkey"] {
            assert!(!row("issuer").unwrap().allows(name), "issuer sees {name}");
            assert!(!row("admin").unwrap().allows(name), "admin sees {name}");
        }
    }

    #[test]
    fn a_door_opens_only_to_crates_of_the_table() {
        for door in DOORS {
            for name in door.through {
                assert!(row(name).is_some(), "{name} has no row");
            }
        }
    }
}
