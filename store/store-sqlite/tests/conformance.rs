//! The suite of the port.
#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use std::sync::Arc;

use store::conformance::Fresh;
use store_sqlite::{Options, SqliteStore};

async fn fresh() -> Fresh {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("doorward.db");
    let store = SqliteStore::create(&path, &Options::default()).unwrap();
    Fresh {
        store: Arc::new(store),
        keep: Box::new(directory),
    }
}

store::conformance!(fresh);
