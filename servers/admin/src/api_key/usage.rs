//! How an API key has been used, as far as gates have reported it.

use std::collections::BTreeMap;

use authority::api_key::ApiKey;
use credential::CredentialKind;
use snapshot::{CredentialRef, Usage};

use crate::Admin;
use crate::problem::Failure;

/// What usage and drills call it.
pub(super) fn credential(api_key: &ApiKey) -> CredentialRef {
    named(api_key.id.as_str())
}

/// Its use; none if nothing was reported.
pub(super) async fn of(admin: &Admin, api_key: &ApiKey) -> Result<Usage, Failure> {
    let usage = admin.store.usage(&credential(api_key)).await?;
    Ok(usage.unwrap_or_default())
}

/// That of each key of a page that was ever used, by id. Both are kept in the
/// order of the ids, so this is a look or two, not one for each key.
pub(super) async fn of_page(
    admin: &Admin,
    page: &[ApiKey],
) -> Result<BTreeMap<String, Usage>, Failure> {
    let mut found = BTreeMap::new();
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(found);
    };
    if let Some(usage) = admin.store.usage(&named(first.id.as_str())).await? {
        found.insert(first.id.to_string(), usage);
    }
    let mut after = named(first.id.as_str());
    let last = named(last.id.as_str());
    while after < last {
        let reports = admin.store.usages(Some(&after), STRIDE).await?;
        let is_last = reports.len() < STRIDE;
        for report in reports {
            after = report.credential;
            if after <= last {
                found.insert(after.id.clone(), report.usage);
            }
        }
        if is_last {
            break;
        }
    }
    Ok(found)
}

fn named(id: &str) -> CredentialRef {
    CredentialRef {
        kind: CredentialKind::ApiKey,
        id: id.to_owned(),
    }
}

/// How many reports are read at a time.
const STRIDE: usize = 500;
