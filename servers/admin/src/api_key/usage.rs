//! How an API key has been used, as far as gates have reported it.

use authority::api_key::ApiKey;
use credential::CredentialKind;
use snapshot::{CredentialRef, Usage};

use crate::Admin;
use crate::problem::Failure;

/// What usage and drills call it.
pub(super) fn credential(api_key: &ApiKey) -> CredentialRef {
    CredentialRef {
        kind: CredentialKind::ApiKey,
        id: api_key.id.to_string(),
    }
}

/// Its use; none if nothing was reported.
pub(super) async fn of(admin: &Admin, api_key: &ApiKey) -> Result<Usage, Failure> {
    Ok(admin
        .store
        .usage(&credential(api_key))
        .await?
        .unwrap_or_default())
}
