//! The identity at Azure of a configuration.

use secret_azure::{Azure, Login, Settings};
use secret_source::{SourceFault, SourceUri};
use url::Url;

use super::Places;

/// The public cloud, and the metadata service of a machine in any cloud.
const AUTHORITY: &str = "https://login.microsoftonline.com";
const METADATA: &str = "http://169.254.169.254";

impl Places {
    /// The identity. What [secrets.azure] does not say comes from the variables
    /// that Azure's own libraries read; without any it is the machine's.
    pub(super) fn azure(&self) -> Result<Azure, SourceFault> {
        let section = self.sections.azure.clone().unwrap_or_default();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let tenant = section.tenant.or_else(|| variable("AZURE_TENANT_ID"));
        let client_id = section.client_id.or_else(|| variable("AZURE_CLIENT_ID"));
        let of_variable = || {
            variable("AZURE_CLIENT_SECRET")?;
            "env:AZURE_CLIENT_SECRET".parse::<SourceUri>().ok()
        };
        let of_file = || {
            let path = variable("AZURE_FEDERATED_TOKEN_FILE")?;
            Some(SourceUri::File(path.into()))
        };
        let written = section.client_secret.is_some() || section.federated_token.is_some();
        let secret = section.client_secret.map(|secret| secret.uri().clone());
        let token = section.federated_token.map(|token| token.uri().clone());
        let (secret, token) = if written {
            (secret, token)
        } else {
            let token = of_file();
            (of_variable().filter(|_| token.is_none()), token)
        };
        let login = match (tenant, client_id, secret, token) {
            (Some(tenant), Some(client_id), Some(secret), None) => Login::ClientSecret {
                tenant: segment(tenant)?,
                client_id,
                secret: self.credential(&secret)?,
            },
            (Some(tenant), Some(client_id), None, Some(token)) => Login::FederatedToken {
                tenant: segment(tenant)?,
                client_id,
                token: self.credential(&token)?,
            },
            (_, client_id, None, None) => Login::ManagedIdentity { client_id },
            _ => {
                return Err(SourceFault::Malformed(
                    "[secrets.azure] has tenant, client_id and one of client_secret and federated_token, or none of the last two for the identity of the machine".into(),
                ));
            }
        };
        Azure::new(Settings {
            authority: match section.authority {
                Some(authority) => authority.into(),
                None => known(AUTHORITY)?,
            },
            metadata: known(METADATA)?,
            login,
        })
    }
}

/// A tenant goes into a path as it is: it is one segment.
fn segment(tenant: String) -> Result<String, SourceFault> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    if tenant.is_empty() || tenant.starts_with('.') || !tenant.bytes().all(allowed) {
        return Err(SourceFault::Malformed(
            "the tenant in [secrets.azure] is its id or its domain".into(),
        ));
    }
    Ok(tenant)
}

fn known(url: &str) -> Result<Url, SourceFault> {
    url.parse()
        .map_err(|_| SourceFault::Malformed(format!("{url} is no address")))
}
