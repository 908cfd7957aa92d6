//! `POST /admin/v1/api_key/{id}/rotate`.

use std::sync::Arc;

use authority::api_key::{RotationFacts, RotationRequest, rotate};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use ephemeral::SystemEntropy;

use super::rotation_body::ApiKeyRotationBody;
use super::{load, usage};
use crate::answer::{ApiKeyAnswer, RotatedApiKeyAnswer};
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};
use crate::{Admin, digest_key, in_force, owner};

/// Give an API key a newer secret
///
/// The answer has its text in `secret`. It is shown this once. The older secret
/// is accepted too, until `rotation.older.ends_at`; a cut-over ends it before,
/// a rollback withdraws the newer one.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/rotate",
    operation_id = "rotate_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = ApiKeyRotationBody,
    responses(
        (status = 200, description = "Rotated", body = RotatedApiKeyAnswer),
        OperatorProblems,
        BodyProblems,
        NotFoundProblem,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<ApiKeyRotationBody>,
) -> Result<Json<RotatedApiKeyAnswer>, Failure> {
    let request = RotationRequest::from(body);
    for _ in 0..ATTEMPTS {
        let api_key = load(&admin, &id).await?;
        let used = usage::of(&admin, &api_key).await?;
        let facts = RotationFacts {
            environment: &admin.environment,
            digest_key: digest_key::in_use(&admin).await?,
            used: &used,
        };
        let plan = rotate(
            &api_key,
            &request,
            facts,
            &asked.origin,
            asked.now,
            &mut SystemEntropy,
        )?;
        if let Some((rotated, revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            let owner = owner::of(&admin, &rotated.api_key).await?;
            let answer = ApiKeyAnswer::new(&rotated.api_key, owner.as_ref(), asked.now);
            return Ok(Json(RotatedApiKeyAnswer {
                api_key: answer.used(&rotated.api_key, &used, asked.now),
                secret: rotated.secret.expose().to_owned(),
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}
