//! Parts of the tests that need programs of another language.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::node::Node;
use super::python::Python;
use super::softhsm;
use crate::workspace::Workspace;

/// A language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Language {
    /// Its part in a sentence.
    name: &'static str,
    /// Tells a test where its programs are; absent when the part is left out.
    variable: &'static str,
}

impl Language {
    /// Its part, left out by an option.
    pub(crate) fn without(self, option: &str) -> Part {
        Part {
            language: self,
            ready: Err(format!("{option} was given")),
        }
    }
}

/// A part that is ready, or why it is left out.
#[derive(Debug)]
pub(crate) struct Part {
    language: Language,
    /// What the variable says.
    ready: Result<PathBuf, String>,
}

impl Part {
    /// The clients of the articles, and verifiers of tokens.
    pub(crate) const PYTHON: Language = Language {
        name: "the Python part",
        variable: "DOORWARD_TEST_PYTHON",
    };

    /// A verifier of tokens, and an OpenID provider.
    pub(crate) const NODE: Language = Language {
        name: "the Node part",
        variable: "DOORWARD_TEST_NODE",
    };

    /// A real OpenBao, and moto, which plays AWS: both are Python packages.
    pub(crate) const SECRET_MANAGERS: Language = Language {
        name: "the tests against OpenBao and moto",
        variable: "DOORWARD_TEST_SECRETS_PYTHON",
    };

    /// A real PKCS#11 module: a package of the system.
    pub(crate) const SOFTHSM: Language = Language {
        name: "the tests against SoftHSM",
        variable: "DOORWARD_TEST_SOFTHSM",
    };

    /// The Python part, made ready.
    pub(crate) fn python(workspace: &Workspace) -> Self {
        println!("== {}", Self::PYTHON.name);
        let python = Python {
            requirements: workspace.root.join("e2e/python/requirements.txt"),
            environment: workspace.target.join("python"),
            command: "python3".into(),
        };
        Self {
            language: Self::PYTHON,
            ready: python.prepare(),
        }
    }

    /// The Node part, made ready.
    pub(crate) fn node(workspace: &Workspace) -> Self {
        println!("== {}", Self::NODE.name);
        let node = Node {
            manifest: workspace.root.join("e2e/node"),
            environment: workspace.target.join("node"),
            node: "node".into(),
            npm: if cfg!(windows) { "npm.cmd" } else { "npm" }.into(),
        };
        Self {
            language: Self::NODE,
            ready: node.prepare(),
        }
    }

    /// OpenBao and moto, made ready.
    pub(crate) fn secret_managers(workspace: &Workspace) -> Self {
        println!("== {}", Self::SECRET_MANAGERS.name);
        let python = Python {
            requirements: workspace.root.join("secret/python/requirements.txt"),
            environment: workspace.target.join("secret-managers"),
            command: "python3".into(),
        };
        Self {
            language: Self::SECRET_MANAGERS,
            ready: python.prepare(),
        }
    }

    /// SoftHSM, made ready.
    pub(crate) fn softhsm() -> Self {
        println!("== {}", Self::SOFTHSM.name);
        Self {
            language: Self::SOFTHSM,
            ready: softhsm::prepare(),
        }
    }

    /// The sentence that says it was left out.
    pub(crate) fn left_out(&self) -> Option<String> {
        let why = self.ready.as_ref().err()?;
        Some(format!("left out: {} ({why})", self.language.name))
    }

    /// Tells `command` where the programs are, and nothing when there are none:
    /// what stood in the variable before is not ours.
    pub(crate) fn tell(&self, command: &mut Command) {
        match &self.ready {
            Ok(place) => command.env(self.language.variable, place),
            Err(_) => command.env_remove(self.language.variable),
        };
    }
}

/// Whether `program --version` runs.
pub(crate) fn answers(program: impl AsRef<std::ffi::OsStr>) -> bool {
    run(Command::new(program).arg("--version")).is_ok()
}

/// Runs a command to its end; the last line that it wrote says why it failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    Err(last.unwrap_or("it gave no reason").trim().to_owned())
}

/// Whether the stamp at `path` says that exactly `pins` are installed.
pub(crate) fn is_stamped(path: &Path, pins: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|installed| installed == pins)
}

/// Says at `path` that exactly `pins` are installed.
pub(crate) fn stamp(path: &Path, pins: &str) -> Result<(), String> {
    std::fs::write(path, pins).map_err(|error| format!("cannot write the stamp: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(ready: Result<PathBuf, String>) -> Part {
        let language = Language {
            name: "the Cobol part",
            variable: "DOORWARD_TEST_COBOL",
        };
        Part { language, ready }
    }

    fn told(part: &Part) -> Vec<(String, Option<String>)> {
        let mut command = Command::new("cobol");
        part.tell(&mut command);
        let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
        command
            .get_envs()
            .map(|(name, value)| (text(name), value.map(text)))
            .collect()
    }

    #[test]
    fn a_part_that_is_ready_is_told_and_not_mentioned() {
        let part = part(Ok("there".into()));
        assert_eq!(part.left_out(), None);
        let variable = ("DOORWARD_TEST_COBOL".to_owned(), Some("there".to_owned()));
        assert_eq!(told(&part), [variable]);
    }

    #[test]
    fn a_part_that_is_left_out_is_mentioned_and_its_variable_removed() {
        let part = part(Err("nobody speaks it".to_owned()));
        assert_eq!(
            part.left_out().unwrap(),
            "left out: the Cobol part (nobody speaks it)"
        );
        assert_eq!(told(&part), [("DOORWARD_TEST_COBOL".to_owned(), None)]);
    }
}
