//! Secrets at work: reads, unwraps and signs wherever a [`SourceUri`] points.
//! The only place where a source meets its adapter.
//!
//! A place that is not built in is a fault that names the feature; one that is
//! down is a fault after a bounded wait, never an empty key.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod fault;
#[cfg(feature = "gcp")]
mod gcp;
mod open;
mod signer;
#[cfg(feature = "vault")]
mod vault;

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secret_source::{
    FileSource, Key256, KeyWrap, Patience, Patient, SecretBytes, SecretSource, SourceFault,
    SourceUri, key_text,
};

use crate::answer::Fault;
use crate::config::{Config, KeySource, PlaceSections};
pub(crate) use fault::about;

/// How long a process waits for a place of its secrets when it starts.
const PATIENCE: Patience = Patience::AT_START;

/// Every place that a configuration can reach.
#[derive(Debug)]
pub(crate) struct Places {
    directory: PathBuf,
    #[cfg_attr(
        not(any(feature = "vault", feature = "aws", feature = "azure", feature = "gcp")),
        expect(dead_code, reason = "no place that is built in has a section")
    )]
    sections: PlaceSections,
    #[cfg(feature = "vault")]
    vault: tokio::sync::OnceCell<Arc<secret_vault::Vault>>,
}

impl Places {
    /// The places of `config`; nothing is asked yet.
    pub(crate) fn of(config: &Config) -> Self {
        Self::new(
            config.directory().to_path_buf(),
            config.secrets.places.clone(),
        )
    }

    /// The places of these sections; relative files start at `directory`.
    pub(crate) fn new(directory: PathBuf, sections: PlaceSections) -> Self {
        Self {
            directory,
            sections,
            #[cfg(feature = "vault")]
            vault: tokio::sync::OnceCell::new(),
        }
    }

    /// The key of 256 bits that `source` gives; `name` is what it is for.
    pub(crate) async fn key(&self, name: &str, source: &KeySource) -> Result<Key256, Fault> {
        let read = match source {
            KeySource::Plain(uri) => self.plain_key(uri).await,
            KeySource::Wrapped { wrapped, by } => self.unwrapped_key(wrapped, by).await,
        };
        read.map_err(|fault| about(&format!("the {name} key from {source}"), &fault))
    }

    async fn plain_key(&self, uri: &SourceUri) -> Result<Key256, SourceFault> {
        let bytes = self.read(uri).await?;
        if is_raw(uri) {
            return key_text::raw(&bytes);
        }
        key_text::parse(&bytes)
    }

    async fn unwrapped_key(
        &self,
        wrapped: &SourceUri,
        by: &SourceUri,
    ) -> Result<Key256, SourceFault> {
        let text = self.read(wrapped).await?;
        let text = text.strip_suffix(b"\n").unwrap_or(&text);
        let wrapped = STANDARD.decode(text).map_err(|_| {
            SourceFault::Malformed(
                "it is no wrapped key as `doorward secret wrap` writes it".into(),
            )
        })?;
        let wrap = self.open_wrap(by).await?;
        key_text::raw(&wrap.unwrap(&wrapped).await?)
    }

    /// The secret at `uri`.
    async fn read(&self, uri: &SourceUri) -> Result<SecretBytes, SourceFault> {
        let source = open::source(self, uri).await?;
        PATIENCE.ask(|| source.read()).await
    }

    /// What wraps and unwraps with the key at `uri`.
    pub(crate) async fn open_wrap(
        &self,
        uri: &SourceUri,
    ) -> Result<Patient<Arc<dyn KeyWrap>>, SourceFault> {
        let wrap = open::wrap(self, uri).await?;
        Ok(Patient::new(wrap, PATIENCE))
    }

    /// Where a credential is: a file or a variable, so that nothing has to be
    /// logged in to first.
    fn credential(&self, uri: &SourceUri) -> Result<Arc<dyn SecretSource>, SourceFault> {
        match uri {
            SourceUri::File(path) => Ok(Arc::new(FileSource::new(self.directory.join(path)))),
            SourceUri::Environment(name) => Ok(Arc::new(secret_source::EnvironmentSource::new(
                name.clone(),
            ))),
            _ => Err(SourceFault::Malformed(
                "a credential is written file:PATH or env:NAME".to_owned(),
            )),
        }
    }
}

/// Whether the place keeps the bytes of a key, and not a text.
fn is_raw(uri: &SourceUri) -> bool {
    let SourceUri::Pkcs11(object) = uri else {
        return false;
    };
    object.class() == Some(secret_source::uri::Pkcs11Class::SecretKey)
}

#[cfg(test)]
mod tests;
