//! The configuration of a gate that stands alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ephemeral::key_file::{self, Key};
use gate::listen::{Listen, Tls};
use gate::upstream::Trust;
use gate::{DecryptionKey, DecryptionKeys, DigestKey, DigestKeys};
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
    /// The private keys that tokens may be encrypted for, each `file:PATH` of a
    /// JWK or of PKCS #8 in PEM.
    #[serde(default)]
    decryption_keys: Vec<SecretSource>,
    /// The most API keys that are held in memory; left out: all of them. What
    /// is beyond is asked for when it is first used.
    #[serde(default)]
    api_keys_in_memory: Option<u32>,
}

/// Where a secret comes from: `file:PATH`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct SecretSource(PathBuf);

impl TryFrom<String> for SecretSource {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix("file:") {
            Some(path) if !path.is_empty() => Ok(Self(path.into())),
            // The text is not echoed: somebody may have put the secret itself here.
            _ => Err("a secret source is written file:PATH"),
        }
    }
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
    /// The files of the keys before it, under which some API keys still stand.
    #[serde(default)]
    previous_digest_key_files: Vec<PathBuf>,
}

impl Config {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let fault = |error: &dyn std::fmt::Display| {
            Fault(format!("{} cannot be read: {error}", path.display()))
        };
        let text = std::fs::read_to_string(path).map_err(|error| fault(&error))?;
        // The place and the words, without the line: a secret may stand in it.
        let unreadable = |error: &toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            fault(&format!("line {line}: {}", error.message()))
        };
        let mut config: Self = toml::from_str(&text).map_err(|error| unreadable(&error))?;
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

    /// The most API keys that are held in memory.
    pub(crate) fn api_keys_in_memory(&self) -> Option<usize> {
        let most = self.gate.api_keys_in_memory?;
        usize::try_from(most).ok()
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

    /// What decrypts tokens, for the endpoints that ask for encrypted ones.
    pub(crate) fn decryption_keys(&self) -> Result<DecryptionKeys, Fault> {
        let read = |SecretSource(file): &SecretSource| {
            let path = self.directory.join(file);
            let text = key_file::read_private_key(&path).map_err(|error| about(&path, &error))?;
            DecryptionKey::parse(&text).map_err(|error| about(&path, &error))
        };
        let keys = self.gate.decryption_keys.iter().map(read);
        DecryptionKeys::new(keys.collect::<Result<_, Fault>>()?)
            .map_err(|error| Fault(format!("gate.decryption_keys: {error}")))
    }

    /// The keys of stored digests.
    pub(crate) fn digest_keys(&self) -> Result<DigestKeys, Fault> {
        let read = |file: &PathBuf| {
            let path = self.directory.join(file);
            let key: Key = key_file::read_key(&path).map_err(|error| about(&path, &error))?;
            Ok(DigestKey::new(*key))
        };
        let current = read(&self.secrets.digest_key_file)?;
        let previous = self.secrets.previous_digest_key_files.iter().map(read);
        Ok(DigestKeys::new(
            current,
            previous.collect::<Result<_, Fault>>()?,
        ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_stands_in_the_configuration_is_not_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gate.toml");
        let text = "[gate]\nlisten = \"127.0.0.1:0\"\ndecryption_keys = [\"hunter2\"]\n";
        std::fs::write(&path, text).unwrap();
        let Fault(message) = Config::read(&path).unwrap_err();
        assert!(!message.contains("hunter2"), "{message}");
        assert!(
            message.contains("line 3") && message.contains("file:PATH"),
            "{message}"
        );
    }
}
