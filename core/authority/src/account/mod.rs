//! People who log in: an account is a subject with a login name.

mod create;
mod disable;
mod enable;
mod login_name;
mod password;
mod require;
mod set_password;

#[cfg(test)]
mod tests;

use base::{Name, Timestamp, define_id};
use serde::{Deserialize, Serialize};

use crate::accountability::Revocation;

pub use create::{AccountRequest, create};
pub use disable::disable;
pub use enable::enable;
pub use login_name::{InvalidLoginName, LoginName};
pub use password::{InvalidPassword, LONGEST_PASSWORD, PasswordHash, SHORTEST_PASSWORD, check};
pub use require::{require_free_name, require_password, require_whole};
pub use set_password::set_password;
pub(crate) use set_password::{SLACK, cut_off};

define_id!(
    /// An account, and the `sub` of its tokens; public.
    AccountId,
    'u'
);

/// A person, as they are remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The environment that it belongs to.
    pub environment: Name,
    /// The organisation that it belongs to.
    pub organisation: Name,
    /// What the person types to log in.
    pub login_name: LoginName,
    /// How pages and the `name` claim call the person.
    pub display_name: String,
    /// How to reach the person.
    #[serde(default)]
    pub email: Option<Email>,
    /// The hash of the password; none: it does not log in with one.
    #[serde(default)]
    pub password: Option<PasswordHash>,
    /// Rises when everything that was issued to the person ends.
    pub subject_version: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When and why it was disabled.
    #[serde(default)]
    pub disabled: Option<Revocation>,
    /// How many acts have made it what it is.
    pub version: u64,
}

/// An address of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// The address.
    pub address: String,
    /// Whether the person has shown that mail to it reaches them.
    pub is_verified: bool,
}
