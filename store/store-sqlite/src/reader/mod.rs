//! Reads, beside the writer.

mod audit;
mod change;
mod digest_key;
mod drill;
mod pool;
mod record;
mod snapshot;
mod usage;
mod versioned;

pub(crate) use audit::{audit_after, audit_of_credential, audit_of_request, audit_tail, verify};
pub(crate) use change::changes_after;
pub(crate) use digest_key::retired as retired_digest_keys;
pub(crate) use drill::{last_of_each as last_drills, newest as drills};
pub(crate) use pool::Pool;
pub(crate) use record::{by_rotation_end, client_with_secret, inventory, key_ring, one, page};
pub(crate) use snapshot::snapshot;
pub(crate) use usage::{one as usage, page as usages};
pub(crate) use versioned::{by as versioned_by, one as versioned};
