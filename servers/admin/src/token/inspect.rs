//! `POST /admin/v1/token/inspect`.

use std::sync::Arc;

use access::{Judge, Uncached, View, inspect};
use axum::extract::State;
use axum::{Extension, Json};
use base::Secret;
use serde::Deserialize;
use snapshot::Freshness;
use utoipa::ToSchema;

use crate::Admin;
use crate::answer::InspectionAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;

/// A token, and for whom it should be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    /// The token, whole. It is neither kept nor answered.
    #[schema(example = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl")]
    token: String,
    /// The audience that it is asked for; nothing asks for none.
    #[serde(default)]
    #[schema(example = "https://api.example.com/reports")]
    audience: Option<String>,
}

/// Inspect a token
///
/// Every check of an access token in its order, by what is in force now:
/// revocations, clients and signing keys count as they do at a gate that has
/// every change. What an endpoint would demand of it is not asked.
#[utoipa::path(
    post,
    path = "/admin/v1/token/inspect",
    operation_id = "inspect_token",
    tag = "token",
    security(("operator_token" = ["read:token"])),
    request_body = TokenBody,
    responses(
        (status = 200, description = "What came of each check", body = InspectionAnswer),
        OperatorProblems,
        BodyProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<TokenBody>,
) -> Result<Json<InspectionAnswer>, Failure> {
    let token = Secret::new(body.token);
    let snapshot = admin.store.snapshot().await?;
    let revision = snapshot.revision();
    let view = View::new(Arc::new(snapshot));
    let judge = Judge {
        view: &view,
        facts: &Uncached,
        decryption_keys: &Default::default(),
        digest_keys: &admin.digest_keys,
        freshness: Freshness {
            confirmed_at: asked.now,
        },
        time_limits: Default::default(),
    };
    let inspection = inspect(token.expose(), body.audience.as_deref(), &judge, asked.now);
    Ok(Json(InspectionAnswer::new(&inspection, revision)))
}
