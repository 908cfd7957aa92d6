//! `POST /admin/v1/inventory/plan`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};

use super::differences;
use crate::Admin;
use crate::answer::{FindingAnswer, PlannedAnswer};
use crate::malformed::Document;
use crate::openapi::{BodyProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::reading::{InventoryFacts, inventory_in_force};

/// Plan an inventory
///
/// What is found in the document and what it would change. Nothing is changed.
#[utoipa::path(
    post,
    path = "/admin/v1/inventory/plan",
    operation_id = "plan_inventory",
    tag = "inventory",
    security(("operator_token" = ["read:inventory"])),
    request_body(content = String, content_type = "application/toml",
        description = "The document; text/plain is taken too. At most 1 MiB"),
    responses(
        (status = 200, description = "What it would change", body = PlannedAnswer),
        OperatorProblems,
        BodyProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    Document(document): Document,
) -> Result<Json<PlannedAnswer>, Failure> {
    let (in_force_version, in_force) = inventory_in_force(&admin).await?;
    let facts = InventoryFacts::load(&admin).await?;
    let reading = authority::inventory::read(&document, facts.of(&admin), asked.now);
    let planned = reading.inventory.as_ref();
    Ok(Json(PlannedAnswer {
        in_force_version,
        applicable: planned.is_some(),
        findings: reading.findings.iter().map(FindingAnswer::from).collect(),
        differences: planned
            .map(|planned| differences(&in_force, planned))
            .unwrap_or_default(),
    }))
}
