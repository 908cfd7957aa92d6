//! `POST /admin/v1/drill`.

use std::sync::Arc;

use authority::drill::remember;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ephemeral::SystemEntropy;
use http::StatusCode;

use super::body::DrillBody;
use crate::Admin;
use crate::answer::DrillAnswer;
use crate::api_key::load;
use crate::malformed::StrictJson;
use crate::openapi::{
    BodyProblems, CommitProblems, FieldProblems, NotFoundProblem, OperatorProblems,
};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// Write down a rotation drill
///
/// `doorward drill rotate` does the drill and reports it here.
#[utoipa::path(
    post,
    path = "/admin/v1/drill",
    operation_id = "record_drill",
    tag = "drill",
    security(("operator_token" = ["write:api_key"])),
    request_body = DrillBody,
    responses(
        (status = 201, description = "Written down", body = DrillAnswer),
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
    StrictJson(body): StrictJson<DrillBody>,
) -> Result<Response, Failure> {
    let request = body.check()?;
    let api_key = load(&admin, &body.api_key).await?;
    for _ in 0..ATTEMPTS {
        let plan = remember(
            &api_key,
            request.clone(),
            &asked.origin,
            asked.now,
            &mut SystemEntropy,
        )?;
        if let Some((drill, _)) = settle(&admin, plan).await? {
            let answer = Json(DrillAnswer::from(&drill));
            return Ok((StatusCode::CREATED, answer).into_response());
        }
    }
    Err(Failure::Conflict)
}
