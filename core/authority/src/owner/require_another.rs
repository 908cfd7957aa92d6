//! Whoever disables owners stays: with nobody left to enable them, the way back
//! would lead past the admin API.

use base::Name;

use crate::{FieldFinding, Refusal};

/// Refuses to disable `name` by an operator token of `asking`.
pub fn require_another(name: &Name, asking: &Name) -> Result<(), Refusal> {
    if name != asking {
        return Ok(());
    }
    Err(Refusal::Invalid(vec![FieldFinding {
        field: "owner",
        detail: "the operator token that asks is theirs, and would end with it".to_owned(),
        fix: "ask with an operator token of another owner".to_owned(),
    }]))
}
