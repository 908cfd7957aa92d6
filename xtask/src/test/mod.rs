//! `cargo xtask test`: every test of the house, and one line that counts them.

mod python;
mod step;
mod tally;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use self::python::Python;
use self::step::Step;
use self::tally::Tally;
use crate::fault::Fault;
use crate::workspace::Workspace;

/// Run every test: unit, integration, whole-process, documentation, Python.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Leave the Python part out.
    #[arg(long)]
    no_python: bool,
}

/// The steps after the Python part is ready, in order: the programs that the
/// whole-process tests start, then the tests, then the documentation's.
const STEPS: &[Step] = &[
    Step {
        title: "build the programs that the whole-process tests start",
        arguments: &[
            "build",
            "--package",
            "doorward",
            "--package",
            "doorward-gate",
        ],
    },
    Step {
        title: "unit, integration and whole-process tests",
        arguments: &[
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--examples",
            "--no-fail-fast",
        ],
    },
    Step {
        title: "documentation tests",
        arguments: &["test", "--workspace", "--doc", "--no-fail-fast"],
    },
];

impl Test {
    /// Streams what the tests print and closes with the total.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let started = Instant::now();
        let workspace = Workspace::find()?;
        let mut tally = Tally::default();
        let python = self.python(&workspace);
        if let Err(why) = &python {
            tally.skipped += 1;
            println!("left out: the Python part ({why})");
        }
        for step in STEPS {
            println!("\n== {}", step.title);
            tally.add(step.run(&workspace.root, python.as_deref().ok())?);
        }
        println!();
        if let Err(why) = &python {
            println!("left out: the Python part ({why})");
        }
        println!("after {} s", started.elapsed().as_secs());
        println!("{tally}");
        Ok(if tally.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn python(&self, workspace: &Workspace) -> Result<PathBuf, String> {
        if self.no_python {
            return Err("--no-python was given".to_owned());
        }
        println!("== the Python part");
        let python = Python {
            requirements: workspace.root.join("e2e/python/requirements.txt"),
            environment: workspace.target.join("python"),
            command: "python3".into(),
        };
        python.prepare()
    }
}
