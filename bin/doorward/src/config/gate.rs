//! `[gate]`: where callers come in, and what decrypts their tokens.

use std::net::SocketAddr;
use std::path::Path;

use ephemeral::key_file;
use gate::{DecryptionKey, DecryptionKeys};
use ipnet::IpNet;
use serde::Deserialize;

use super::secrets::PrivateKeyFile;
use super::{ListenerSection, TlsSection};
use crate::answer::Fault;

/// The gate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateSection {
    /// Its address.
    listen: SocketAddr,
    /// Its own TLS.
    #[serde(default)]
    tls: Option<TlsSection>,
    /// Who ends TLS in front of it.
    #[serde(default)]
    trusted_proxies: Vec<IpNet>,
    /// The private keys that tokens may be encrypted for, where an endpoint
    /// asks for encrypted tokens: each a JWK or PKCS #8 in PEM.
    #[serde(default)]
    decryption_keys: Vec<PrivateKeyFile>,
}

impl GateSection {
    /// Its listener.
    pub(crate) fn listener(&self) -> ListenerSection {
        ListenerSection {
            listen: self.listen,
            tls: self.tls.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
        }
    }

    /// Where its decryption keys are.
    pub(crate) fn decryption_key_files(&self) -> impl Iterator<Item = &Path> {
        self.decryption_keys.iter().map(PrivateKeyFile::path)
    }

    /// Opens its decryption keys; a file that others can read is refused.
    pub(super) fn decryption_keys(&self, directory: &Path) -> Result<DecryptionKeys, Fault> {
        let paths = self.decryption_keys.iter().map(PrivateKeyFile::path);
        let keys = paths.map(|path| read_decryption_key(&directory.join(path)));
        DecryptionKeys::new(keys.collect::<Result<_, Fault>>()?).map_err(|error| {
            Fault::new(
                format!("gate.decryption_keys cannot be used: {error}"),
                "name each key once; a token says by its key id which one it is encrypted for",
            )
        })
    }
}

/// Reads one decryption key.
pub(crate) fn read_decryption_key(path: &Path) -> Result<DecryptionKey, Fault> {
    let unusable = |error: &dyn std::fmt::Display| {
        Fault::new(
            format!(
                "the decryption key {} cannot be used: {error}",
                path.display()
            ),
            "name a private JWK or PKCS #8 in PEM that only its owner can read; `doorward encryption-key create FILE` makes one",
        )
    };
    let text = key_file::read_private_key(path).map_err(|error| unusable(&error))?;
    DecryptionKey::parse(&text).map_err(|error| unusable(&error))
}

/// Writes one decryption key; a file that is there is never overwritten.
pub(crate) fn write_decryption_key(path: &Path, text: &str) -> Result<(), Fault> {
    key_file::create_private_key(path, text).map_err(|error| {
        Fault::new(
            format!(
                "the decryption key {} cannot be written: {error}",
                path.display()
            ),
            "name a file that is not there yet, in a directory that is",
        )
    })
}
