//! `cargo xtask fuzz`: the fuzz targets of the JOSE core.

use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::tool::Tool;
use crate::workspace::{Workspace, cargo};

const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
};

/// Every target; each is a file of `fuzz/fuzz_targets`.
const TARGETS: [&str; 5] = ["jws", "claims", "jwk", "jwks", "jwe"];

/// More than the largest token.
const LONGEST: u32 = 8_300;

/// Fuzz the JOSE core, one target after the other.
#[derive(Debug, clap::Args)]
pub(crate) struct Fuzz {
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// The targets: all of them, if none is named.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    targets: Vec<String>,
}

impl Fuzz {
    /// Fails at the first input that an oracle does not accept, and says where
    /// that input lies.
    pub(crate) fn run(&self) -> Result<ExitCode, Fault> {
        let workspace = Workspace::find()?;
        let path = CARGO_FUZZ.ready(&workspace)?;
        let all = TARGETS.map(str::to_owned);
        let targets = match self.targets.as_slice() {
            [] => all.as_slice(),
            named => named,
        };
        for target in targets {
            println!("== fuzzing {target} for {} s", self.seconds);
            // What is found on the way stays out of the source tree.
            let found = workspace.target.join("fuzz-corpus").join(target);
            std::fs::create_dir_all(&found)
                .map_err(|error| Fault::new("cannot write below the target directory", error))?;
            let mut command = Command::new(cargo());
            command
                .args(["fuzz", "run", "--fuzz-dir", "fuzz", target])
                .arg(&found)
                .arg(format!("fuzz/corpus/{target}"))
                .arg("--")
                .arg(format!("-max_total_time={}", self.seconds))
                .arg(format!("-max_len={LONGEST}"))
                .arg("-print_final_stats=1")
                .env("PATH", &path)
                // The sanitizer's options of the compiler are not stable.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_DIR", workspace.target.join("fuzz"))
                .current_dir(&workspace.root);
            let status = command
                .status()
                .map_err(|error| Fault::new("cannot run cargo fuzz", error))?;
            if !status.success() {
                println!("fuzz: {target} found something: see above");
                return Ok(ExitCode::FAILURE);
            }
        }
        println!("fuzz: {} targets, nothing found", targets.len());
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_a_file_and_has_a_corpus() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        let mut files: Vec<String> = std::fs::read_dir(root.join("fuzz_targets"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let mut targets = TARGETS.map(str::to_owned);
        targets.sort();
        assert_eq!(files, targets);
        for target in TARGETS {
            assert!(root.join("corpus").join(target).is_dir(), "{target}");
        }
    }
}
