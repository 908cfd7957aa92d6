//! `POST /admin/v1/api_key`.

use std::sync::Arc;

use authority::accountability::Facts;
use authority::api_key::{ApiKeyRequest, CreatedApiKey, create};
use authority::owner::require_here;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ephemeral::SystemEntropy;
use http::{StatusCode, header};

use super::body::ApiKeyBody;
use crate::Admin;
use crate::answer::{ApiKeyAnswer, CreatedApiKeyAnswer};
use crate::digest_key;
use crate::in_force;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::owner;
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::settle::{ATTEMPTS, settle};

/// Create an API key
///
/// The answer has the key's text in `secret`. It is shown this once.
#[utoipa::path(
    post,
    path = "/admin/v1/api_key",
    operation_id = "create_api_key",
    tag = "api_key",
    security(("operator_token" = ["write:api_key"])),
    request_body = ApiKeyBody,
    responses(
        (status = 201, description = "Created", body = CreatedApiKeyAnswer,
            headers(("location" = String, description = "Where the record is"))),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<ApiKeyBody>,
) -> Result<Response, Failure> {
    let request = ApiKeyRequest::from(body);
    for _ in 0..ATTEMPTS {
        let known = owner::known(&admin, request.shared.owner.as_deref()).await?;
        require_here(known.as_ref())?;
        let (_, inventory) = inventory_in_force(&admin).await?;
        let facts = Facts {
            environment: &admin.environment,
            inventory: &inventory,
            digest_key: digest_key::in_use(&admin).await?,
        };
        let plan = create(
            &request,
            &asked.origin,
            facts,
            asked.now,
            &mut SystemEntropy,
        )?;
        if let Some((created, revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            return Ok(render(&created, in_force, &asked));
        }
    }
    Err(Failure::Conflict)
}

fn render(
    created: &CreatedApiKey,
    in_force: Option<crate::answer::InForce>,
    asked: &Asked,
) -> Response {
    let location = format!("/admin/v1/api_key/{}", created.api_key.id);
    let answer = CreatedApiKeyAnswer {
        api_key: ApiKeyAnswer::new(&created.api_key, None, asked.now),
        secret: created.secret.expose().to_owned(),
        in_force,
    };
    let headers = [(header::LOCATION, location)];
    (StatusCode::CREATED, headers, Json(answer)).into_response()
}
