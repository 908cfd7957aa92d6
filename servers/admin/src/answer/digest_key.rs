//! A digest key in answers: its id, never the key.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::InForce;

/// A digest key that was retired.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RetiredDigestKeyAnswer {
    /// Its id.
    #[schema(example = "0a1b2c3d")]
    pub digest_key: String,
    /// Since when nothing that stands under it is accepted: RFC 3339.
    #[schema(format = DateTime)]
    pub retired_at: String,
    /// Why, in the operator's words.
    #[schema(example = "its file leaked")]
    pub reason: String,
    /// Whether new secrets were made under it: none can be made until another
    /// one is configured.
    pub is_current: bool,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}
