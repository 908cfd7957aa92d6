//! The arguments that API keys and clients share. None is required here, so
//! that the one refusal of the admin API names all that are missing.

use authority::accountability::CredentialRequest;

/// What a credential says about itself.
#[derive(Debug, clap::Args)]
pub(crate) struct CredentialArguments {
    /// The partner, customer or own department that holds it, such as acme.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Who answers for it, such as team-weather.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// What it is for, in one line.
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// Who cuts it off when it leaks, such as weather-oncall.
    #[arg(long, value_name = "NAME")]
    revoker: Option<String>,
    /// What it may do, such as read:forecast; repeat it for more.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// The API that it is for, by its audience in the inventory.
    #[arg(long = "audience", value_name = "URI")]
    audiences: Vec<String>,
    /// How long it lives, such as 90d or 12h.
    #[arg(long, value_name = "TIME")]
    expires_in: Option<String>,
}

impl From<CredentialArguments> for CredentialRequest {
    fn from(arguments: CredentialArguments) -> Self {
        Self {
            organisation: arguments.organisation,
            owner: arguments.owner,
            purpose: arguments.purpose,
            revoker: arguments.revoker,
            scopes: arguments.scopes,
            audiences: arguments.audiences,
            expires_in: arguments.expires_in,
        }
    }
}

/// Which credential, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct RevocationArguments {
    /// Its id.
    pub(crate) id: String,
    /// Why, in one line; the audit keeps it.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl RevocationArguments {
    /// The body of the request.
    pub(crate) fn body(&self) -> serde_json::Value {
        serde_json::json!({ "reason": self.reason })
    }
}
