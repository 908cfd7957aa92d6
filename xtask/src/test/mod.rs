//! `cargo xtask test`: every test of the house, and one line that counts them.

mod node;
mod part;
mod python;
mod softhsm;
mod step;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

pub(crate) use self::part::Part;
use self::step::Step;
use self::tally::Tally;
use crate::fault::Fault;
use crate::workspace::Workspace;

/// Run every test: unit, integration, whole-process, documentation, and those
/// against programs in Python and Node.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Leave the Python part out.
    #[arg(long)]
    no_python: bool,
    /// Leave the Node part out.
    #[arg(long)]
    no_node: bool,
    /// Leave the programs out that play secret managers.
    #[arg(long)]
    no_secret_managers: bool,
}

/// The steps after the parts in other languages are ready, in order: the programs that the
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
        let parts = self.parts(&workspace);
        for sentence in parts.iter().filter_map(Part::left_out) {
            tally.skipped += 1;
            println!("{sentence}");
        }
        for step in STEPS {
            println!("\n== {}", step.title);
            tally.add(step.run(&workspace.root, &parts)?);
        }
        println!();
        for sentence in parts.iter().filter_map(Part::left_out) {
            println!("{sentence}");
        }
        println!("after {} s", started.elapsed().as_secs());
        println!("{tally}");
        Ok(if tally.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn parts(&self, workspace: &Workspace) -> [Part; 4] {
        [
            match self.no_python {
                true => Part::PYTHON.without("--no-python"),
                false => Part::python(workspace),
            },
            match self.no_node {
                true => Part::NODE.without("--no-node"),
                false => Part::node(workspace),
            },
            match self.no_secret_managers {
                true => Part::SECRET_MANAGERS.without("--no-secret-managers"),
                false => Part::secret_managers(workspace),
            },
            match self.no_secret_managers {
                true => Part::SOFTHSM.without("--no-secret-managers"),
                false => Part::softhsm(),
            },
        ]
    }
}
