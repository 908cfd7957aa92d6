//! Reads, beside the writer.

mod audit;
mod change;
mod pool;
mod record;
mod snapshot;
mod usage;

pub(crate) use audit::{audit_after, audit_of_credential, audit_of_request, audit_tail, verify};
pub(crate) use change::changes_after;
pub(crate) use pool::Pool;
pub(crate) use record::{client_with_secret, inventory, key_ring, one, page};
pub(crate) use snapshot::snapshot;
pub(crate) use usage::{one as usage, page as usages};
