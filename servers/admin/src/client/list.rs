//! `GET /admin/v1/client`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};

use crate::Admin;
use crate::answer::{ClientAnswer, ClientPage};
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::page::PageQuery;
use crate::problem::Failure;

/// List the clients
///
/// In the order of their ids, page by page.
#[utoipa::path(
    get,
    path = "/admin/v1/client",
    operation_id = "list_clients",
    tag = "client",
    security(("operator_token" = ["read:client"])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = ClientPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<PageQuery>,
) -> Result<Json<ClientPage>, Failure> {
    let page = query.check(|id| id.parse::<credential::ClientId>().is_ok())?;
    let mut found = admin.store.clients(page.after(), page.limit()).await?;
    let next_page_token = page.cut(&mut found, |client| client.id.to_string());
    let items = found
        .iter()
        .map(|client| ClientAnswer::new(client, asked.now));
    Ok(Json(ClientPage {
        items: items.collect(),
        next_page_token,
    }))
}
