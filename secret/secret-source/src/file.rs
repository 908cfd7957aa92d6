//! A secret in a file that its owner alone can read.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::{SecretBytes, SecretSource, SourceFault};

/// The longest secret file that is read, in bytes: a PEM file or a service
/// account fits with room to spare.
const LONGEST_FILE: usize = 64 * 1024;

/// `file:PATH`. A symbolic link is followed and the file that it ends at is
/// judged: it must be a regular file of ours that nobody else may touch.
#[derive(Debug, Clone)]
pub struct FileSource {
    path: PathBuf,
}

impl FileSource {
    /// The file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Reads it now. What is judged is the open file, not the name: nobody can
    /// swap one for the other in between.
    pub fn read_now(&self) -> Result<SecretBytes, SourceFault> {
        let file = open(&self.path)?;
        judge(&file, &self.path)?;
        content(file, &self.path)
    }
}

#[async_trait]
impl SecretSource for FileSource {
    async fn read(&self) -> Result<SecretBytes, SourceFault> {
        self.read_now()
    }
}

fn open(path: &Path) -> Result<File, SourceFault> {
    // Without it the open of a pipe that nobody writes to would never return.
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    OpenOptions::new()
        .read(true)
        .custom_flags(nonblocking)
        .open(path)
        .map_err(|error| about(path, &error))
}

fn judge(file: &File, path: &Path) -> Result<(), SourceFault> {
    let shown = path.display();
    let metadata = file.metadata().map_err(|error| about(path, &error))?;
    if !metadata.is_file() {
        return Err(SourceFault::Malformed(format!(
            "{shown} is no regular file"
        )));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(SourceFault::Exposed(format!(
            "{shown} has mode {mode:o}; chmod 600, and think about who has read it"
        )));
    }
    let ours = rustix::process::geteuid().as_raw();
    if metadata.uid() != ours {
        return Err(SourceFault::Exposed(format!(
            "{shown} belongs to user {}, and this process is user {ours}; its owner can read and change it, so chown it",
            metadata.uid()
        )));
    }
    Ok(())
}

fn content(file: File, path: &Path) -> Result<SecretBytes, SourceFault> {
    let shown = path.display();
    // Room for all of it from the start: a buffer that grows leaves copies
    // behind that nobody wipes.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_FILE + 1));
    let limit = u64::try_from(LONGEST_FILE + 1).unwrap_or(u64::MAX);
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| about(path, &error))?;
    match bytes.len() {
        0 => Err(SourceFault::Malformed(format!("{shown} is empty"))),
        1..=LONGEST_FILE => Ok(bytes),
        _ => Err(SourceFault::Malformed(format!(
            "{shown} has more than {LONGEST_FILE} bytes"
        ))),
    }
}

fn about(path: &Path, error: &std::io::Error) -> SourceFault {
    let shown = path.display();
    let detail = format!("{shown}: {error}");
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            SourceFault::Missing(format!("there is no file {shown}"))
        }
        std::io::ErrorKind::PermissionDenied => SourceFault::Denied(detail),
        _ => SourceFault::Unreachable(detail),
    }
}

#[cfg(test)]
mod tests;
