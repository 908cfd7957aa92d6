//! API keys: their life from creation to revocation, one act a file.

mod bulk;
mod create;
mod cut_over;
mod field;
mod finish;
mod import;
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
mod secret_path;
mod self_revoke;
mod standing;
mod suspend;
mod tend;
mod told;
mod transfer;

#[cfg(test)]
mod act_tests;
#[cfg(test)]
mod clock_tests;
#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod self_revoke_tests;
#[cfg(test)]
mod tend_tests;
#[cfg(test)]
mod tests;

pub use bulk::{MOST_AT_ONCE, create_bulk};
pub use create::{CreatedApiKey, LONGEST_LIFETIME, create};
pub use cut_over::cut_over;
pub use finish::finish;
pub use import::{ImportRequest, import, import_ids};
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
pub use secret_path::tell_secret_path;
pub use self_revoke::{HolderText, self_revoke};
pub use suspend::suspend;
pub use tend::tend_review;
pub use transfer::{TransferRequest, transfer};

use crate::{FieldFinding, Refusal};

/// An act needs a rotation and there is none: there never was, or it has ended.
fn not_rotating(api_key: &ApiKey, what: &str) -> Refusal {
    let id = &api_key.id;
    Refusal::WrongStage {
        detail: format!("{what}: the API key has one secret, and no rotation goes on"),
        fix: format!("begin one: doorward key rotate {id}"),
    }
}

/// One request makes or imports 1 to [`MOST_AT_ONCE`] keys.
fn check_count(items: usize) -> Result<(), Refusal> {
    if (1..=MOST_AT_ONCE).contains(&items) {
        return Ok(());
    }
    Err(Refusal::Invalid(vec![FieldFinding {
        field: "items",
        detail: format!("{items} were given"),
        fix: format!("send 1 to {MOST_AT_ONCE} at a time"),
    }]))
}
