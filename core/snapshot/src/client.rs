//! A client as a gate knows it.

use base::{Name, Timestamp};
use credential::ClientId;
use serde::{Deserialize, Serialize};

/// What a gate needs to judge the tokens of a client. A token of a client that
/// is not here is refused: the gate cannot know whether it still exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClientEntry {
    /// Its identifier.
    pub id: ClientId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// The organisation that owns it.
    pub organisation: Name,
    /// The person or service that answers for it.
    pub owner: Name,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was revoked: none of its tokens is accepted since.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
}
