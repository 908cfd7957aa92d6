//! `POST /admin/v1/inventory/apply`.

use std::sync::Arc;

use authority::inventory::apply;
use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::IntoParams;

use super::differences;
use crate::Admin;
use crate::answer::{AppliedAnswer, FindingAnswer};
use crate::in_force;
use crate::malformed::{Document, StrictQuery};
use crate::openapi::{BodyProblems, CommitProblems, InventoryProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::{InventoryFacts, inventory_in_force};
use crate::settle::{ATTEMPTS, settle};

/// On which condition.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ApplyQuery {
    /// The version that must be in force, as a plan gave it; 0 for none.
    #[param(example = 3)]
    expected_version: Option<u64>,
}

/// Apply an inventory
///
/// All of it or nothing: a document with one contradiction changes nothing.
#[utoipa::path(
    post,
    path = "/admin/v1/inventory/apply",
    operation_id = "apply_inventory",
    tag = "inventory",
    security(("operator_token" = ["write:inventory"])),
    params(ApplyQuery),
    request_body(content = String, content_type = "application/toml",
        description = "The document; text/plain is taken too. At most 1 MiB"),
    responses(
        (status = 200, description = "In force", body = AppliedAnswer),
        OperatorProblems,
        BodyProblems,
        InventoryProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<ApplyQuery>,
    Document(document): Document,
) -> Result<Json<AppliedAnswer>, Failure> {
    for _ in 0..ATTEMPTS {
        let (version, old) = inventory_in_force(&admin).await?;
        let facts = InventoryFacts::load(&admin).await?;
        let plan = apply(
            &document,
            version,
            query.expected_version,
            &asked.origin,
            facts.of(&admin),
            asked.now,
        )?;
        if let Some((applied, revision)) = settle(&admin, plan).await? {
            let in_force = in_force::wait(admin.in_force.as_ref(), revision).await;
            return Ok(Json(AppliedAnswer {
                version: applied.version.version,
                findings: applied.findings.iter().map(FindingAnswer::from).collect(),
                differences: differences(&old, &applied.version.inventory),
                in_force,
            }));
        }
    }
    Err(Failure::Conflict)
}
