//! The workshop: what keeps the house in shape, as commands.
//!
//! A new command is a module with an argument struct that has `run`, one
//! variant of [`Command`] and one arm of its `match`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a development tool speaks to the terminal it was started from"
)]

mod bench;
mod citation;
mod differential;
mod fault;
mod fuzz;
mod layers;
mod mutants;
mod source;
mod spec;
mod test;
mod tidy;
mod tool;
mod tracked;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::fault::Fault;

/// The workshop of the Doorward workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Workshop {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Layers(layers::Layers),
    Tidy(tidy::Tidy),
    Spec(spec::Spec),
    Test(test::Test),
    Bench(bench::Bench),
    Differential(differential::Differential),
    Fuzz(fuzz::Fuzz),
    Mutants(mutants::Mutants),
}

impl Command {
    fn run(&self) -> Result<ExitCode, Fault> {
        match self {
            Self::Layers(command) => command.run(),
            Self::Tidy(command) => command.run(),
            Self::Spec(command) => command.run(),
            Self::Test(command) => command.run(),
            Self::Bench(command) => command.run(),
            Self::Differential(command) => command.run(),
            Self::Fuzz(command) => command.run(),
            Self::Mutants(command) => command.run(),
        }
    }
}

fn main() -> ExitCode {
    match Workshop::parse().command.run() {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("xtask: {fault}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Workshop::command().debug_assert();
    }
}
