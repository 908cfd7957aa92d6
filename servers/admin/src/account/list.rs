//! `GET /admin/v1/account`.

use std::sync::Arc;

use authority::account::{Account, AccountId};
use authority::versioned::Lookup;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use store::records;
use utoipa::IntoParams;

use super::named;
use crate::Admin;
use crate::answer::{AccountAnswer, AccountPage};
use crate::malformed::StrictQuery;
use crate::openapi::OperatorProblems;
use crate::page::PageQuery;
use crate::problem::Failure;

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// How many items at most: 1 to 500; 50 if it is left out.
    #[param(minimum = 1, maximum = 500, example = 50)]
    page_size: Option<u32>,
    /// `next_page_token` of the page before; left out for the first page.
    page_token: Option<String>,
    /// Only the one with this login name.
    login_name: Option<String>,
}

/// List the accounts
///
/// In the order of their ids, page by page; or the one with a login name.
#[utoipa::path(
    get,
    path = "/admin/v1/account",
    operation_id = "list_accounts",
    tag = "account",
    security(("operator_token" = ["read:account"])),
    params(ListQuery),
    responses(
        (status = 200, description = "A page", body = AccountPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    StrictQuery(query): StrictQuery<ListQuery>,
) -> Result<Json<AccountPage>, Failure> {
    let page = PageQuery::new(query.page_size, query.page_token);
    let page = page.check(|id| id.parse::<AccountId>().is_ok())?;
    let environment = &admin.environment.name;
    let mut found = match query.login_name {
        Some(login_name) => {
            let one = named(&admin, &login_name).await?.into_iter();
            let after = |account: &Account| page.after().is_none_or(|id| account.id.as_str() > id);
            one.filter(after).collect()
        }
        None => {
            let found_by = (Lookup::Environment, environment.as_str());
            records::<Account>(admin.store.as_ref(), found_by, page.after(), page.limit()).await?
        }
    };
    let next_page_token = page.cut(&mut found, |account| account.id.to_string());
    Ok(Json(AccountPage {
        items: found.iter().map(AccountAnswer::from).collect(),
        next_page_token,
    }))
}
