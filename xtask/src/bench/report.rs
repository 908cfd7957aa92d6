//! The figures of one run, and how they are printed.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::budget::{self, Weight};
use super::figure::median;
use super::machine::Machine;
use super::scenario::memory::Memory;
use super::scenario::{Algorithm, Sample, Scenario};
use super::signature::Bare;

/// Everything that was measured.
#[derive(Debug)]
pub(crate) struct Figures {
    /// On what.
    pub(crate) machine: Machine,
    /// How often and how long, in words.
    pub(crate) extent: String,
    /// What could not be measured, and why.
    pub(crate) left_out: Vec<String>,
    /// Under load, one entry per scenario and round.
    pub(crate) samples: Vec<(Scenario, Sample)>,
    /// Bare signatures, one entry per round.
    pub(crate) bare: Vec<Bare>,
    /// From start to ready.
    pub(crate) starts: Vec<Duration>,
    /// Resident memory.
    pub(crate) memory: Memory,
    /// Cores that others kept busy, one entry per round.
    pub(crate) others: Vec<f64>,
}

impl Figures {
    /// Processor microseconds per answer: the median of the rounds.
    pub(crate) fn cpu(&self, scenario: Scenario) -> Option<f64> {
        median(self.of(scenario).map(|sample| sample.cpu_microseconds))
    }

    /// What of it was spent outside the kernel.
    pub(crate) fn user(&self, scenario: Scenario) -> Option<f64> {
        median(self.of(scenario).map(|sample| sample.user_microseconds))
    }

    /// Microseconds of one bare verification.
    pub(crate) fn verification(&self, algorithm: Algorithm) -> Option<f64> {
        median(self.bare.iter().map(|bare| match algorithm {
            Algorithm::Es256 => bare.verify_es256,
            Algorithm::EdDsa => bare.verify_eddsa,
            Algorithm::Rs256 => bare.verify_rs256,
        }))
    }

    /// The median of the starts.
    pub(crate) fn start_milliseconds(&self) -> Option<f64> {
        median(self.starts.iter().map(|start| start.as_secs_f64() * 1e3))
    }

    /// Whether everything that is promised was kept.
    pub(crate) fn keeps_every_promise(&self) -> bool {
        budget::judge(self)
            .iter()
            .all(|budget| budget.met || budget.weight == Weight::Aim)
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Value {
        let scenarios: Vec<Value> = Scenario::ALL
            .into_iter()
            .filter_map(|scenario| {
                Some(json!({
                    "scenario": scenario.title(),
                    "cpu_microseconds": self.cpu(scenario)?,
                    "rounds": self.of(scenario).collect::<Vec<_>>(),
                }))
            })
            .collect();
        let verification = |algorithm| self.verification(algorithm);
        json!({
            "machine": self.machine,
            "extent": self.extent,
            "left_out": self.left_out,
            "scenarios": scenarios,
            "bare_signature_microseconds": {
                "verify_es256": verification(Algorithm::Es256),
                "verify_eddsa": verification(Algorithm::EdDsa),
                "verify_rs256": verification(Algorithm::Rs256),
                "sign_es256": self.signing(),
            },
            "start_milliseconds": self.starts.iter().map(|start| start.as_secs_f64() * 1e3).collect::<Vec<_>>(),
            "memory_bytes": self.memory,
            "cores_busy_with_others": self.others,
            "budgets": budget::judge(self),
        })
    }

    /// For people: tables that are Markdown as well.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.machine, self.extent);
        if let Some(others) = median(self.others.iter().copied()) {
            let _ = writeln!(text, "others kept {others:.2} cores busy meanwhile");
        }
        for what in &self.left_out {
            let _ = writeln!(text, "left out: {what}");
        }
        self.write_scenarios(&mut text);
        self.write_others(&mut text);
        self.write_budgets(&mut text);
        text
    }

    fn write_scenarios(&self, text: &mut String) {
        if self.samples.is_empty() {
            return;
        }
        text.push_str(
            "\n| scenario | CPU us per request (least - most) | of it user | / gate, no check | / HAProxy's own | requests/s | core busy | p50 / p99 us |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        for scenario in Scenario::ALL {
            let Some(cpu) = self.cpu(scenario) else {
                continue;
            };
            let all = || self.of(scenario).map(|sample| sample.cpu_microseconds);
            let ratio = |anchor| {
                self.cpu(anchor)
                    .map_or_else(|| "-".to_owned(), |anchor| format!("{:.2}", cpu / anchor))
            };
            let to_gate = if scenario.is_gate() {
                ratio(Scenario::GateUnchecked)
            } else {
                "-".to_owned()
            };
            let to_proxy = scenario.counterpart().map_or_else(|| "-".to_owned(), ratio);
            let _ = writeln!(
                text,
                "| {} | {cpu:.2} ({:.2} - {:.2}) | {:.2} | {to_gate} | {to_proxy} | {:.0} | {:.0} % | {:.0} / {:.0} |",
                scenario.title(),
                all().fold(f64::INFINITY, f64::min),
                all().fold(0.0, f64::max),
                self.user(scenario).unwrap_or_default(),
                self.middle(scenario, |sample| sample.per_second),
                self.middle(scenario, |sample| sample.busy * 100.0),
                self.middle(scenario, |sample| whole(sample.p50_microseconds)),
                self.middle(scenario, |sample| whole(sample.p99_microseconds)),
            );
        }
    }

    fn write_others(&self, text: &mut String) {
        let line = [
            ("verify ES256", self.verification(Algorithm::Es256)),
            ("verify EdDSA", self.verification(Algorithm::EdDsa)),
            ("verify RS256", self.verification(Algorithm::Rs256)),
            ("sign ES256", self.signing()),
        ]
        .into_iter()
        .filter_map(|(name, cost)| Some(format!("{name} {:.1} us", cost?)))
        .collect::<Vec<_>>()
        .join(", ");
        if !line.is_empty() {
            let _ = writeln!(text, "\nBare signatures in the same run: {line}.");
        }
        let most = self.starts.iter().max().copied().unwrap_or_default();
        let _ = writeln!(
            text,
            "Starts: {} of new installations, median {:.1} ms, longest {:.1} ms.",
            self.starts.len(),
            self.start_milliseconds().unwrap_or_default(),
            most.as_secs_f64() * 1e3
        );
        let mebibytes = |count: u64| whole(count) / 1024.0 / 1024.0;
        let _ = writeln!(
            text,
            "Memory: {:.1} MiB after the start, {} after 1,000 connections, {:.1} MiB at most.",
            mebibytes(self.memory.after_start),
            self.memory.after_connections.map_or_else(
                || "not measured".to_owned(),
                |count| format!("{:.1} MiB", mebibytes(count))
            ),
            mebibytes(self.memory.peak),
        );
    }

    fn write_budgets(&self, text: &mut String) {
        text.push_str("\n| budget | measured | at most | | verdict |\n|---|---|---|---|---|\n");
        for budget in budget::judge(self) {
            let weight = match budget.weight {
                Weight::Promise => "promise",
                Weight::Aim => "aim",
            };
            let decimals = if budget.unit == "x" { 3 } else { 1 };
            let _ = writeln!(
                text,
                "| {} | {:.decimals$} {unit} | {:.decimals$} {unit} | {weight} | {} |",
                budget.title,
                budget.measured,
                budget.limit,
                if budget.met { "met" } else { "MISSED" },
                unit = budget.unit,
            );
        }
    }

    fn signing(&self) -> Option<f64> {
        median(self.bare.iter().map(|bare| bare.sign_es256))
    }

    fn of(&self, scenario: Scenario) -> impl Iterator<Item = &Sample> {
        let samples = self.samples.iter();
        samples.filter_map(move |(of, sample)| (*of == scenario).then_some(sample))
    }

    fn middle(&self, scenario: Scenario, of: impl Fn(&Sample) -> f64) -> f64 {
        median(self.of(scenario).map(of)).unwrap_or_default()
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is counted is far under 2^52"
)]
fn whole(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
