//! `POST /admin/v1/signing_key/default`.

use std::sync::Arc;

use authority::signing_key::make_default;
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

/// Make a lane the default
///
/// It signs the tokens of every API that names no algorithm. It works once the
/// lane has an active key.
#[utoipa::path(
    post,
    path = "/admin/v1/signing_key/default",
    operation_id = "make_default_signing_key",
    tag = "signing_key",
    security(("operator_token" = ["write:signing_key"])),
    request_body = LaneBody,
    responses(
        (status = 200, description = "It is the default", body = ChangedSigningKeysAnswer),
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
    let lane = body.check_named()?;
    let changed = act(&admin, &asked, move |facts, origin, now| {
        Ok(make_default(lane, facts, origin, now)?)
    });
    changed.await.map(Json)
}
