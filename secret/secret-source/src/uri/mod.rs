//! The one grammar that names where a secret, a wrapping key or a signing key
//! is. It is closed: what is not written here is refused, and every refusal
//! says what to write.
//!
//! ```text
//! file:PATH                                     gives
//! env:NAME                                      gives
//! vault:MOUNT/PATH#FIELD                        gives
//! vault-transit:MOUNT/KEY                       wraps, signs
//! aws-sm:ID  aws-sm:ID#FIELD                    gives
//! aws-kms:KEY_ID, alias/NAME or ARN             wraps, signs
//! gcp-sm:projects/P/secrets/S/versions/V        gives
//! azure-kv:VAULT/secrets/NAME[/VERSION]         gives
//! azure-kv:VAULT/keys/NAME[/VERSION]            wraps, signs
//! pkcs11:token=...;object=...?module-path=...   gives, signs (RFC 7512)
//! ```
//!
//! The text is never echoed: somebody may have put the secret itself there.
//! Once it is parsed it is only names and can be shown.

mod aws;
mod azure;
mod gcp;
mod pkcs11;
mod vault;

use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

pub use aws::{AwsKey, AwsSecret};
pub use azure::{AzureKey, AzureObject, AzureSecret, AzureVault};
pub use gcp::GcpSecret;
pub use pkcs11::{Pkcs11Class, Pkcs11Object};
pub use vault::{VaultKey, VaultSecret};

/// The longest text that is read as one, in bytes.
pub const LONGEST_TEXT: usize = 2048;

/// Where a secret or a key is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub enum SourceUri {
    /// `file:`
    File(PathBuf),
    /// `env:`
    Environment(VariableName),
    /// `vault:`
    Vault(VaultSecret),
    /// `vault-transit:`
    VaultTransit(VaultKey),
    /// `aws-sm:`
    AwsSecretsManager(AwsSecret),
    /// `aws-kms:`
    AwsKms(AwsKey),
    /// `gcp-sm:`
    GcpSecretManager(GcpSecret),
    /// `azure-kv:.../secrets/...`
    AzureSecret(AzureSecret),
    /// `azure-kv:.../keys/...`
    AzureKey(AzureKey),
    /// `pkcs11:`
    Pkcs11(Pkcs11Object),
}

/// What to write instead. Nothing of the text is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSourceUri(pub(crate) &'static str);

impl std::fmt::Display for InvalidSourceUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidSourceUri {}

const NO_SCHEME: InvalidSourceUri = InvalidSourceUri(
    "a secret source starts with file:, env:, vault:, vault-transit:, aws-sm:, aws-kms:, gcp-sm:, azure-kv: or pkcs11:",
);
const TOO_LONG: InvalidSourceUri =
    InvalidSourceUri("a secret source has at most 2048 bytes: write where it is, not what it is");
const FILE: InvalidSourceUri = InvalidSourceUri("a secret in a file is written file:PATH");
const ENVIRONMENT: InvalidSourceUri = InvalidSourceUri(
    "a secret in the environment is written env:NAME, with a NAME of upper-case letters, digits and _",
);

impl FromStr for SourceUri {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        if text.len() > LONGEST_TEXT {
            return Err(TOO_LONG);
        }
        let (scheme, rest) = text.split_once(':').ok_or(NO_SCHEME)?;
        match scheme {
            "file" => file(rest).map(Self::File),
            "env" => rest.parse().map(Self::Environment),
            "vault" => rest.parse().map(Self::Vault),
            "vault-transit" => rest.parse().map(Self::VaultTransit),
            "aws-sm" => rest.parse().map(Self::AwsSecretsManager),
            "aws-kms" => rest.parse().map(Self::AwsKms),
            "gcp-sm" => rest.parse().map(Self::GcpSecretManager),
            "azure-kv" => rest.parse().map(|object| match object {
                AzureObject::Secret(secret) => Self::AzureSecret(secret),
                AzureObject::Key(key) => Self::AzureKey(key),
            }),
            "pkcs11" => rest.parse().map(Self::Pkcs11),
            _ => Err(NO_SCHEME),
        }
    }
}

fn file(rest: &str) -> Result<PathBuf, InvalidSourceUri> {
    // `file://` would be a URL with a host; a control character, an accident.
    if rest.is_empty() || rest.starts_with("//") || rest.chars().any(char::is_control) {
        return Err(FILE);
    }
    Ok(PathBuf::from(rest))
}

impl TryFrom<String> for SourceUri {
    type Error = InvalidSourceUri;

    fn try_from(text: String) -> Result<Self, InvalidSourceUri> {
        text.parse()
    }
}

impl std::fmt::Display for SourceUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Vault(secret) => write!(f, "vault:{secret}"),
            Self::VaultTransit(key) => write!(f, "vault-transit:{key}"),
            Self::AwsSecretsManager(secret) => write!(f, "aws-sm:{secret}"),
            Self::AwsKms(key) => write!(f, "aws-kms:{key}"),
            Self::GcpSecretManager(secret) => write!(f, "gcp-sm:{secret}"),
            Self::AzureSecret(secret) => write!(f, "azure-kv:{secret}"),
            Self::AzureKey(key) => write!(f, "azure-kv:{key}"),
            Self::Pkcs11(object) => write!(f, "pkcs11:{object}"),
        }
    }
}

/// The name of an environment variable (POSIX, section 8.1): upper-case
/// letters, digits and `_`, no digit first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableName(String);

impl VariableName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VariableName {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let starts = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
        let rest = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if starts && text.len() <= 128 && text.chars().all(rest) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ENVIRONMENT)
        }
    }
}

impl std::fmt::Display for VariableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` can stand between two slashes of a request path as it is:
/// letters, digits, `-`, `_` and `.`, and neither of the two dot segments.
fn is_segment(text: &str) -> bool {
    (1..=256).contains(&text.len())
        && text != "."
        && text != ".."
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether `text` is segments with slashes between them.
fn is_path(text: &str) -> bool {
    text.split('/').all(is_segment)
}

/// Whether `text` can be the name of a member of a JSON object: printable, and
/// nothing that a terminal would take for an order.
fn is_field(text: &str) -> bool {
    (1..=256).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'!'..=b'~'))
}

#[cfg(test)]
mod tests;
