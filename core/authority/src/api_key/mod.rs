//! API keys: their life from creation to revocation, one act a file.

mod create;
mod cut_over;
mod field;
mod finish;
mod record;
mod renew;
mod replacement;
mod request;
mod resume;
mod review;
mod review_after;
mod revoke;
mod roll_back;
mod rotate;
mod rotation_policy;
mod standing;
mod suspend;
mod told;
mod transfer;

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
pub use renew::renew;
pub use request::{ApiKeyRequest, SecretPathRequest};
pub use resume::resume;
pub use review::review;
pub use review_after::{LATEST_IMPROVEMENT, WARNING_AGE};
pub use revoke::revoke;
pub use roll_back::roll_back;
pub use rotate::{LONGEST_OVERLAP, OVERLAP, RotatedApiKey, RotationFacts, RotationRequest, rotate};
pub use suspend::suspend;
pub use transfer::{TransferRequest, transfer};

use crate::Refusal;

/// An act needs a rotation and there is none: there never was, or it has ended.
fn not_rotating(api_key: &ApiKey, what: &str) -> Refusal {
    let id = &api_key.id;
    Refusal::WrongStage {
        detail: format!("{what}: the API key has one secret, and no rotation goes on"),
        fix: format!("begin one: doorward key rotate {id}"),
    }
}
