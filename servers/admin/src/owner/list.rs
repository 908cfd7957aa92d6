//! `GET /admin/v1/owner`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base::Name;

use crate::Admin;
use crate::answer::{OwnerAnswer, OwnerPage};
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::page::PageQuery;
use crate::problem::Failure;

/// List the owners about whom something was decided
///
/// In the order of their names, page by page. A name needs no entry to own
/// something.
#[utoipa::path(
    get,
    path = "/admin/v1/owner",
    operation_id = "list_owners",
    tag = "owner",
    security(("operator_token" = ["read:owner"])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = OwnerPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<PageQuery>,
) -> Result<Json<OwnerPage>, Failure> {
    let page = query.check(|name| name.parse::<Name>().is_ok())?;
    let mut found = admin.store.owners(page.after(), page.limit()).await?;
    let next_page_token = page.cut(&mut found, |owner| owner.name.to_string());
    Ok(Json(OwnerPage {
        items: found.iter().map(OwnerAnswer::from).collect(),
        next_page_token,
    }))
}
