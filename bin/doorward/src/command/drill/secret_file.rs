//! Where the newer secret of a drill goes: a file that its owner alone reads.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::answer::Fault;

/// A file that was not there before.
pub(super) struct SecretFile {
    file: File,
    path: PathBuf,
}

impl SecretFile {
    /// Makes it, empty: before a secret is made that could then not be kept.
    pub(super) fn create(path: &Path) -> Result<Self, Fault> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| {
                Fault::new(
                    format!("{} cannot be made: {error}", path.display()),
                    "name a file that is not there, in a directory that you may write",
                )
            })?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Writes the secret.
    pub(super) fn keep(mut self, secret: &str) -> Result<(), Fault> {
        writeln!(self.file, "{secret}")
            .and_then(|()| self.file.sync_all())
            .map_err(|error| {
                let path = self.path.display();
                Fault::new(
                    format!("the newer secret could not be written to {path}: {error}"),
                    "withdraw it with `doorward key rollback ID`: nobody has it",
                )
            })
    }

    /// Takes the empty file away again.
    pub(super) fn discard(self) {
        // It is ours and empty; left behind, it says nothing.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn its_owner_alone_reads_it_and_nothing_is_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        SecretFile::create(&path)
            .unwrap()
            .keep("dw_live_x")
            .unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "dw_live_x\n");
        assert!(SecretFile::create(&path).is_err());
        let other = directory.path().join("other");
        SecretFile::create(&other).unwrap().discard();
        assert!(!other.exists());
    }
}
