//! What is left of the compatibility windows, in answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Status;

/// The compatibility windows of the inventory in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CompatibilityAnswer {
    /// The version of the inventory.
    #[schema(example = 3)]
    pub version: u64,
    /// The keys that still stand between now and the end of every window.
    #[schema(example = 2)]
    pub keys_left: u64,
    /// The windows, the next to end first.
    pub windows: Vec<WindowAnswer>,
}

/// An endpoint that takes API keys as they are until a date.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WindowAnswer {
    /// The API.
    #[schema(example = "reports")]
    pub api: String,
    /// The endpoint.
    #[schema(example = "reports.list")]
    pub endpoint: String,
    /// The requests that are its.
    #[schema(example = "GET /v1/reports")]
    pub matches: String,
    /// When the window ends: RFC 3339. From then on the key itself is refused.
    #[schema(format = DateTime)]
    pub raw_api_key_until: String,
    /// Whole days until then.
    #[schema(example = 30)]
    pub days_left: u64,
    /// Whether it is open.
    pub is_open: bool,
    /// How many of the keys below still work.
    #[schema(example = 1)]
    pub keys_left: u64,
    /// The keys that were used as they are.
    pub keys: Vec<RawKeyAnswer>,
}

/// An API key that was used as it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RawKeyAnswer {
    /// Its id.
    pub id: String,
    /// Who answers for it; nothing if it is not known any more.
    pub owner: Option<String>,
    /// Whether it still works; nothing if it is not known any more.
    pub status: Option<Status>,
    /// When it was used as it is for the last time: RFC 3339.
    #[schema(format = DateTime)]
    pub last_raw_use_at: String,
    /// In how many requests.
    #[schema(example = 1200)]
    pub requests: u64,
}
