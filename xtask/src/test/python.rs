//! A Python in an environment of its own under the target directory: it runs the
//! clients of the articles, and another one the programs that play secret
//! managers.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::part::{answers, is_stamped, run, stamp};

/// What the environment is made from.
#[derive(Debug)]
pub(crate) struct Python {
    /// The pinned packages.
    pub(crate) requirements: PathBuf,
    /// Where the environment is kept between runs.
    pub(crate) environment: PathBuf,
    /// The Python that makes it.
    pub(crate) command: OsString,
}

impl Python {
    /// The interpreter of an environment that has the pinned packages, or why
    /// there is none. The packages are installed again only when the pins
    /// changed.
    pub(crate) fn prepare(&self) -> Result<PathBuf, String> {
        let pins = fs::read_to_string(&self.requirements)
            .map_err(|_| format!("{} is not there", self.requirements.display()))?;
        if !answers(&self.command) {
            return Err("python3 is not there".to_owned());
        }
        let interpreter = self.interpreter();
        let stamped = self.environment.join("installed-requirements.txt");
        if is_stamped(&stamped, &pins) && answers(&interpreter) {
            println!("the Python environment is up to date");
            return Ok(interpreter);
        }
        println!("installing {}", self.requirements.display());
        run(Command::new(&self.command)
            .args(["-m", "venv", "--clear"])
            .arg(&self.environment))
        .map_err(|why| format!("python3 cannot make an environment: {why}"))?;
        run(Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "--no-input"])
            .args(["--retries", "1", "--timeout", "20", "--requirement"])
            .arg(&self.requirements))
        .map_err(|why| format!("pip cannot install the packages: {why}"))?;
        stamp(&stamped, &pins)?;
        Ok(interpreter)
    }

    fn interpreter(&self) -> PathBuf {
        if cfg!(windows) {
            self.environment.join("Scripts").join("python.exe")
        } else {
            self.environment.join("bin").join("python")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn python(root: &Path, command: &str) -> Python {
        Python {
            requirements: root.join("requirements.txt"),
            environment: root.join("python"),
            command: command.into(),
        }
    }

    #[test]
    fn missing_pins_are_said() {
        let root = tempfile::tempdir().unwrap();
        let why = python(root.path(), "python3").prepare().unwrap_err();
        assert!(why.ends_with("requirements.txt is not there"), "{why}");
    }

    #[test]
    fn a_missing_python_is_said() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("requirements.txt"), "").unwrap();
        let why = python(root.path(), "no-such-python-here")
            .prepare()
            .unwrap_err();
        assert_eq!(why, "python3 is not there");
    }

    #[test]
    fn a_python_that_cannot_make_an_environment_is_said_and_leaves_no_stamp() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("requirements.txt"), "requests==1\n").unwrap();
        // Cargo answers `--version` and refuses everything else.
        let cargo = crate::workspace::cargo();
        let python = python(root.path(), cargo.to_str().unwrap());
        let why = python.prepare().unwrap_err();
        assert!(
            why.starts_with("python3 cannot make an environment"),
            "{why}"
        );
        assert!(!root.path().join("python").exists());
    }
}
