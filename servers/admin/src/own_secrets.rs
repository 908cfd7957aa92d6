//! The secrets that the installation itself works with, as its configuration
//! names them: where they lie, never what they are.

use std::path::PathBuf;

use posture::{RevokePath, StorageLevel};

/// What the configuration says of the installation's own secrets.
#[derive(Debug, Clone, Default)]
pub struct OwnSecrets {
    /// The secrets.
    pub secrets: Vec<OwnSecret>,
    /// Of the digest keys: the current one, then those before it.
    pub digest_keys: Vec<OwnSecret>,
    /// Where a `.env` file would lie beside them.
    pub dot_env: Vec<PathBuf>,
}

/// A secret of the installation.
#[derive(Debug, Clone)]
pub struct OwnSecret {
    /// Its name in the configuration, such as `sealing_key`.
    pub name: String,
    /// What it is for, in one line.
    pub purpose: &'static str,
    /// What it may do, as a scope, such as `seal:signing_key`.
    pub scope: &'static str,
    /// On which level it lies.
    pub level: StorageLevel,
    /// Where, as the configuration writes it.
    pub place: String,
    /// The file, if it is in one: it is looked at whenever the register is read.
    pub file: Option<PathBuf>,
    /// How it is replaced in an emergency.
    pub revoke: Option<RevokePath>,
}
