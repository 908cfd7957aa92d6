//! What a person granted to a client: exactly that, remembered, shown to the
//! person and withdrawn by them.

mod give;
mod scope;
mod withdraw;

use base::{Name, Timestamp};
use credential::ClientId;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::accountability::Revocation;

pub use give::give;
pub use scope::{GrantedScopes, IdentityScope, InvalidRequestedScope};
pub use withdraw::withdraw;

/// A grant, as it is remembered: one for each person and client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    /// Who granted.
    pub account: AccountId,
    /// To which client.
    pub client: ClientId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// What.
    pub scopes: GrantedScopes,
    /// When last.
    pub granted_at: Timestamp,
    /// When and why it was withdrawn.
    #[serde(default)]
    pub withdrawn: Option<Revocation>,
    /// How many acts have made it what it is.
    pub version: u64,
}

/// The id of the grant of a person to a client.
pub fn id_of(account: &AccountId, client: &ClientId) -> String {
    format!("{account}.{client}")
}

impl Grant {
    /// Its id.
    pub fn id(&self) -> String {
        id_of(&self.account, &self.client)
    }

    /// Whether it covers `scopes`, and was not withdrawn.
    pub fn covers(&self, scopes: &GrantedScopes) -> bool {
        self.withdrawn.is_none() && self.scopes.covers(scopes)
    }
}
