//! API keys: their life from creation to revocation, one act a file.

mod create;
mod record;
mod revoke;

#[cfg(test)]
mod tests;

pub use create::{CreatedApiKey, LONGEST_LIFETIME, create};
pub use record::{
    ApiKey, OwnerKind, Review, Reviewed, Rotation, RotationPolicy, SecretPath, StorageLevel,
    Successor, Suspension,
};
pub use revoke::revoke;
