//! `GET /admin/v1/register/gaps`.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use credential::CredentialKind;
use posture::{Gap, RowKind, gap};
use serde::Deserialize;
use snapshot::CredentialRef;
use utoipa::IntoParams;

use super::load::{self, Facts};
use super::place::{Place, Stage, kind_after, size};
use crate::Admin;
use crate::answer::{GapAnswer, GapPage};
use crate::malformed::{Malformed, StrictQuery};
use crate::openapi::OperatorProblems;
use crate::operator::Asked;
use crate::problem::Failure;

/// Which gaps.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GapsQuery {
    /// How many credentials to look at: 1 to 500; 100 if it is left out.
    #[param(minimum = 1, maximum = 500, example = 100)]
    page_size: Option<u32>,
    /// `next_page_token` of the page before; left out for the first page.
    page_token: Option<String>,
}

/// Find the gaps of the register
///
/// First what is wrong with each row, in the order of the register, then what
/// gates have seen that no complete row describes. A page may have no items and
/// still a next page.
#[utoipa::path(
    get,
    path = "/admin/v1/register/gaps",
    operation_id = "find_register_gaps",
    tag = "register",
    security(("operator_token" = ["read:register"])),
    params(GapsQuery),
    responses(
        (status = 200, description = "A page", body = GapPage),
        OperatorProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictQuery(query): StrictQuery<GapsQuery>,
) -> Result<Json<GapPage>, Failure> {
    let mut room = size(query.page_size)?;
    let start = query.page_token.as_deref().map(Place::parse).transpose()?;
    let first = Place::first_of(Stage::Rows(RowKind::ApiKey));
    let mut next = Some(start.unwrap_or(first));
    let facts = Facts::load(&admin, asked.now).await?;
    let mut gaps = Vec::new();
    while let Some(place) = next.take_if(|_| room > 0) {
        let (looked_at, following) = match place.stage {
            Stage::Rows(kind) => of_rows(&admin, &facts, (kind, place), room, &mut gaps).await?,
            Stage::Traffic => of_traffic(&admin, &facts, place, room, &mut gaps).await?,
        };
        next = following;
        room = room.saturating_sub(looked_at);
    }
    Ok(Json(GapPage {
        items: gaps.into_iter().map(GapAnswer::from).collect(),
        next_page_token: next.map(|place| place.token()),
    }))
}

async fn of_rows(
    admin: &Admin,
    facts: &Facts,
    (kind, place): (RowKind, Place),
    room: usize,
    gaps: &mut Vec<Gap>,
) -> Result<(usize, Option<Place>), Failure> {
    let rows = load::rows(admin, facts, kind, place.after.as_deref(), room).await?;
    let surroundings = facts.surroundings();
    gaps.extend(rows.iter().flat_map(|row| gap::of_row(row, &surroundings)));
    let next = if rows.len() == room {
        let after = rows.last().map(|row| row.id.clone());
        Place {
            stage: place.stage,
            after,
        }
    } else {
        let stage = kind_after(kind).map_or(Stage::Traffic, Stage::Rows);
        Place::first_of(stage)
    };
    Ok((rows.len(), Some(next)))
}

async fn of_traffic(
    admin: &Admin,
    facts: &Facts,
    place: Place,
    room: usize,
    gaps: &mut Vec<Gap>,
) -> Result<(usize, Option<Place>), Failure> {
    let after = place
        .after
        .as_deref()
        .map(|text| credential_of(text).ok_or(Malformed::PageToken));
    let after = after.transpose()?;
    let reports = admin.store.usages(after.as_ref(), room).await?;
    for report in &reports {
        let row = load::row_of_traffic(admin, facts, &report.credential).await?;
        gaps.extend(gap::unregistered(report, row.as_ref()));
    }
    let full = reports.len() == room;
    let next = reports.last().filter(|_| full).map(|report| Place {
        stage: Stage::Traffic,
        after: Some(format!(
            "{} {}",
            report.credential.kind, report.credential.id
        )),
    });
    Ok((reports.len(), next))
}

fn credential_of(text: &str) -> Option<CredentialRef> {
    let (name, id) = text.split_once(' ')?;
    let name = serde_json::Value::String(name.to_owned());
    let kind: CredentialKind = serde_json::from_value(name).ok()?;
    let id = id.to_owned();
    Some(CredentialRef { kind, id })
}
