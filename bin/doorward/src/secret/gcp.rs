//! The identity at Google of a configuration.

use std::sync::Arc;

use ephemeral::SystemClock;
use secret_gcp::{Google, Login, Settings};
use secret_source::{SourceFault, SourceUri};
use url::Url;

use super::Places;
use crate::config::Address;

const ENDPOINT: &str = "https://secretmanager.googleapis.com";
const TOKEN_ENDPOINT: &str = "https://oauth2.googleapis.com/token";
const METADATA: &str = "http://169.254.169.254";

impl Places {
    /// The identity: the service account that is named here or in the variable
    /// that Google's own libraries read; without one it is the machine's.
    pub(super) fn google(&self) -> Result<Google, SourceFault> {
        let section = self.sections.gcp.clone().unwrap_or_default();
        let of_variable = || {
            let path = std::env::var_os("GOOGLE_APPLICATION_CREDENTIALS")?;
            Some(SourceUri::File(path.into()))
        };
        let written = section.service_account.map(|source| source.uri().clone());
        let login = match written.or_else(of_variable) {
            Some(source) => Login::ServiceAccount(self.credential(&source)?),
            None => Login::Metadata,
        };
        Google::new(Settings {
            endpoint: or_known(section.endpoint, ENDPOINT)?,
            token_endpoint: or_known(section.token_endpoint, TOKEN_ENDPOINT)?,
            metadata: or_known(None, METADATA)?,
            login,
            clock: Arc::new(SystemClock::new()),
        })
    }
}

fn or_known(written: Option<Address>, known: &str) -> Result<Url, SourceFault> {
    match written {
        Some(address) => Ok(address.into()),
        None => known
            .parse()
            .map_err(|_| SourceFault::Malformed(format!("{known} is no address"))),
    }
}
