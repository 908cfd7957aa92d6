//! Where the workspace is and which cargo drives it.

use std::ffi::OsString;
use std::path::PathBuf;

use cargo_metadata::MetadataCommand;

use crate::fault::Fault;

/// The two directories that every command works from.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The directory of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// The workspace around the current directory.
    pub(crate) fn find() -> Result<Self, Fault> {
        let metadata = MetadataCommand::new()
            .no_deps()
            .exec()
            .map_err(|error| Fault::new("cannot find the workspace", error))?;
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target: metadata.target_directory.into_std_path_buf(),
        })
    }
}

/// The cargo that started this program, so that a child uses the same
/// toolchain.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}
