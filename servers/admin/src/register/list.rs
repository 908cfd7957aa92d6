//! `GET /admin/v1/register`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use posture::{Row, RowKind, gap, reach};
use serde::Deserialize;
use utoipa::IntoParams;

use super::load::{self, Facts};
use super::place::{Place, Stage, kind_after, size};
use crate::Admin;
use crate::answer::{RegisterPage, RegisterRowAnswer};
use crate::malformed::{Malformed, StrictQuery};
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::problem::Failure;

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RegisterQuery {
    /// Only rows of this kind.
    #[param(example = "api_key")]
    kind: Option<String>,
    /// Whether to show what has been revoked or has expired, too.
    ended: Option<bool>,
    /// How many rows to look at: 1 to 500; 100 if it is left out.
    #[param(minimum = 1, maximum = 500, example = 100)]
    page_size: Option<u32>,
    /// `next_page_token` of the page before; left out for the first page.
    page_token: Option<String>,
}

/// List every credential
///
/// In the order of kind and id, page by page. A page may have no items and
/// still a next page.
#[utoipa::path(
    get,
    path = "/admin/v1/register",
    operation_id = "list_register",
    tag = "register",
    security(("operator_token" = ["read:register"])),
    params(RegisterQuery),
    responses(
        (status = 200, description = "A page", body = RegisterPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<RegisterQuery>,
) -> Result<Json<RegisterPage>, Failure> {
    let only = query
        .kind
        .as_deref()
        .map(|name| RowKind::parse(name).ok_or(Malformed::Query));
    let only = only.transpose()?;
    let ended = query.ended.unwrap_or(false);
    let mut room = size(query.page_size)?;
    let first = Stage::Rows(only.unwrap_or(RowKind::ApiKey));
    let start = query.page_token.as_deref().map(Place::parse).transpose()?;
    let mut next = Some(start.unwrap_or(Place::first_of(first)));
    let facts = Facts::load(&admin, asked.now).await?;
    let mut items = Vec::new();
    while let Some(place) = next.take_if(|_| room > 0) {
        let Stage::Rows(kind) = place.stage else {
            return Err(Malformed::PageToken.into());
        };
        if only.is_some_and(|only| only != kind) {
            return Err(Malformed::PageToken.into());
        }
        let rows = load::rows(&admin, &facts, kind, place.after.as_deref(), room).await?;
        next = if rows.len() == room {
            let after = rows.last().map(|row| row.id.clone());
            Some(Place {
                stage: place.stage,
                after,
            })
        } else {
            let kind = kind_after(kind).filter(|_| only.is_none());
            kind.map(|kind| Place::first_of(Stage::Rows(kind)))
        };
        room = room.saturating_sub(rows.len());
        let shown = rows
            .iter()
            .filter(|row| ended || row.is_live() || row.is_suspended());
        items.extend(shown.map(|row| render(row, &facts)));
    }
    Ok(Json(RegisterPage {
        items,
        next_page_token: next.map(|place| place.token()),
    }))
}

fn render(row: &Row, facts: &Facts) -> RegisterRowAnswer {
    let gaps = gap::of_row(row, &facts.surroundings());
    let endpoints = reach(row, &facts.inventory, facts.now).count();
    RegisterRowAnswer::new(row, &gaps, endpoints, facts.now)
}
