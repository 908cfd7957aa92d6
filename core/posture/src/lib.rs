//! What could go wrong, told from what is known: pure rules over records that
//! somebody else loads.
//!
//! | question | where |
//! |---|---|
//! | what a credential is, whose, and how it is cut off | [`Row`] |
//! | which endpoints it opens | [`reach`] |
//! | what is missing, risky or nobody's | [`gap`] (the ordered table of its rules) |
//! | who stops working if it is revoked | [`RevokePreview`] |
//!
//! A row says nothing of a secret but where it lies.

pub mod gap;
mod reach;
mod register;
mod revoke_preview;

pub use gap::{Finding, Gap, GapRule, Surroundings, Thresholds};
pub use reach::reach;
pub use register::{
    DotEnvFile, Ended, Field, Owner, OwnerKind, RevokePath, Row, RowKind, Storage, StorageLevel,
};
pub use revoke_preview::{RevokePreview, Stopped};
