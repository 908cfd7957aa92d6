//! The files of the repository, as git sees them.

use std::path::Path;
use std::process::Command;

use crate::fault::Fault;

/// One text file of the repository.
#[derive(Debug)]
pub(crate) struct Tracked {
    /// Relative to the root, with `/` between its parts.
    pub(crate) path: String,
    /// Its whole text.
    pub(crate) text: String,
}

/// Every text file that git tracks or would track: a new file is judged before
/// it is added, not after. Files that are not UTF-8 are left out.
pub(crate) fn tracked_files(root: &Path) -> Result<Vec<Tracked>, Fault> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others"])
        .arg("--exclude-standard")
        .current_dir(root)
        .output()
        .map_err(|error| Fault::new("cannot run git ls-files", error))?;
    if !listing.status.success() {
        let why = String::from_utf8_lossy(&listing.stderr).into_owned();
        return Err(Fault::new("git ls-files failed", why.trim()));
    }
    let paths = String::from_utf8(listing.stdout)
        .map_err(|error| Fault::new("a file name is not UTF-8", error))?;
    let mut paths: Vec<&str> = paths.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut files = Vec::new();
    for path in paths {
        // A file that is deleted but still in the index has no text to judge.
        let Ok(bytes) = std::fs::read(root.join(path)) else {
            continue;
        };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(Tracked {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(files)
}
