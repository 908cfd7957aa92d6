//! A `.env` file that was looked at.

use super::RowKind;

/// A `.env` file beside a configuration, and which credentials of ours lie in
/// it. Their texts are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DotEnvFile {
    /// The file.
    pub path: String,
    /// The credentials that were recognised in it, by kind and id.
    pub holds: Vec<(RowKind, String)>,
}
