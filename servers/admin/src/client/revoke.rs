//! `POST /admin/v1/client/{id}/revoke`.

use std::sync::Arc;

use authority::accountability::Revocation;
use authority::client::revoke;
use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::load;
use crate::Admin;
use crate::answer::{ClientAnswer, RevokedClientAnswer};
use crate::credential_body::RevocationBody;
use crate::in_force;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// Revoke a client
///
/// For good. The answer comes once the gate of this process refuses its tokens,
/// and `in_force` says how long that took.
#[utoipa::path(
    post,
    path = "/admin/v1/client/{id}/revoke",
    operation_id = "revoke_client",
    tag = "client",
    security(("operator_token" = ["write:client"])),
    params(("id" = String, Path, description = "The client identifier", example = "c4z8k2m6q0v1c3x5")),
    request_body = RevocationBody,
    responses(
        (status = 200, description = "Revoked", body = RevokedClientAnswer),
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
) -> Result<Json<RevokedClientAnswer>, Failure> {
    let reason = body.check()?;
    for _ in 0..ATTEMPTS {
        let mut client = load(&admin, &id).await?;
        let plan = revoke(&client, &reason, &asked.origin, asked.now)?;
        if let Some(((), revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            client.revocation = Some(Revocation {
                at: asked.now,
                reason,
            });
            return Ok(Json(RevokedClientAnswer {
                client: ClientAnswer::new(&client, asked.now),
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}
