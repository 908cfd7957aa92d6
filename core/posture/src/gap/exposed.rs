//! What was readable for others once is not secret any more.

use super::{Finding, Surroundings};
use crate::Row;
use snapshot::Exposure;

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    let exposures = &row.usage.as_ref()?.exposures;
    // What happened to a secret before this one no longer matters.
    let since = row.secret_since;
    let mut places = exposures
        .iter()
        .filter(|(_, seen)| since.is_none_or(|since| seen.last_at >= since))
        .map(|(exposure, _)| place(*exposure))
        .peekable();
    places.peek()?;
    let places: Vec<&str> = places.collect();
    Some(Finding::new(
        format!("It was readable {}.", places.join(", ")),
        "rotate it now and cut over at once, or revoke it",
    ))
}

const fn place(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Query => "in the query of an address",
        Exposure::Path => "in the path of an address",
        Exposure::Cookie => "in a cookie",
        Exposure::Browser => "in a browser",
        Exposure::PlainHttp => "on the way, without TLS",
        Exposure::Report => "where somebody found and reported it",
    }
}
