//! `cargo xtask test`: every test of the house, and one line that counts them.

mod node;
mod part;
mod python;
mod step;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use self::node::Node;
use self::part::Part;
use self::python::Python;
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
        let parts = [self.python(&workspace), self.node(&workspace)];
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

    fn python(&self, workspace: &Workspace) -> Part {
        let python = Python {
            requirements: workspace.root.join("e2e/python/requirements.txt"),
            environment: workspace.target.join("python"),
            command: "python3".into(),
        };
        Part {
            name: "the Python part",
            variable: "DOORWARD_TEST_PYTHON",
            ready: unless(self.no_python, "--no-python").and_then(|()| {
                println!("== the Python part");
                python.prepare()
            }),
        }
    }

    fn node(&self, workspace: &Workspace) -> Part {
        let node = Node {
            manifest: workspace.root.join("e2e/node"),
            environment: workspace.target.join("node"),
            node: "node".into(),
            npm: if cfg!(windows) { "npm.cmd" } else { "npm" }.into(),
        };
        Part {
            name: "the Node part",
            variable: "DOORWARD_TEST_NODE",
            ready: unless(self.no_node, "--no-node").and_then(|()| {
                println!("== the Node part");
                node.prepare()
            }),
        }
    }
}

fn unless(given: bool, option: &str) -> Result<(), String> {
    if given {
        return Err(format!("{option} was given"));
    }
    Ok(())
}
