//! `POST /admin/v1/api_key/{id}/revoke`.

use std::sync::Arc;

use authority::accountability::Revocation;
use authority::api_key::revoke;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::load;
use crate::Admin;
use crate::answer::{ApiKeyAnswer, RevokedApiKeyAnswer};
use crate::credential_body::RevocationBody;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};
use crate::{in_force, owner};

/// Revoke an API key
///
/// For good. The answer comes once the gate of this process refuses the key,
/// and `in_force` says how long that took.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key/{id}/revoke",
    operation_id = "revoke_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    params(("id" = String, Path, description = "The key's public id", example = "k4z8k2m6q0v1c3x5")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Revoked", body = RevokedApiKeyAnswer),
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
    StrictJson(body): StrictJson<RevocationBody>,
) -> Result<Json<RevokedApiKeyAnswer>, Failure> {
    let reason = body.check()?;
    for _ in 0..ATTEMPTS {
        let mut api_key = load(&admin, &id).await?;
        let plan = revoke(&api_key, &reason, &asked.origin, asked.now)?;
        if let Some(((), revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            api_key.revocation = Some(Revocation {
                at: asked.now,
                reason,
            });
            let owner = owner::of(&admin, &api_key).await?;
            return Ok(Json(RevokedApiKeyAnswer {
                api_key: ApiKeyAnswer::new(&api_key, owner.as_ref(), asked.now),
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}
