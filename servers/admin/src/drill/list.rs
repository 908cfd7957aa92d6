//! `GET /admin/v1/drill`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use credential::{ApiKeyId, CredentialKind};
use serde::Deserialize;
use snapshot::CredentialRef;
use utoipa::IntoParams;

use crate::Admin;
use crate::answer::{DrillAnswer, DrillsAnswer};
use crate::malformed::{Malformed, StrictQuery};
use crate::openapi::OperatorProblems;
use crate::problem::Failure;

const LARGEST: u32 = 500;

/// Which drills.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DrillQuery {
    /// Of which API key; of every one if it is left out.
    api_key: Option<String>,
    /// How many at most: 1 to 500; 50 if it is left out.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<u32>,
}

/// List the newest rotation drills
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/admin/v1/drill",
    operation_id = "list_drills",
    tag = "drill",
    security(("operator_token" = ["read:api_key"])),
    params(DrillQuery),
    responses(
        (status = 200, description = "The newest drills", body = DrillsAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<DrillQuery>,
) -> Result<Json<DrillsAnswer>, Failure> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=LARGEST).contains(&limit) {
        return Err(Malformed::Count(LARGEST).into());
    }
    let of = |id: &str| match id.parse::<ApiKeyId>() {
        Ok(id) => Ok(CredentialRef {
            kind: CredentialKind::ApiKey,
            id: id.to_string(),
        }),
        Err(_) => Err(Malformed::Query),
    };
    let credential = query.api_key.as_deref().map(of).transpose()?;
    let found = admin.store.drills(credential.as_ref(), limit as usize);
    let items = found.await?.iter().map(DrillAnswer::from).collect();
    Ok(Json(DrillsAnswer { items }))
}
