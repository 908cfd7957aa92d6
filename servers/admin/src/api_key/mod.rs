//! `/admin/v1/api_key`.

mod act;
mod body;
pub(crate) mod bulk;
pub(crate) mod create;
pub(crate) mod cut_over;
pub(crate) mod exposure;
pub(crate) mod import;
mod item;
pub(crate) mod list;
mod reach;
pub(crate) mod renew;
pub(crate) mod resume;
pub(crate) mod review;
pub(crate) mod review_queue;
pub(crate) mod revoke;
pub(crate) mod rollback;
pub(crate) mod rotate;
mod rotation_body;
pub(crate) mod secret_path;
pub(crate) mod show;
pub(crate) mod suspend;
pub(crate) mod transfer;
mod usage;
pub(crate) mod why;

use authority::Refusal;
use authority::api_key::ApiKey;

use crate::Admin;
use crate::problem::Failure;

/// The API key with that id.
pub(crate) async fn load(admin: &Admin, id: &str) -> Result<ApiKey, Failure> {
    // The store is not asked about what cannot be an id.
    let found = match id.parse::<credential::ApiKeyId>() {
        Ok(id) => admin.store.api_key(id.as_str()).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| {
        Failure::from(Refusal::NotFound {
            kind: "api_key",
            id: String::new(),
        })
    })
}
