//! Where a role listens. A listener that others can reach has TLS, its own or
//! that of a named proxy; there is no switch to go without.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gate::listen::{Listen, Tls};
use ipnet::IpNet;
use serde::Deserialize;

use crate::answer::Fault;

/// A listener.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListenerSection {
    /// Its address.
    pub(crate) listen: SocketAddr,
    /// Its own TLS.
    #[serde(default)]
    pub(crate) tls: Option<TlsSection>,
    /// The networks of the proxies that end TLS in front of it: off loopback
    /// and without own TLS, only they may connect.
    #[serde(default)]
    pub(crate) trusted_proxies: Vec<IpNet>,
}

/// A certificate and its key, PEM files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSection {
    /// The chain.
    pub(crate) certificate: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

impl ListenerSection {
    /// Refuses an open listener without TLS.
    pub(super) fn check(&self, section: &str, path: &Path) -> Result<(), Fault> {
        let guarded = self.tls.is_some() || !self.trusted_proxies.is_empty();
        if self.listen.ip().is_loopback() || guarded {
            return Ok(());
        }
        Err(Fault::new(
            format!(
                "[{section}] in {} listens on {} without TLS: credentials would cross the network in the clear",
                path.display(),
                self.listen
            ),
            "write tls = { certificate = \"FILE\", key = \"FILE\" }, or trusted_proxies = [\"10.0.0.5/32\"] if another program ends TLS in front of it, or listen on 127.0.0.1",
        ))
    }

    /// What the listener is told; TLS files are named from `directory`.
    pub(crate) fn listen(&self, directory: &Path) -> Result<Listen, Fault> {
        let mut listen = Listen::on(self.listen);
        listen.trusted_proxies.clone_from(&self.trusted_proxies);
        if let Some(tls) = &self.tls {
            let (certificate, key) = (directory.join(&tls.certificate), directory.join(&tls.key));
            let read = Tls::from_files(&certificate, &key).map_err(|error| {
                Fault::new(
                    format!("TLS for {} cannot be set up from {}: {error}", self.listen, certificate.display()),
                    "name PEM files: the certificate chain, the server's own first, and its private key",
                )
            })?;
            listen.tls = Some(read);
        }
        Ok(listen)
    }
}
