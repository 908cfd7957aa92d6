//! `GET /feed/v1/api_key/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use snapshot::ApiKeyEntry;
use utoipa::ToSchema;

use crate::Admin;
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

/// What is known of the id of an API key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundApiKeyAnswer {
    /// The answer is as new as this revision at least.
    #[schema(example = 41)]
    revision: u64,
    /// The key as gates know it; null if there is none with that id.
    #[schema(value_type = Option<Object>)]
    api_key: Option<ApiKeyEntry>,
}

/// Fetch one API key as gates know it
///
/// For a gate whose snapshot does not have all of them. That there is none with
/// that id is an answer like another, and also one for a text that is no id.
#[utoipa::path(
    get,
    path = "/feed/v1/api_key/{id}",
    operation_id = "fetch_api_key",
    tag = "feed",
    security(("operator_token" = ["read:feed"])),
    params(("id" = String, Path, description = "The key's id", example = "k3xv8q2m9w4n7p1s")),
    responses(
        (status = 200, description = "The key, or that there is none", body = FoundApiKeyAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Path(id): Path<String>,
) -> Result<Json<FoundApiKeyAnswer>, Failure> {
    // Before the read: the answer is as new as this at least.
    let revision = admin.store.head().borrow().number();
    let found = match id.parse::<credential::ApiKeyId>() {
        Ok(id) => admin.store.api_key(id.as_str()).await?,
        Err(_) => None,
    };
    Ok(Json(FoundApiKeyAnswer {
        revision,
        api_key: found.map(|api_key| api_key.entry()),
    }))
}
