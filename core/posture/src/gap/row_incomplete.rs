//! A row says of what type the credential is, who is meant to use it, for which
//! scope and audience, who owns it and how it is cut off (article 000, "keep a
//! compact credential register").

use super::{Finding, Surroundings};
use crate::{Field, Row};

pub(super) fn check(row: &Row, _: &Surroundings<'_>) -> Option<Finding> {
    let missing = row.missing();
    let first = missing.first()?;
    let names: Vec<&str> = missing.iter().map(|field| field.as_str()).collect();
    let fix = match first {
        Field::Type => {
            "no endpoint takes it as the inventory is now: revoke it, or correct the inventory"
        }
        Field::Scope | Field::Audience => {
            "it opens nothing: revoke it and make one that says what for"
        }
        Field::Actor | Field::Owner => "revoke it and make one with an owner and a purpose",
        Field::RevokePath => "write down how it is replaced, and try it once",
    };
    Some(Finding::new(
        format!("The row has no {}.", names.join(", no ")),
        fix,
    ))
}
