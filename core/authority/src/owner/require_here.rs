//! Nothing is made for an owner who is gone: it would be refused everywhere.

use super::Owner;
use crate::{FieldFinding, Refusal};

/// Refuses an owner who is disabled.
pub fn require_here(known: Option<&Owner>) -> Result<(), Refusal> {
    if !known.is_some_and(Owner::is_disabled) {
        return Ok(());
    }
    Err(Refusal::Invalid(vec![FieldFinding {
        field: "owner",
        detail: "that owner is disabled".to_owned(),
        fix: "name somebody who is here, or enable the owner first".to_owned(),
    }]))
}
