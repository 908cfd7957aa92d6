//! An owner in answers.

use authority::owner::Owner;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InForce, SuspensionAnswer};

/// An owner about whom something was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnerAnswer {
    /// Its name.
    #[schema(example = "team-weather")]
    pub name: String,
    /// Since when it is gone and why; nothing: it is here.
    pub disabled: Option<SuspensionAnswer>,
}

/// An owner after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedOwnerAnswer {
    /// The record.
    #[serde(flatten)]
    pub owner: OwnerAnswer,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// Some owners, in the order of their names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OwnerPage {
    /// The owners.
    pub items: Vec<OwnerAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}

impl From<&Owner> for OwnerAnswer {
    fn from(owner: &Owner) -> Self {
        Self {
            name: owner.name.to_string(),
            disabled: SuspensionAnswer::of_owner(owner),
        }
    }
}
