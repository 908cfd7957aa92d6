//! An account in answers.

use authority::account::Account;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InForce, RevocationAnswer};

/// A person who logs in, without anything that would help to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountAnswer {
    /// Its id: the `sub` of its tokens.
    #[schema(example = "u4z8k2m6q0v1c3x5")]
    pub id: String,
    /// The environment that it belongs to.
    #[schema(example = "production")]
    pub environment: String,
    /// The organisation that the person belongs to.
    #[schema(example = "acme")]
    pub organisation: String,
    /// What the person types to log in.
    #[schema(example = "alice")]
    pub login_name: String,
    /// How pages call the person.
    #[schema(example = "Alice Doe")]
    pub display_name: String,
    /// How to reach the person.
    pub email: Option<EmailAnswer>,
    /// Whether it has a password.
    pub has_password: bool,
    /// When it was created: RFC 3339.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Since when and why nobody logs in; nothing: its person may.
    pub disabled: Option<RevocationAnswer>,
}

/// An address of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailAnswer {
    /// The address.
    #[schema(example = "alice@example.com")]
    pub address: String,
    /// Whether the person has shown that mail to it reaches them.
    pub is_verified: bool,
}

/// An account after an act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedAccountAnswer {
    /// The record.
    #[serde(flatten)]
    pub account: AccountAnswer,
    /// Since when the gate judges by it; nothing if that is not confirmed.
    pub in_force: Option<InForce>,
}

/// Some accounts, in the order of their ids.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountPage {
    /// The accounts.
    pub items: Vec<AccountAnswer>,
    /// What to send as `page_token` for the next ones; nothing at the end.
    pub next_page_token: Option<String>,
}

impl From<&Account> for AccountAnswer {
    fn from(account: &Account) -> Self {
        let email = account.email.as_ref().map(|email| EmailAnswer {
            address: email.address.clone(),
            is_verified: email.is_verified,
        });
        Self {
            id: account.id.to_string(),
            environment: account.environment.to_string(),
            organisation: account.organisation.to_string(),
            login_name: account.login_name.to_string(),
            display_name: account.display_name.clone(),
            email,
            has_password: account.password.is_some(),
            created_at: account.created_at.to_string(),
            disabled: account.disabled.as_ref().map(RevocationAnswer::from),
        }
    }
}
