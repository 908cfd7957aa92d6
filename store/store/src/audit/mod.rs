//! What the audit remembers, and the chain that shows when it was altered.
//!
//! Each entry's digest covers its number, the digest of the entry before it
//! and its body to the byte; the newest number and digest are kept apart, so
//! that a cut tail shows too. The chain finds accidents and edits. Who can
//! rewrite the whole store can rewrite the whole chain: against that, the
//! digest of the head has to be kept elsewhere.

mod entry;
mod link;
mod verify;

pub use entry::{AuditBody, AuditEntry};
pub use link::{EntryDigest, InvalidEntryDigest, link};
pub use verify::{AuditBreak, AuditHead, AuditVerdict, Damage, StoredEntry, Verifier};
