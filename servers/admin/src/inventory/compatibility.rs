//! `GET /admin/v1/inventory/compatibility`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use authority::api_key::ApiKey;
use authority::inventory::{CompatibilityWindow, compatibility_windows};
use axum::extract::State;
use axum::{Extension, Json};
use base::Timestamp;
use credential::CredentialKind;

use crate::Admin;
use crate::answer::{CompatibilityAnswer, RawKeyAnswer, Status, WindowAnswer};
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::inventory_in_force;

/// How many reports of use are read at a time.
const AT_A_TIME: usize = 1000;

/// Show what is left of the compatibility windows
///
/// Each endpoint that takes API keys as they are until a date, and the keys that
/// were used so. A key that is exchanged for tokens is not counted.
#[utoipa::path(
    get,
    path = "/admin/v1/inventory/compatibility",
    operation_id = "show_compatibility",
    tag = "inventory",
    security(("operator_token" = ["read:inventory"])),
    responses(
        (status = 200, description = "The windows, the next to end first", body = CompatibilityAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
) -> Result<Json<CompatibilityAnswer>, Failure> {
    let (version, inventory) = inventory_in_force(&admin).await?;
    let mut windows = compatibility_windows(&inventory, asked.now);
    if !windows.is_empty() {
        see_all(&admin, &mut windows).await?;
    }
    let keys = keys(&admin, &windows).await?;
    let windows: Vec<_> = windows
        .into_iter()
        .map(|window| told(window, &keys, asked.now))
        .collect();
    let left: BTreeSet<&str> = windows
        .iter()
        .flat_map(|window| &window.keys)
        .filter(|key| is_left(key))
        .map(|key| key.id.as_str())
        .collect();
    Ok(Json(CompatibilityAnswer {
        version,
        keys_left: count(left.len()),
        windows,
    }))
}

/// Reads the use of every API key; they stand before all other kinds.
async fn see_all(admin: &Admin, windows: &mut [CompatibilityWindow]) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let reports = admin.store.usages(after.as_ref(), AT_A_TIME).await?;
        for report in &reports {
            for window in &mut *windows {
                window.see(report);
            }
        }
        match reports.last() {
            Some(last) if last.credential.kind == CredentialKind::ApiKey => {
                after = Some(last.credential.clone());
            }
            _ => return Ok(()),
        }
    }
}

/// The records of the keys that were seen.
async fn keys(
    admin: &Admin,
    windows: &[CompatibilityWindow],
) -> Result<BTreeMap<String, ApiKey>, Failure> {
    let seen: BTreeSet<&String> = windows
        .iter()
        .flat_map(|window| window.keys.iter().map(|(id, _)| id))
        .collect();
    let mut keys = BTreeMap::new();
    for id in seen {
        if let Some(api_key) = admin.store.api_key(id).await? {
            keys.insert(id.clone(), api_key);
        }
    }
    Ok(keys)
}

fn told(
    window: CompatibilityWindow,
    keys: &BTreeMap<String, ApiKey>,
    now: Timestamp,
) -> WindowAnswer {
    let raw_keys: Vec<RawKeyAnswer> = window
        .keys
        .into_iter()
        .map(|(id, seen)| {
            let api_key = keys.get(&id);
            RawKeyAnswer {
                id,
                owner: api_key.map(|api_key| api_key.accountability.owner.to_string()),
                status: api_key
                    .map(|api_key| Status::of(api_key.revocation.as_ref(), api_key.ends_at(), now)),
                last_raw_use_at: seen.last_at.to_string(),
                requests: seen.requests,
            }
        })
        .collect();
    WindowAnswer {
        api: window.api.to_string(),
        endpoint: window.endpoint.to_string(),
        matches: window.matches,
        raw_api_key_until: window.until.to_string(),
        days_left: window.days_left,
        is_open: window.is_open,
        keys_left: count(raw_keys.iter().filter(|key| is_left(key)).count()),
        keys: raw_keys,
    }
}

fn is_left(key: &RawKeyAnswer) -> bool {
    key.status == Some(Status::Active)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
