//! `[secrets.vault]`, `[secrets.aws]`, `[secrets.azure]`, `[secrets.gcp]`:
//! where those are and who we are there. What is not written comes from the
//! environment variables that the place's own tools read. A PKCS#11 token has
//! no section: its URI says everything.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::key_source::CredentialSource;

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceSections {
    /// `[secrets.vault]`.
    pub(crate) vault: Option<VaultSection>,
    /// `[secrets.aws]`.
    pub(crate) aws: Option<AwsSection>,
    /// `[secrets.azure]`.
    pub(crate) azure: Option<AzureSection>,
    /// `[secrets.gcp]`.
    pub(crate) gcp: Option<GcpSection>,
}

/// An address, which is not echoed when it is none: a password may be in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Address(Url);

impl TryFrom<String> for Address {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
            .map(Self)
            .map_err(|_| "an address is written https://HOST or https://HOST:PORT")
    }
}

impl From<Address> for Url {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// HashiCorp Vault or OpenBao.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultSection {
    /// Its address.
    pub(crate) address: Address,
    /// The namespace.
    pub(crate) namespace: Option<String>,
    /// PEM file of the certificates that its own is checked against.
    pub(crate) certificates: Option<PathBuf>,
    /// A token.
    pub(crate) token: Option<CredentialSource>,
    /// AppRole.
    pub(crate) approle: Option<AppRole>,
    /// Kubernetes.
    pub(crate) kubernetes: Option<Kubernetes>,
}

/// `approle = { role_id = "...", secret_id = "SOURCE" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppRole {
    /// Where the method is mounted; `approle` by default.
    pub(crate) mount: Option<String>,
    /// The role id.
    pub(crate) role_id: String,
    /// The secret id.
    pub(crate) secret_id: CredentialSource,
}

/// `kubernetes = { role = "...", token = "SOURCE" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kubernetes {
    /// Where the method is mounted; `kubernetes` by default.
    pub(crate) mount: Option<String>,
    /// The role.
    pub(crate) role: String,
    /// The service account's token.
    pub(crate) token: CredentialSource,
}

/// AWS Secrets Manager and KMS.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AwsSection {
    /// The region.
    pub(crate) region: Option<String>,
    /// Another address than the region's own.
    pub(crate) endpoint: Option<Address>,
    /// The id of an access key.
    pub(crate) access_key_id: Option<String>,
    /// The access key.
    pub(crate) secret_access_key: Option<CredentialSource>,
    /// The token of a temporary one.
    pub(crate) session_token: Option<CredentialSource>,
}

/// Azure Key Vault.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AzureSection {
    /// Where a token is had; the public cloud's by default.
    pub(crate) authority: Option<Address>,
    /// The tenant.
    pub(crate) tenant: Option<String>,
    /// The application, or one of several managed identities.
    pub(crate) client_id: Option<String>,
    /// The application's secret.
    pub(crate) client_secret: Option<CredentialSource>,
    /// The token of workload identity.
    pub(crate) federated_token: Option<CredentialSource>,
}

/// Google Secret Manager.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GcpSection {
    /// Another address than the public one.
    pub(crate) endpoint: Option<Address>,
    /// Where a service account gets its token; the public one by default.
    pub(crate) token_endpoint: Option<Address>,
    /// The key file of a service account; the machine's identity without it.
    pub(crate) service_account: Option<CredentialSource>,
}
