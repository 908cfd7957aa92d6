//! `GET /feed/v1/snapshot`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use snapshot::Snapshot;
use utoipa::IntoParams;

use crate::Admin;
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

/// How much of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SnapshotQuery {
    /// The most API keys of it; left out: all of them.
    #[param(example = 100_000)]
    api_keys: Option<u32>,
}

/// Fetch everything that a gate judges by
///
/// With `api_keys`, it has at most so many API keys, those that end last, and
/// says with `api_keys_are_partial` that there are others.
/// It has the keyed digest of every credential, so its scope is for gates alone.
#[utoipa::path(
    get,
    path = "/feed/v1/snapshot",
    operation_id = "fetch_snapshot",
    tag = "feed",
    security(("operator_token" = ["read:feed"])),
    params(SnapshotQuery),
    responses(
        (status = 200, description = "The snapshot, at its revision", body = Object),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<SnapshotQuery>,
) -> Result<Json<Snapshot>, Failure> {
    let snapshot = admin.store.snapshot().await?;
    let most = query.api_keys.and_then(|most| usize::try_from(most).ok());
    Ok(Json(match most {
        Some(most) => snapshot.with_api_keys_at_most(most),
        None => snapshot,
    }))
}
