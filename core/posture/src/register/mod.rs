//! The register: one row for each credential.

mod dot_env;
mod kind;
mod owner;
mod revoke_path;
mod row;
mod storage;

pub use dot_env::DotEnvFile;
pub use kind::RowKind;
pub use owner::{Owner, OwnerKind};
pub use revoke_path::RevokePath;
pub use row::{Ended, Field, Row};
pub use storage::{Storage, StorageLevel};
