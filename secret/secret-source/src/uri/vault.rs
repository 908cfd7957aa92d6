//! HashiCorp Vault and OpenBao: `MOUNT/PATH#FIELD` and `MOUNT/KEY`.

use std::str::FromStr;

use super::{InvalidSourceUri, is_field, is_path, is_segment};

const SECRET: InvalidSourceUri = InvalidSourceUri(
    "a secret in Vault (KV version 2) is written vault:MOUNT/PATH#FIELD, of letters, digits, - _ . and /",
);
const TRANSIT: InvalidSourceUri =
    InvalidSourceUri("a key of Vault Transit is written vault-transit:MOUNT/KEY");

/// A field of a secret of a KV version 2 engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultSecret {
    mount: String,
    path: String,
    field: String,
}

impl VaultSecret {
    /// Where the engine is mounted: one segment.
    pub fn mount(&self) -> &str {
        &self.mount
    }

    /// The path of the secret in it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The field of the secret.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl FromStr for VaultSecret {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let (place, field) = text.split_once('#').ok_or(SECRET)?;
        let (mount, path) = place.split_once('/').ok_or(SECRET)?;
        if !is_segment(mount) || !is_path(path) || !is_field(field) {
            return Err(SECRET);
        }
        Ok(Self {
            mount: mount.to_owned(),
            path: path.to_owned(),
            field: field.to_owned(),
        })
    }
}

impl std::fmt::Display for VaultSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}#{}", self.mount, self.path, self.field)
    }
}

/// A key of a Transit engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultKey {
    mount: String,
    name: String,
}

impl VaultKey {
    /// Where the engine is mounted: one or more segments.
    pub fn mount(&self) -> &str {
        &self.mount
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for VaultKey {
    type Err = InvalidSourceUri;

    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let (mount, name) = text.rsplit_once('/').ok_or(TRANSIT)?;
        if !is_path(mount) || !is_segment(name) {
            return Err(TRANSIT);
        }
        Ok(Self {
            mount: mount.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl std::fmt::Display for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.mount, self.name)
    }
}
