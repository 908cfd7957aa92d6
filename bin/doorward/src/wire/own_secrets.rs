//! What the register is told of the installation's own secrets: where the
//! configuration says they are.

use std::path::Path;

use ::admin::{OwnSecret, OwnSecrets};
use posture::{RevokePath, StorageLevel};
use secret_source::SourceUri;

use crate::config::{Config, GateSection, KeySource};

/// The secrets that a configuration names.
pub(super) fn of(config: &Config) -> OwnSecrets {
    let directory = config.directory();
    let mut secrets = vec![sealing_key(config)];
    let paths = config.gate.as_ref().map(GateSection::decryption_key_files);
    for (index, path) in paths.into_iter().flatten().enumerate() {
        secrets.push(decryption_key(directory, path, index));
    }
    let own = &config.secrets;
    let digest_keys = std::iter::once(&own.digest_key).chain(&own.previous_digest_keys);
    OwnSecrets {
        secrets,
        digest_keys: digest_keys
            .map(|source| digest_key(config, source))
            .collect(),
        dot_env: vec![directory.join(".env")],
    }
}

fn sealing_key(config: &Config) -> OwnSecret {
    OwnSecret {
        name: "sealing_key".to_owned(),
        purpose: "seals the signing keys in the store",
        scope: "seal:signing_key",
        revoke: Some(RevokePath {
            command: "doorward signing-key rotate --emergency --reason TEXT".to_owned(),
            then: Some(
                "the new keys are sealed by it too: move them to a place that signs \
                 (doorward signing-key add --key SOURCE)",
            ),
        }),
        ..from_source(config.directory(), &config.secrets.sealing_key)
    }
}

fn digest_key(config: &Config, source: &KeySource) -> OwnSecret {
    OwnSecret {
        name: "digest_key".to_owned(),
        purpose: "digests API keys, client secrets and operator tokens",
        scope: "digest:credential",
        ..from_source(config.directory(), source)
    }
}

fn decryption_key(directory: &Path, path: &Path, index: usize) -> OwnSecret {
    let file = directory.join(path);
    OwnSecret {
        name: match index {
            0 => "decryption_key".to_owned(),
            more => format!("decryption_key-{}", more.saturating_add(1)),
        },
        purpose: "decrypts tokens at the gate",
        scope: "decrypt:token",
        level: StorageLevel::File,
        place: format!("file:{}", path.display()),
        revoke: Some(RevokePath {
            command: format!(
                "doorward encryption-key create {}",
                quoted(&format!("{}.next", file.display()))
            ),
            then: Some(
                "name it in gate.decryption_keys in its place, restart, and give its public half \
                 to whoever encrypts",
            ),
        }),
        file: Some(file),
    }
}

fn from_source(directory: &Path, source: &KeySource) -> OwnSecret {
    let (level, file) = match source {
        // Where it lies it is of no use without what unwraps it.
        KeySource::Wrapped { .. } => (StorageLevel::Sealed, None),
        KeySource::Plain(uri) => match uri {
            SourceUri::File(path) => {
                let is_dot_env = path.file_name().is_some_and(|name| name == ".env");
                let level = match is_dot_env {
                    true => StorageLevel::DotEnv,
                    false => StorageLevel::File,
                };
                (level, Some(directory.join(path)))
            }
            SourceUri::Environment(_) => (StorageLevel::Environment, None),
            SourceUri::Pkcs11(_) => (StorageLevel::Place, None),
            _ => (StorageLevel::SecretsManager, None),
        },
    };
    OwnSecret {
        name: String::new(),
        purpose: "",
        scope: "",
        level,
        place: source.to_string(),
        file,
        revoke: None,
    }
}

/// A word of a shell's command line.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_told_by_the_source() {
        for (source, level) in [
            ("file:secrets/a.key", StorageLevel::File),
            ("file:.env", StorageLevel::DotEnv),
            ("env:SEALING_KEY", StorageLevel::Environment),
            ("vault:secret/doorward#key", StorageLevel::SecretsManager),
            ("aws-sm:doorward", StorageLevel::SecretsManager),
        ] {
            let source = KeySource::Plain(source.parse().unwrap());
            assert_eq!(
                from_source(Path::new("/d"), &source).level,
                level,
                "{source}"
            );
        }
    }

    #[test]
    fn a_path_is_one_word_of_a_command() {
        assert_eq!(quoted("/etc/doorward/a.jwk"), "/etc/doorward/a.jwk");
        assert_eq!(quoted("/a b/it's"), "'/a b/it'\\''s'");
    }
}
