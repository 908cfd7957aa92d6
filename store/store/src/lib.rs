//! Durable storage: the port, its conformance suite and the in-memory
//! implementation.
//!
//! * [`Read`]: what can be asked of a store; [`Store`] adds what can be written.
//! * [`Store::commit`] writes all of an [`authority::Writes`] or nothing, in
//!   one transaction with its audit events and its numbered changes.
//! * [`audit`]: the hash chain over what the audit remembers.
//! * [`MemoryStore`]: keeps nothing after the process; for tests and models.
//! * `conformance` (with the feature of that name): what every implementation
//!   must pass; an adapter's test calls one macro.
//!
//! A store belongs to one environment: a record, audit event or decision of
//! another one is refused.

pub mod audit;
mod changes;
mod conflict;
#[cfg(any(test, feature = "conformance"))]
#[expect(clippy::unwrap_used, reason = "a test suite fails by panicking")]
pub mod conformance;
mod fault;
mod memory;
mod port;
mod versioned;
pub mod wall;

pub use changes::Changes;
pub use conflict::{CommitError, Conflict, RecordKind};
pub use fault::StoreFault;
pub use memory::MemoryStore;
pub use port::{Read, Store};
pub use versioned::{record, records};
