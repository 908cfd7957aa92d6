//! One file of a file system.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::bound::Budget;
use crate::content::{Limits, Source};
use crate::worker::{Origin, Worker};

/// Opens a regular file. A symbolic link is not followed, and what turned into
/// a pipe meanwhile is not waited for.
pub(crate) fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = flags.bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}

impl Worker<'_> {
    /// Looks at the file.
    pub(crate) fn file(&mut self, path: &Path) {
        self.named_file(path, path);
    }

    /// Looks at the file `real` and tells of it as `path`.
    pub(crate) fn named_file(&mut self, path: &Path, real: &Path) {
        let origin = Origin::file(path);
        match open(real) {
            Ok(Some((file, size))) => {
                self.begin_file();
                let budget = &Budget::new(Some(size));
                let limits = Limits { budget, depth: 0 };
                self.content(Source::File(&file, size), &origin, limits);
            }
            Ok(None) => {}
            Err(error) => self.not_read(&origin, format!("it cannot be opened: {error}")),
        }
    }

    /// Looks at standard input.
    pub(crate) fn stdin(&mut self) {
        self.begin_file();
        let budget = &Budget::new(None);
        let limits = Limits { budget, depth: 0 };
        let mut stdin = io::stdin().lock();
        self.content(
            Source::Stream(&mut stdin),
            &Origin::file(Path::new("-")),
            limits,
        );
    }
}
