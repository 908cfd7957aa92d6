//! `/admin/v1/digest_key`. Which there are, the configuration says.

pub(crate) mod retire;

use authority::digest_key::{refused, require_in_use};
use credential::{DigestKey, RetiredDigestKeys};

use crate::Admin;
use crate::problem::Failure;

/// The digest keys under which nothing is accepted, as the store has them now.
pub(crate) async fn retired(admin: &Admin) -> Result<RetiredDigestKeys, Failure> {
    Ok(refused(&admin.store.retired_digest_keys().await?))
}

/// The digest key that new secrets are made under.
pub(crate) async fn in_use(admin: &Admin) -> Result<&DigestKey, Failure> {
    let key = admin.digest_keys.current();
    require_in_use(key, &retired(admin).await?)?;
    Ok(key)
}
