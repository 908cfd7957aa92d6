//! `[secrets]`: where the two keys come from that protect everything at rest.
//! Each is 256 bits in hexadecimal, in a file that its owner alone can read.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use base::Entropy;
use serde::Deserialize;
use zeroize::Zeroizing;

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
pub(crate) fn read_key(path: &Path) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        Fault::new(
            format!("the key file {shown} cannot be read: {error}"),
            "restore it from where you keep it; without it nothing that it protects opens",
        )
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.mode();
    if mode & 0o077 != 0 {
        return Err(Fault::new(
            format!(
                "the key file {shown} can be read by others (mode {:o})",
                mode & 0o777
            ),
            format!("chmod 600 {shown}, and think about who may have read it"),
        ));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(256)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    let digest: base::Digest = text.trim_end().parse().map_err(|_| {
        Fault::new(
            format!("the key file {shown} is no key"),
            "a key is 64 lower-case hexadecimal digits",
        )
    })?;
    Ok(Zeroizing::new(*digest.as_bytes()))
}

/// Makes a key and writes it; a file that is there is never overwritten.
pub(crate) fn write_key(
    path: &Path,
    entropy: &mut dyn Entropy,
) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let bytes = Zeroizing::new(entropy.bytes::<32>());
    let text = Zeroizing::new(base::Digest::new(*bytes).to_hex());
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .map_err(|error| {
            Fault::new(
                format!("the key file {} cannot be written: {error}", path.display()),
                "check the directory and the space on its disk",
            )
        })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_written_once_and_read_by_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sealing.key");
        let written = write_key(&path, &mut SeededEntropy::new(1)).unwrap();
        assert_eq!(*read_key(&path).unwrap(), *written);
        assert!(write_key(&path, &mut SeededEntropy::new(2)).is_err());
        assert_eq!(*read_key(&path).unwrap(), *written);
        for mode in [0o640, 0o604, 0o644, 0o660] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(
                read_key(&path)
                    .unwrap_err()
                    .message
                    .contains("read by others"),
                "{mode:o}"
            );
        }
    }

    #[test]
    fn a_secret_written_into_the_configuration_is_not_echoed() {
        let error = SecretSource::try_from("0123456789abcdef".to_owned()).unwrap_err();
        assert!(!error.contains("0123456789abcdef"));
    }
}
