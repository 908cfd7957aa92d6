//! The packages of Node that tests talk to, installed under the target
//! directory and never into the source tree.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::part::{answers, is_stamped, run, stamp};

/// The files that say what is installed: the pins, and every package that they
/// bring with its digest.
const MANIFEST: &str = "package.json";
const LOCK: &str = "package-lock.json";

/// What the packages are installed from and where.
#[derive(Debug)]
pub(crate) struct Node {
    /// The directory of the manifest and the lock file.
    pub(crate) manifest: PathBuf,
    /// Where `node_modules` is kept between runs.
    pub(crate) environment: PathBuf,
    /// The program that runs the packages.
    pub(crate) node: OsString,
    /// The program that installs them.
    pub(crate) npm: OsString,
}

impl Node {
    /// The directory whose `node_modules` has exactly the locked packages, or
    /// why there is none. They are installed again only when the lock changed.
    pub(crate) fn prepare(&self) -> Result<PathBuf, String> {
        let read = |name: &str| {
            fs::read_to_string(self.manifest.join(name))
                .map_err(|_| format!("e2e/node/{name} is not there"))
        };
        let (manifest, lock) = (read(MANIFEST)?, read(LOCK)?);
        for program in [&self.node, &self.npm] {
            if !answers(program) {
                return Err(format!("{} is not there", program.display()));
            }
        }
        let pins = format!("{manifest}{lock}");
        let stamped = self.environment.join("installed-packages.txt");
        if is_stamped(&stamped, &pins) {
            println!("the Node packages are up to date");
            return Ok(self.environment.clone());
        }
        println!("installing {}", self.manifest.join(LOCK).display());
        self.lay_out(&manifest, &lock)
            .map_err(|error| format!("cannot write below the target directory: {error}"))?;
        // No package may run a program while it is installed.
        run(Command::new(&self.npm)
            .current_dir(&self.environment)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--fetch-retries=1", "--fetch-timeout=20000"]))
        .map_err(|why| format!("npm cannot install the packages: {why}"))?;
        stamp(&stamped, &pins)?;
        Ok(self.environment.clone())
    }

    fn lay_out(&self, manifest: &str, lock: &str) -> std::io::Result<()> {
        if self.environment.exists() {
            fs::remove_dir_all(&self.environment)?;
        }
        fs::create_dir_all(&self.environment)?;
        fs::write(self.environment.join(MANIFEST), manifest)?;
        fs::write(self.environment.join(LOCK), lock)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn node(root: &Path, program: &str) -> Node {
        Node {
            manifest: root.to_path_buf(),
            environment: root.join("node"),
            node: program.into(),
            npm: program.into(),
        }
    }

    fn with_a_lock() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(MANIFEST), "{}").unwrap();
        fs::write(root.path().join(LOCK), "{}").unwrap();
        root
    }

    #[test]
    fn a_missing_manifest_or_lock_is_said() {
        let root = tempfile::tempdir().unwrap();
        for name in [MANIFEST, LOCK] {
            let why = node(root.path(), "node").prepare().unwrap_err();
            assert_eq!(why, format!("e2e/node/{name} is not there"));
            fs::write(root.path().join(name), "{}").unwrap();
        }
    }

    #[test]
    fn a_missing_node_is_said() {
        let root = with_a_lock();
        let why = node(root.path(), "no-such-node-here")
            .prepare()
            .unwrap_err();
        assert_eq!(why, "no-such-node-here is not there");
    }

    #[test]
    fn packages_that_cannot_be_installed_are_said_and_leave_no_stamp() {
        let root = with_a_lock();
        // Cargo answers `--version` and refuses `ci`.
        let cargo = crate::workspace::cargo();
        let node = node(root.path(), cargo.to_str().unwrap());
        for _ in 0..2 {
            let why = node.prepare().unwrap_err();
            assert!(
                why.starts_with("npm cannot install the packages: "),
                "{why}"
            );
        }
        assert!(!root.path().join("node/installed-packages.txt").exists());
    }
}
