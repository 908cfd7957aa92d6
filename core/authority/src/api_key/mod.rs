//! API keys: their life from creation to revocation, one act a file.

mod create;
mod cut_over;
mod finish;
mod record;
mod replacement;
mod revoke;
mod roll_back;
mod rotate;
mod rotation_policy;
mod secret_path;
mod standing;
mod suspend;

#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod tests;

pub use create::{CreatedApiKey, LONGEST_LIFETIME, create};
pub use cut_over::cut_over;
pub use finish::finish;
pub use record::{
    ApiKey, OwnerKind, Review, Reviewed, Rotation, RotationPolicy, SecretPath, StorageLevel,
    Successor, Suspension,
};
pub use revoke::revoke;
pub use roll_back::roll_back;
pub use rotate::{LONGEST_OVERLAP, OVERLAP, RotatedApiKey, RotationFacts, RotationRequest, rotate};
pub use secret_path::{ToldSecretPath, tell_secret_path};
pub use suspend::suspend;

use crate::Refusal;

/// An act needs a rotation and there is none: there never was, or it has ended.
fn not_rotating(api_key: &ApiKey, what: &str) -> Refusal {
    let id = &api_key.id;
    Refusal::WrongStage {
        detail: format!("{what}: the API key has one secret, and no rotation goes on"),
        fix: format!("begin one: doorward key rotate {id}"),
    }
}
