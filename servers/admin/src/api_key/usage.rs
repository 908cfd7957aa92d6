//! How an API key has been used, as far as gates have reported it.

use authority::api_key::ApiKey;
use credential::CredentialKind;
use snapshot::{CredentialRef, Usage};

use crate::Admin;
use crate::problem::Failure;

/// Its use; none if nothing was reported.
pub(super) async fn of(admin: &Admin, api_key: &ApiKey) -> Result<Usage, Failure> {
    let credential = CredentialRef {
        kind: CredentialKind::ApiKey,
        id: api_key.id.to_string(),
    };
    Ok(admin.store.usage(&credential).await?.unwrap_or_default())
}
