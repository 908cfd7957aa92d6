//! `GET /admin/v1/api_key`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};

use crate::Admin;
use crate::answer::{ApiKeyAnswer, ApiKeyPage};
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::page::PageQuery;
use crate::problem::Failure;

/// List the API keys
///
/// In the order of their ids, page by page.
#[utoipa::path(
    get,
    path = "/admin/v1/api_key",
    operation_id = "list_api_keys",
    tag = "api_key",
    security(("operator_token" = ["read:api_key"])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = ApiKeyPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<PageQuery>,
) -> Result<Json<ApiKeyPage>, Failure> {
    let page = query.check(|id| id.parse::<credential::ApiKeyId>().is_ok())?;
    let mut found = admin.store.api_keys(page.after(), page.limit()).await?;
    let next_page_token = page.cut(&mut found, |api_key| api_key.id.to_string());
    let items = found
        .iter()
        .map(|api_key| ApiKeyAnswer::new(api_key, asked.now));
    Ok(Json(ApiKeyPage {
        items: items.collect(),
        next_page_token,
    }))
}
