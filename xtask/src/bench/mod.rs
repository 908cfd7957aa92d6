//! `cargo xtask bench`: what the gate costs, on one machine in one run, side
//! by side with the same gate without a check and with what people run today.
//!
//! Requests per second say little on a machine that everything shares, so the
//! figure is processor time per request of the server alone, and the verdicts
//! are ratios of one run.

mod budget;
mod build;
mod doorward;
mod exchange;
mod figure;
mod haproxy;
mod load;
mod machine;
mod process;
mod public_key;
mod report;
mod scenario;
mod signature;
mod tokens;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use self::load::Generator;
use self::machine::{Machine, Occupation};
use self::report::Figures;
use self::scenario::field::{Field, LOAD_CORE, MEASURED_CORE};
use self::scenario::memory::Memory;
use self::scenario::{Scenario, memory, start};
use self::tools::Tools;
use crate::fault::Fault;
use crate::workspace::{Workspace, cargo};

/// Measure the gate, beside HAProxy; fails if a promise is not kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// One round of 2 s each: to see that it works, not to quote.
    #[arg(long)]
    quick: bool,
    /// Rounds; the figures are the medians.
    #[arg(long, default_value_t = 6, conflicts_with = "quick")]
    rounds: usize,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Also run the benches of the core and of the store.
    #[arg(long)]
    criterion: bool,
    /// Measure this program instead of building one.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// The benches of single operations.
const CRITERION: [(&str, &str); 5] = [
    ("jose", "verify"),
    ("jose", "ratio"),
    ("access", "decide"),
    ("gate", "settle"),
    ("store-sqlite", "commit"),
];

/// How long and how often.
#[derive(Debug, Clone, Copy)]
struct Extent {
    rounds: usize,
    load: Duration,
    starts: usize,
    signature_seconds: u64,
}

impl Bench {
    /// Builds, measures, reports.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let workspace = Workspace::find()?;
        let binary = match &self.binary {
            Some(binary) => binary.clone(),
            None => build::product(&workspace)?,
        };
        let signature_bench = build::signature_bench(&workspace)?;
        let directory = tempfile::Builder::new()
            .prefix("doorward-bench-")
            .tempdir()
            .map_err(|error| Fault::new("cannot make a temporary directory", error))?;
        let run = Run {
            tools: Tools::find(),
            binary,
            signature_bench,
            extent: self.extent(),
            directory: directory.path(),
        };
        let figures = run.measure()?;
        if self.json {
            println!("{:#}", figures.to_json());
        } else {
            println!("{}", figures.to_text());
        }
        if self.criterion {
            criterion(&workspace)?;
        }
        Ok(if figures.keeps_every_promise() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn extent(&self) -> Extent {
        if self.quick {
            return Extent {
                rounds: 1,
                load: Duration::from_secs(2),
                starts: 5,
                signature_seconds: 1,
            };
        }
        Extent {
            rounds: self.rounds.max(1),
            // Short turns and many of them: others come and go on a shared machine.
            load: Duration::from_secs(4),
            starts: 20,
            signature_seconds: 2,
        }
    }
}

/// One run.
struct Run<'a> {
    tools: Tools,
    binary: PathBuf,
    signature_bench: PathBuf,
    extent: Extent,
    directory: &'a Path,
}

impl Run<'_> {
    fn measure(&self) -> Result<Figures, Fault> {
        let left_out: Vec<String> = self
            .tools
            .missing()
            .iter()
            .map(ToString::to_string)
            .collect();
        for what in &left_out {
            eprintln!("left out: {what}");
        }
        let machine = Machine::describe(&self.binary, &self.tools);
        eprintln!("{} starts", self.extent.starts);
        let starts = start::measure(
            &self.binary,
            &self.tools,
            self.extent.starts,
            self.directory,
        )?;
        let mut figures = Figures {
            machine,
            extent: format!(
                "{} rounds of {} s per scenario, {} connections, {} fresh tokens in turn; server on core {MEASURED_CORE}, load and upstream on core {LOAD_CORE}",
                self.extent.rounds,
                self.extent.load.as_secs(),
                load::CONNECTIONS,
                tokens::TOKENS,
            ),
            left_out,
            samples: Vec::new(),
            bare: Vec::new(),
            starts,
            memory: Memory {
                after_start: 0,
                after_connections: None,
                peak: 0,
            },
            others: Vec::new(),
        };
        match (&self.tools.haproxy, &self.tools.wrk) {
            (Some(haproxy), Some(wrk)) => {
                let generator = Generator {
                    wrk,
                    tools: &self.tools,
                    core: LOAD_CORE,
                    directory: self.directory,
                };
                self.measure_under_load(haproxy, &generator, &mut figures)?;
            }
            _ => figures.memory = memory::measure(&self.binary, &self.tools, None, self.directory)?,
        }
        Ok(figures)
    }

    fn measure_under_load(
        &self,
        haproxy: &Path,
        generator: &Generator<'_>,
        figures: &mut Figures,
    ) -> Result<(), Fault> {
        let mut field = Field::start(&self.binary, haproxy, &self.tools, self.directory)?;
        let load = Some((generator, field.upstream()));
        figures.memory = memory::measure(&self.binary, &self.tools, load, self.directory)?;
        for round in 0..self.extent.rounds {
            let occupation = Occupation::now()?;
            let used = field.cpu_seconds()?;
            let mut scenarios = Scenario::ALL;
            // What comes later must not always be what is measured on a warmer machine.
            if round % 2 == 1 {
                scenarios.reverse();
            }
            for scenario in scenarios {
                eprintln!("round {}: {}", round + 1, scenario.title());
                let sample = scenario::measure(scenario, &mut field, generator, self.extent.load)?;
                figures.samples.push((scenario, sample));
            }
            eprintln!("round {}: bare signatures", round + 1);
            figures.bare.push(signature::measure(
                &self.signature_bench,
                (&self.tools, MEASURED_CORE),
                self.extent.signature_seconds,
                self.directory,
            )?);
            let ours = field.cpu_seconds()? - used;
            let others = Occupation::now()?.others_since(&occupation, ours)?;
            figures.others.push(others);
        }
        Ok(())
    }
}

/// Streams the benches of single operations.
fn criterion(workspace: &Workspace) -> Result<(), Fault> {
    for (package, bench) in CRITERION {
        let arguments = [
            "bench",
            "--profile",
            "dist",
            "--package",
            package,
            "--bench",
            bench,
        ];
        let status = Command::new(cargo())
            .args(arguments)
            .current_dir(&workspace.root)
            .status()
            .map_err(|error| Fault::new(format_args!("cannot run the bench {bench}"), error))?;
        if !status.success() {
            return Err(Fault::new(
                format_args!("the bench {bench} of {package}"),
                status,
            ));
        }
    }
    Ok(())
}
