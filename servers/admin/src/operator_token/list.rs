//! `GET /admin/v1/operator_token`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};

use crate::Admin;
use crate::answer::{OperatorTokenAnswer, OperatorTokenPage};
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::page::PageQuery;
use crate::problem::Failure;

/// List the operator tokens
///
/// In the order of their ids, page by page.
#[utoipa::path(
    get,
    path = "/admin/v1/operator_token",
    operation_id = "list_operator_tokens",
    tag = "operator_token",
    security(("operator_token" = ["read:operator_token"])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = OperatorTokenPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<PageQuery>,
) -> Result<Json<OperatorTokenPage>, Failure> {
    let page = query.check(|id| id.parse::<credential::OperatorTokenId>().is_ok())?;
    let store = &admin.store;
    let mut found = store.operator_tokens(page.after(), page.limit()).await?;
    let next_page_token = page.cut(&mut found, |token| token.id.to_string());
    let items = found
        .iter()
        .map(|token| OperatorTokenAnswer::new(token, asked.now));
    Ok(Json(OperatorTokenPage {
        items: items.collect(),
        next_page_token,
    }))
}
