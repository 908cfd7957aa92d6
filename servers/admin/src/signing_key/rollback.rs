//! `POST /admin/v1/signing_key/rollback`.

use std::sync::Arc;

use authority::signing_key::roll_back;
use axum::extract::State;
use axum::{Extension, Json};

use super::act::act;
use super::body::LaneBody;
use crate::Admin;
use crate::answer::ChangedSigningKeysAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// Undo the last rotation of a lane
///
/// The key that was active before signs again, as long as it is retiring; the
/// one that took its place retires. There is no way back from an emergency.
#[utoipa::path(
    post,
    path = "/admin/v1/signing_key/rollback",
    operation_id = "roll_back_signing_key",
    tag = "signing_key",
    security(("operator_token" = ["write:signing_key"])),
    request_body = LaneBody,
    responses(
        (status = 200, description = "Rolled back", body = ChangedSigningKeysAnswer),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<LaneBody>,
) -> Result<Json<ChangedSigningKeysAnswer>, Failure> {
    let lane = body.check()?;
    let changed = act(&admin, &asked, move |facts, origin, now| {
        Ok(roll_back(lane, facts, origin, now)?)
    });
    changed.await.map(Json)
}
