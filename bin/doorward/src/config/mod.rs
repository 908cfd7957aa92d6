//! The configuration: one TOML file, one section per file here. A file that
//! cannot be read as a whole is not read at all; every fault points at file,
//! line and column and says what to write instead.

mod environment;
mod exchange;
mod gate;
mod key_source;
mod leak;
mod listener;
mod report;
mod secret_place;
mod secrets;

use std::path::{Path, PathBuf};

use ::gate::DecryptionKeys;
use serde::Deserialize;
use snapshot::IssuerUrl;
use toml::Spanned;

use crate::answer::Fault;

pub(crate) use environment::EnvironmentSection;
pub(crate) use gate::{GateSection, read_decryption_key, write_decryption_key};
pub(crate) use key_source::KeySource;
pub(crate) use leak::LeakSection;
pub(crate) use listener::{ListenerSection, TlsSection};
#[cfg(feature = "gcp")]
pub(crate) use secret_place::Address;
pub(crate) use secret_place::PlaceSections;
#[cfg(feature = "vault")]
pub(crate) use secret_place::VaultSection;
pub(crate) use secrets::{SecretsSection, write_key};

/// The longest configuration that is read, in bytes.
const LONGEST_FILE: u64 = 1024 * 1024;

/// A whole configuration. A role runs where its section is present.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `[environment]`.
    pub(crate) environment: EnvironmentSection,
    /// `[store]`.
    pub(crate) store: StoreSection,
    /// `[secrets]`.
    pub(crate) secrets: SecretsSection,
    /// `[issuer]`.
    pub(crate) issuer: IssuerSection,
    /// `[gate]`.
    pub(crate) gate: Option<GateSection>,
    /// `[admin]`.
    pub(crate) admin: Option<ListenerSection>,
    /// `[leak]`.
    #[serde(default)]
    pub(crate) leak: LeakSection,
    /// `[management]`.
    pub(crate) management: Option<ListenerSection>,
    /// The directory of the file: relative paths start there.
    #[serde(skip)]
    directory: PathBuf,
}

/// `[store]`: where the embedded store lies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSection {
    /// The file.
    pub(crate) path: PathBuf,
}

/// `[issuer]`: who issues, also for a process that runs only the gate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerSection {
    /// The issuer identifier, as tokens name it.
    pub(crate) url: IssuerUrl,
    /// Where it listens.
    listen: std::net::SocketAddr,
    /// Its own TLS.
    #[serde(default)]
    tls: Option<TlsSection>,
    /// Who ends TLS in front of it.
    #[serde(default)]
    trusted_proxies: Vec<ipnet::IpNet>,
    /// `[issuer.exchange]`: where API keys are exchanged for tokens, and then
    /// nowhere else. Without it, the issuer's own listener does that too.
    #[serde(default)]
    exchange: Option<Spanned<ListenerSection>>,
}

impl IssuerSection {
    /// Its listener.
    pub(crate) fn listener(&self) -> ListenerSection {
        ListenerSection {
            listen: self.listen,
            tls: self.tls.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
        }
    }

    /// The listener for the exchange of API keys.
    pub(crate) fn exchange(&self) -> Option<&ListenerSection> {
        self.exchange.as_ref().map(Spanned::as_ref)
    }
}

impl Config {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let text = read_text(path)?;
        let mut config: Self =
            toml::from_str(&text).map_err(|error| report::unreadable(path, &text, &error))?;
        config.directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        for (section, listener) in config.listeners() {
            listener.check(section, path)?;
        }
        exchange::check(&config, path, &text)?;
        Ok(config)
    }

    /// The directory of the file: relative paths start there.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What the gate decrypts tokens with.
    pub(crate) fn decryption_keys(&self) -> Result<DecryptionKeys, Fault> {
        let gate = self.gate.as_ref();
        let keys = gate.map(|gate| gate.decryption_keys(self.directory()));
        Ok(keys.transpose()?.unwrap_or_default())
    }

    fn listeners(&self) -> impl Iterator<Item = (&'static str, ListenerSection)> {
        let optional = [("admin", &self.admin), ("management", &self.management)];
        let optional = optional
            .into_iter()
            .filter_map(|(name, section)| Some((name, section.clone()?)));
        let gate = self.gate.iter().map(|gate| ("gate", gate.listener()));
        std::iter::once(("issuer", self.issuer.listener()))
            .chain(gate)
            .chain(optional)
    }
}

fn read_text(path: &Path) -> Result<String, Fault> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Fault::new(
            format!("there is no configuration at {shown}"),
            "make one with `doorward init DIR`, or name yours with --config FILE",
        ),
        _ => Fault::new(
            format!("{shown} cannot be read: {error}"),
            "check that it is a file that you may read",
        ),
    };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > LONGEST_FILE {
        return Err(Fault::new(
            format!("{shown} has {length} bytes"),
            "a configuration has at most 1 MiB",
        ));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}
