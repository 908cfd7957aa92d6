//! What a store belongs to.

use base::Timestamp;
use credential::Environment;
use serde::{Deserialize, Serialize};
use snapshot::IssuerUrl;

/// The environment and issuer that a store was made for, once and for all. A
/// process whose configuration says otherwise must not open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// The environment.
    pub environment: Environment,
    /// Its issuer.
    pub issuer: IssuerUrl,
    /// When the store was made.
    pub created_at: Timestamp,
}
