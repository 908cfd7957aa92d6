//! Nobody can fix a path that nobody has described (article 002, "audit the
//! path each secret takes from creation to use").

use super::{Finding, Surroundings};
use crate::{Row, RowKind};

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    if !row.kind.tells_storage() || row.storage.is_some() {
        return None;
    }
    let fix = match row.kind {
        RowKind::ApiKey => format!(
            "doorward key secret-path {} --level LEVEL --place TEXT --transport TEXT --reader NAME",
            row.id
        ),
        _ => "say in the configuration where it is".to_owned(),
    };
    Some(Finding::new("Nobody has said where its secret lies.", fix))
}
