//! The configuration of a gate that stands alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ephemeral::key_file::{self, Key};
use gate::listen::{Listen, Tls};
use gate::upstream::Trust;
use ipnet::IpNet;
use serde::Deserialize;

use crate::Fault;

/// A whole configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `[gate]`: where callers come in.
    gate: GateSection,
    /// `[feed]`: where the gate learns what changed, and reports to.
    feed: FeedSection,
    /// `[secrets]`.
    secrets: SecretsSection,
    /// The directory of the file: relative paths start there.
    #[serde(skip)]
    directory: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GateSection {
    /// The address.
    listen: SocketAddr,
    /// Its own TLS: certificate chain and key, PEM files.
    #[serde(default)]
    tls: Option<TlsSection>,
    /// The networks of the proxies that end TLS in front of it.
    #[serde(default)]
    trusted_proxies: Vec<IpNet>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TlsSection {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedSection {
    /// The admin API: `https://host:port`.
    admin: String,
    /// The file of an operator token with `read:feed` and `write:feed`.
    operator_token_file: PathBuf,
    /// PEM file of the certificates that the admin API and `https` upstreams
    /// are checked against.
    #[serde(default)]
    certificates: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsSection {
    /// The file of the key that digests API keys; the same as the issuer's.
    digest_key_file: PathBuf,
}

impl Config {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let fault = |error: &dyn std::fmt::Display| {
            Fault(format!("{} cannot be read: {error}", path.display()))
        };
        let text = std::fs::read_to_string(path).map_err(|error| fault(&error))?;
        let mut config: Self = toml::from_str(&text).map_err(|error| fault(&error))?;
        config.directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(config)
    }

    /// The listener.
    pub(crate) fn listen(&self) -> Result<Listen, Fault> {
        let mut listen = Listen::on(self.gate.listen);
        listen
            .trusted_proxies
            .clone_from(&self.gate.trusted_proxies);
        if let Some(tls) = &self.gate.tls {
            let read = Tls::from_files(
                &self.directory.join(&tls.certificate),
                &self.directory.join(&tls.key),
            );
            listen.tls =
                Some(read.map_err(|error| Fault(format!("TLS cannot be set up: {error}")))?);
        }
        Ok(listen)
    }

    /// The proxies whose word about the client counts.
    pub(crate) fn trusted_proxies(&self) -> Vec<IpNet> {
        self.gate.trusted_proxies.clone()
    }

    /// The admin API's URL.
    pub(crate) fn admin(&self) -> &str {
        &self.feed.admin
    }

    /// The operator token.
    pub(crate) fn operator_token(&self) -> Result<base::Secret, Fault> {
        let path = self.directory.join(&self.feed.operator_token_file);
        let text = key_file::read_secret_text(&path).map_err(|error| about(&path, &error))?;
        Ok(base::Secret::new(text.trim_end().to_owned()))
    }

    /// The key of stored digests.
    pub(crate) fn digest_key(&self) -> Result<Key, Fault> {
        let path = self.directory.join(&self.secrets.digest_key_file);
        key_file::read_key(&path).map_err(|error| about(&path, &error))
    }

    /// What servers are checked against.
    pub(crate) fn trust(&self) -> Result<Option<Trust>, Fault> {
        let Some(file) = &self.feed.certificates else {
            return Ok(None);
        };
        let path = self.directory.join(file);
        let pem = std::fs::read(&path).map_err(|error| about(&path, &error))?;
        Trust::from_pem(&pem)
            .map(Some)
            .map_err(|error| about(&path, &error))
    }
}

fn about(path: &Path, error: &dyn std::fmt::Display) -> Fault {
    Fault(format!("{}: {error}", path.display()))
}
