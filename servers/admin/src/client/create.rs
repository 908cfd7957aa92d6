//! `POST /admin/v1/client`.

use std::sync::Arc;

use authority::accountability::Facts;
use authority::client::{ClientRequest, CreatedClient, create};
use authority::owner::require_here;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ephemeral::SystemEntropy;
use http::{StatusCode, header};

use super::body::ClientBody;
use crate::Admin;
use crate::answer::{ClientAnswer, CreatedClientAnswer};
use crate::digest_key;
use crate::in_force;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::owner;
use crate::problem::Failure;
use crate::reading::inventory_in_force;
use crate::settle::{ATTEMPTS, settle};

/// Create a client
///
/// The answer has the secret in `client_secret`. It is shown this once. A public
/// client (`browser`, `native`) has none: RFC 6749 section 2.1.
#[utoipa::path(
    post,
    path = "/admin/v1/client",
    operation_id = "create_client",
    tag = "client",
    security(("operator_token" = ["write:client"])),
    request_body = ClientBody,
    responses(
        (status = 201, description = "Created", body = CreatedClientAnswer,
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
    StrictJson(body): StrictJson<ClientBody>,
) -> Result<Response, Failure> {
    let request = ClientRequest::from(body);
    for _ in 0..ATTEMPTS {
        let known = owner::known(&admin, request.credential.owner.as_deref()).await?;
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
    created: &CreatedClient,
    in_force: Option<crate::answer::InForce>,
    asked: &Asked,
) -> Response {
    let location = format!("/admin/v1/client/{}", created.client.id);
    let answer = CreatedClientAnswer {
        client: ClientAnswer::new(&created.client, asked.now),
        client_secret: created
            .secret
            .as_ref()
            .map(|secret| secret.expose().to_owned()),
        in_force,
    };
    let headers = [(header::LOCATION, location)];
    (StatusCode::CREATED, headers, Json(answer)).into_response()
}
