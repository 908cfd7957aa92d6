//! The embedded store: SQLite, WAL, `synchronous=FULL`, one writer with group
//! commit.
//!
//! One thread writes. It takes all that waits in its queue into one
//! transaction, with a savepoint for each commit, so that a conflict of one
//! does not undo its neighbours; it answers after the transaction's `COMMIT`
//! has returned, that is after one `fsync` for all of them. Reads run beside it
//! on their own connections, each in one read transaction. Check-points run on
//! a thread of their own.
//!
//! | what | where |
//! |---|---|
//! | opening and creating, and every way in which that is refused | `open` |
//! | the schema and its migrations | `schema` |
//! | the writer, its effects, the fold of changes, the audit chain | `writer` |
//! | the readers | `reader` |

mod checkpoint;
mod fault;
mod open;
mod reader;
mod record;
mod schema;
mod sqlite_store;
mod writer;

pub use fault::OpenFault;
pub use open::Options;
pub use sqlite_store::{Counters, SqliteStore};
