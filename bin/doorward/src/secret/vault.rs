//! The connection to Vault of a configuration.

use std::sync::Arc;

use secret_source::{SourceFault, SourceUri};
use secret_vault::{Login, Settings, Vault};

use super::Places;
use crate::config::VaultSection;

/// What to write.
const NO_SECTION: &str = "no Vault is configured: write [secrets.vault] with address and one of token, approle and kubernetes, or set VAULT_ADDR and VAULT_TOKEN";
const ONE_LOGIN: &str = "[secrets.vault] has exactly one of token, approle and kubernetes";

impl Places {
    /// The connection; one for the process, so that it logs in once.
    pub(super) async fn vault(&self) -> Result<Arc<Vault>, SourceFault> {
        let vault = self.vault.get_or_try_init(|| async {
            let settings = match &self.sections.vault {
                Some(section) => self.vault_settings(section)?,
                None => self.vault_of_environment()?,
            };
            Vault::new(settings).map(Arc::new)
        });
        vault.await.map(Arc::clone)
    }

    fn vault_settings(&self, section: &VaultSection) -> Result<Settings, SourceFault> {
        let mount =
            |mount: &Option<String>, default: &str| segments(mount.as_deref().unwrap_or(default));
        let login = match (&section.token, &section.approle, &section.kubernetes) {
            (Some(token), None, None) => Login::Token(self.credential(token.uri())?),
            (None, Some(approle), None) => Login::AppRole {
                mount: mount(&approle.mount, "approle")?,
                role_id: approle.role_id.clone(),
                secret_id: self.credential(approle.secret_id.uri())?,
            },
            (None, None, Some(kubernetes)) => Login::Kubernetes {
                mount: mount(&kubernetes.mount, "kubernetes")?,
                role: kubernetes.role.clone(),
                token: self.credential(kubernetes.token.uri())?,
            },
            _ => return Err(SourceFault::Malformed(ONE_LOGIN.to_owned())),
        };
        let certificates = section.certificates.as_ref();
        Ok(Settings {
            address: section.address.clone().into(),
            certificates: certificates
                .map(|path| certificate_file(&self.directory.join(path)))
                .transpose()?,
            namespace: section.namespace.clone(),
            login,
        })
    }

    /// What Vault's own tools read.
    fn vault_of_environment(&self) -> Result<Settings, SourceFault> {
        let missing = || SourceFault::Malformed(NO_SECTION.to_owned());
        let address = std::env::var("VAULT_ADDR").map_err(|_| missing())?;
        let token: SourceUri = "env:VAULT_TOKEN".parse().map_err(|_| missing())?;
        let certificates = std::env::var_os("VAULT_CACERT");
        Ok(Settings {
            address: address.parse().map_err(|_| {
                SourceFault::Malformed("VAULT_ADDR is no address: write https://HOST:8200".into())
            })?,
            certificates: certificates
                .map(|path| certificate_file(path.as_ref()))
                .transpose()?,
            namespace: std::env::var("VAULT_NAMESPACE").ok(),
            login: Login::Token(self.credential(&token)?),
        })
    }
}

/// A mount goes into a path as it is: it is segments of one.
fn segments(mount: &str) -> Result<String, SourceFault> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/');
    if mount.is_empty() || !mount.bytes().all(allowed) {
        return Err(SourceFault::Malformed(
            "the mount of a login method in [secrets.vault] is letters, digits, - _ and /".into(),
        ));
    }
    Ok(mount.to_owned())
}

fn certificate_file(path: &std::path::Path) -> Result<Vec<u8>, SourceFault> {
    std::fs::read(path).map_err(|error| {
        SourceFault::Missing(format!("the certificates {}: {error}", path.display()))
    })
}
