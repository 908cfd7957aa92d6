//! `[secrets]`: where the two keys come from that protect everything at rest.
//! Each is 256 bits in hexadecimal, in a file that its owner alone can read.

use std::path::{Path, PathBuf};

use base::Entropy;
use ephemeral::key_file::{self, Key};
use serde::Deserialize;

use crate::answer::Fault;

/// The two keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretsSection {
    /// Seals the private halves of the signing keys.
    pub(crate) sealing_key: SecretSource,
    /// Digests API keys, client secrets and operator tokens.
    pub(crate) digest_key: SecretSource,
}

/// Where a secret comes from: `file:PATH`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct SecretSource(PathBuf);

impl SecretSource {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl TryFrom<String> for SecretSource {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix("file:") {
            Some(path) if !path.is_empty() => Ok(Self(path.into())),
            // The text is not echoed: somebody may have put the secret itself here.
            _ => Err("a secret source is written file:PATH".to_owned()),
        }
    }
}

/// Reads a key; a file that others can read is refused.
pub(crate) fn read_key(path: &Path) -> Result<Key, Fault> {
    key_file::read_key(path).map_err(|error| {
        Fault::new(
            format!("the key file {} cannot be used: {error}", path.display()),
            "restore it from where you keep it, readable by its owner alone; without it nothing that it protects opens",
        )
    })
}

/// Makes a key and writes it; a file that is there is never overwritten.
pub(crate) fn write_key(path: &Path, entropy: &mut dyn Entropy) -> Result<Key, Fault> {
    key_file::create_key(path, entropy).map_err(|error| {
        Fault::new(
            format!("the key file {} cannot be written: {error}", path.display()),
            "check the directory and the space on its disk",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_written_into_the_configuration_is_not_echoed() {
        let error = SecretSource::try_from("0123456789abcdef".to_owned()).unwrap_err();
        assert!(!error.contains("0123456789abcdef"));
    }
}
