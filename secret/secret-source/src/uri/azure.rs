//! Azure Key Vault: `VAULT/secrets/NAME[/VERSION]` and `VAULT/keys/NAME[/VERSION]`.

use std::str::FromStr;

use url::Url;

use super::InvalidSourceUri;

const OBJECT: InvalidSourceUri = InvalidSourceUri(
    "a thing in Azure Key Vault is written azure-kv:VAULT/secrets/NAME, azure-kv:VAULT/keys/NAME, or either with /VERSION; VAULT is its name or its https URL",
);

/// A vault: its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureVault {
    written: String,
    url: Url,
}

impl AzureVault {
    /// Where it answers, without a path.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    fn parse(text: &str) -> Result<Self, InvalidSourceUri> {
        let url = if text.contains("://") {
            Url::parse(text).map_err(|_| OBJECT)?
        } else {
            // The rule for the names of vaults: 3 to 24 letters, digits and hyphens.
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if !(3..=24).contains(&text.len()) || !text.bytes().all(allowed) {
                return Err(OBJECT);
            }
            Url::parse(&format!("https://{}.vault.azure.net", text.to_lowercase()))
                .map_err(|_| OBJECT)?
        };
        let plain = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !plain || !(url.scheme() == "https" || is_loopback(&url)) {
            return Err(OBJECT);
        }
        Ok(Self {
            written: text.to_owned(),
            url,
        })
    }
}

/// Whether it is `http` to this machine, where a test double listens.
fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(_)) | None => false,
        }
}

/// A secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureSecret(Named);

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureKey(Named);

/// Either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AzureObject {
    /// `/secrets/`
    Secret(AzureSecret),
    /// `/keys/`
    Key(AzureKey),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    vault: AzureVault,
    name: String,
    version: Option<String>,
}

macro_rules! named {
    ($kind:ident, $collection:literal) => {
        impl $kind {
            /// The vault that it is in.
            pub const fn vault(&self) -> &AzureVault {
                &self.0.vault
            }

            /// Its name.
            pub fn name(&self) -> &str {
                &self.0.name
            }

            /// Its version; the current one when none is named.
            pub fn version(&self) -> Option<&str> {
                self.0.version.as_deref()
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let vault = &self.0.vault.written;
                write!(f, "{vault}/{}/{}", $collection, self.0.name)?;
                match &self.0.version {
                    Some(version) => write!(f, "/{version}"),
                    None => Ok(()),
                }
            }
        }
    };
}

named!(AzureSecret, "secrets");
named!(AzureKey, "keys");

impl FromStr for AzureObject {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        if let Some((vault, rest)) = text.split_once("/secrets/") {
            let named = named_in(vault, rest)?;
            return Ok(Self::Secret(AzureSecret(named)));
        }
        let (vault, rest) = text.split_once("/keys/").ok_or(OBJECT)?;
        Ok(Self::Key(AzureKey(named_in(vault, rest)?)))
    }
}

fn named_in(vault: &str, rest: &str) -> Result<Named, InvalidSourceUri> {
    let (name, version) = match rest.split_once('/') {
        Some((name, version)) => (name, Some(version)),
        None => (rest, None),
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name = (1..=127).contains(&name.len()) && name.bytes().all(allowed);
    let is_version =
        |version: &str| version.len() == 32 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_name || !version.is_none_or(is_version) {
        return Err(OBJECT);
    }
    Ok(Named {
        vault: AzureVault::parse(vault)?,
        name: name.to_owned(),
        version: version.map(str::to_owned),
    })
}
