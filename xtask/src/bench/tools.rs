//! The programs that the bench needs and that are not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the programs are; one that is not there leaves its part out.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The proxy that the gate is compared with, and the upstream of both.
    pub(crate) haproxy: Option<PathBuf>,
    /// The load generator.
    pub(crate) wrk: Option<PathBuf>,
    /// Pins a program to one core.
    pub(crate) taskset: Option<PathBuf>,
}

/// A program that is not there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    program: &'static str,
    package: &'static str,
    consequence: &'static str,
}

/// Administrators' programs are often not on a user's path.
const ALSO_IN: &[&str] = &["/usr/sbin", "/sbin", "/usr/local/sbin"];

impl Tools {
    /// Looks for them on the path.
    pub(crate) fn find() -> Self {
        Self {
            haproxy: find("haproxy"),
            wrk: find("wrk"),
            taskset: find("taskset"),
        }
    }

    /// Those that are not there.
    pub(crate) fn missing(&self) -> Vec<Missing> {
        let programs = [
            (
                &self.haproxy,
                "haproxy",
                "haproxy",
                "it is the upstream of every load, so only start and resident memory are measured",
            ),
            (
                &self.wrk,
                "wrk",
                "wrk",
                "nothing else makes the load, so only start and resident memory are measured",
            ),
            (
                &self.taskset,
                "taskset",
                "util-linux",
                "the programs are not pinned to a core each, so the figures are noisier",
            ),
        ];
        programs
            .into_iter()
            .filter(|(path, ..)| path.is_none())
            .map(|(_, program, package, consequence)| Missing {
                program,
                package,
                consequence,
            })
            .collect()
    }

    /// What runs `program` on one core, or anywhere if it cannot be pinned.
    pub(crate) fn pinned(&self, program: &Path, core: usize) -> Command {
        match &self.taskset {
            Some(taskset) if core < cores() => {
                let mut command = Command::new(taskset);
                command.arg("-c").arg(core.to_string()).arg(program);
                command
            }
            _ => Command::new(program),
        }
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            program,
            package,
            consequence,
        } = self;
        write!(
            f,
            "{program} is not there: {consequence} (on Debian: apt-get install {package})"
        )
    }
}

/// How many cores this process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(ALSO_IN.iter().map(PathBuf::from))
        .map(|directory| directory.join(program))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_with_its_package_and_its_consequence() {
        let tools = Tools {
            haproxy: None,
            wrk: Some(PathBuf::from("wrk")),
            taskset: None,
        };
        let lines: Vec<String> = tools.missing().iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("haproxy is not there: "));
        assert!(lines[0].ends_with("(on Debian: apt-get install haproxy)"));
        assert!(lines[1].ends_with("(on Debian: apt-get install util-linux)"));
    }

    #[test]
    fn a_program_that_cannot_be_pinned_is_run_as_it_is() {
        let tools = Tools {
            haproxy: None,
            wrk: None,
            taskset: None,
        };
        let command = tools.pinned(Path::new("somewhere/wrk"), 0);
        assert_eq!(command.get_program(), "somewhere/wrk");
        assert_eq!(command.get_args().count(), 0);
    }

    #[test]
    fn a_pinned_program_follows_its_core() {
        let tools = Tools {
            haproxy: None,
            wrk: None,
            taskset: Some(PathBuf::from("taskset")),
        };
        let command = tools.pinned(Path::new("wrk"), 0);
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(command.get_program(), "taskset");
        assert_eq!(arguments, ["-c", "0", "wrk"]);
    }
}
