//! The machine that the figures are of, and how much others used it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::Serialize;

use super::process::{cpu_ticks, ticks_per_second};
use super::tools::{Tools, cores};
use crate::fault::Fault;

/// What a reader needs to know to judge the figures.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    kernel: String,
    versions: Vec<String>,
    /// Before the first measurement: one, five and fifteen minutes.
    load_average: String,
}

impl Machine {
    /// Looks at it.
    pub(crate) fn describe(product: &Path, tools: &Tools) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let mut versions = vec![first_line(product, "--version")];
        versions.extend(tools.haproxy.iter().map(|path| first_line(path, "-v")));
        versions.extend(tools.wrk.iter().map(|path| first_line(path, "-v")));
        Self {
            processor: processor(&read("/proc/cpuinfo")),
            cores: cores(),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            versions,
            load_average: read("/proc/loadavg")
                .split(' ')
                .take(3)
                .collect::<Vec<_>>()
                .join(" "),
        }
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}, {} cores, Linux {}; load average before the first measurement: {}\n{}",
            self.processor,
            self.cores,
            self.kernel,
            self.load_average,
            self.versions.join("\n")
        )
    }
}

/// The processor time of everyone and of the bench, to tell how much of the
/// machine others used meanwhile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occupation {
    at: Instant,
    everyone: u64,
    ourselves: u64,
}

impl Occupation {
    /// Now.
    pub(crate) fn now() -> Result<Self, Fault> {
        let read = |path: &str| {
            fs::read_to_string(path).map_err(|error| Fault::new("cannot see the machine", error))
        };
        let odd = || Fault::new("cannot see the machine", "/proc/stat is odd");
        Ok(Self {
            at: Instant::now(),
            everyone: everyone_ticks(&read("/proc/stat")?).ok_or_else(odd)?,
            ourselves: cpu_ticks(&read("/proc/self/stat")?)
                .map(|ticks| ticks.user + ticks.system)
                .ok_or_else(odd)?,
        })
    }

    /// How many cores others kept busy since `earlier`, when the processes that
    /// still run used `ours` seconds. What the bench waited for counts as ours.
    pub(crate) fn others_since(&self, earlier: &Self, ours: f64) -> Result<f64, Fault> {
        let seconds = self.at.duration_since(earlier.at).as_secs_f64();
        let ticks = |count: u64| ticks_per_second().map(|per| ratio(count, per));
        let everyone = ticks(self.everyone.saturating_sub(earlier.everyone))?;
        let ourselves = ticks(self.ourselves.saturating_sub(earlier.ourselves))?;
        Ok(((everyone - ourselves - ours) / seconds).max(0.0))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of ticks are far under 2^52"
)]
fn ratio(count: u64, per: u64) -> f64 {
    count as f64 / per as f64
}

/// The time that all processors were busy: user, nice, system, and the two
/// kinds of interrupts, which a process is charged with as well.
fn everyone_ticks(stat: &str) -> Option<u64> {
    const BUSY: [bool; 7] = [true, true, true, false, false, true, true];
    let mut fields = stat
        .lines()
        .next()?
        .strip_prefix("cpu ")?
        .split_whitespace();
    let mut sum = 0;
    for busy in BUSY {
        let ticks = fields.next()?.parse::<u64>().ok()?;
        if busy {
            sum += ticks;
        }
    }
    Some(sum)
}

fn processor(cpuinfo: &str) -> String {
    cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        })
        .to_owned()
}

/// What a program says first, on either stream: wrk leaves with a failure and
/// says its version all the same.
fn first_line(program: &Path, argument: &str) -> String {
    let output = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .output()
        .map(|output| [output.stdout, output.stderr].concat())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    let line = text.lines().next().unwrap_or("a version that it hides");
    line.split("Copyright")
        .next()
        .and_then(|line| line.split(" - http").next())
        .unwrap_or(line)
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_waiting_and_stolen_time_are_left_out() {
        let stat = "cpu  100 10 50 9000 20 7 8 33 0 0\ncpu0 50 5 25 4500 10 3 4 0 0 0\n";
        assert_eq!(everyone_ticks(stat), Some(175));
        assert_eq!(everyone_ticks("intr 1"), None);
    }

    #[test]
    fn the_processor_has_a_name() {
        let cpuinfo = "processor\t: 0\nmodel name\t: AMD EPYC\n";
        assert_eq!(processor(cpuinfo), "AMD EPYC");
        assert_eq!(processor(""), "an unknown processor");
    }

    #[test]
    fn what_the_bench_did_itself_is_not_others() {
        let at = Instant::now();
        let earlier = Occupation {
            at,
            everyone: 1_000,
            ourselves: 100,
        };
        let later = Occupation {
            at: at + std::time::Duration::from_secs(10),
            everyone: 1_000 + 15 * ticks_per_second().unwrap(),
            ourselves: 100 + 2 * ticks_per_second().unwrap(),
        };
        let others = later.others_since(&earlier, 8.0).unwrap();
        assert!((others - 0.5).abs() < 1e-9, "{others}");
    }
}
