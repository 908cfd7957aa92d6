//! `GET /admin/v1/signing_key`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::Admin;
use crate::answer::{SigningKeyAnswer, SigningKeysAnswer};
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

/// List the signing keys
///
/// All of them, the oldest first; retired ones for 90 days. Never a private half.
#[utoipa::path(
    get,
    path = "/admin/v1/signing_key",
    operation_id = "list_signing_keys",
    tag = "signing_key",
    security(("operator_token" = ["read:signing_key"])),
    responses(
        (status = 200, description = "The keys", body = SigningKeysAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
) -> Result<Json<SigningKeysAnswer>, Failure> {
    let ring = admin.store.key_ring().await?;
    Ok(Json(SigningKeysAnswer {
        items: SigningKeyAnswer::all(&ring, &admin.environment),
    }))
}
