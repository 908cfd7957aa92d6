//! What the figures are held against. Every limit is a ratio of one run or an
//! absolute promise; none is a figure of another machine.

use serde::Serialize;

use super::report::Figures;
use super::scenario::{Algorithm, Scenario, Token};

/// Who set a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Weight {
    /// What the product promises: missing it fails the run.
    Promise,
    /// What it aims at: missing it is said.
    Aim,
}

/// A limit and what was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Budget {
    /// What is limited.
    pub(crate) title: String,
    /// What was measured.
    pub(crate) measured: f64,
    /// At most, in the same unit.
    pub(crate) limit: f64,
    /// The unit.
    pub(crate) unit: &'static str,
    /// Who set it.
    pub(crate) weight: Weight,
    /// Whether it was kept.
    pub(crate) met: bool,
}

const MIB: f64 = 1024.0 * 1024.0;

/// Judges all that was measured; what was left out is not judged.
pub(crate) fn judge(figures: &Figures) -> Vec<Budget> {
    let mut budgets = Vec::new();
    let mut push = |title: &str, measured: Option<f64>, limit, unit, weight| {
        budgets.extend(measured.map(|measured| Budget {
            title: title.to_owned(),
            measured,
            limit,
            unit,
            weight,
            met: measured <= limit,
        }));
    };
    let es256 = |token| Scenario::GateToken(Algorithm::Es256, token);
    let over = |scenario, anchor| Some(figures.cpu(scenario)? / figures.cpu(anchor)?);
    let unchecked = |scenario| over(scenario, Scenario::GateUnchecked);
    let check = |algorithm| {
        let fresh = figures.cpu(Scenario::GateToken(algorithm, Token::Fresh))?;
        let added = fresh - figures.cpu(Scenario::GateUnchecked)?;
        Some(added / figures.verification(algorithm)?)
    };
    // Fresh tokens also cost more time in the kernel, where no rule of ours
    // runs: this separates the two. It replaces nothing that is promised.
    let check_in_user_time = || {
        let fresh = figures.user(es256(Token::Fresh))?;
        let added = fresh - figures.user(Scenario::GateUnchecked)?;
        Some(added / figures.verification(Algorithm::Es256)?)
    };
    let (promise, aim) = (Weight::Promise, Weight::Aim);
    push(
        "repeated ES256 token / gate without a check",
        unchecked(es256(Token::Repeated)),
        1.20,
        "x",
        promise,
    );
    push(
        "API key / gate without a check",
        unchecked(Scenario::GateApiKey),
        1.20,
        "x",
        promise,
    );
    push(
        "what a fresh ES256 token adds / one verification",
        check(Algorithm::Es256),
        1.15,
        "x",
        promise,
    );
    push(
        "the same in user time alone",
        check_in_user_time(),
        1.15,
        "x",
        aim,
    );
    push(
        "start to ready on an empty store, median",
        figures.start_milliseconds(),
        300.0,
        "ms",
        promise,
    );
    let memory = figures.memory;
    push(
        "idle memory after the start",
        Some(bytes(memory.after_start)),
        40.0,
        "MiB",
        promise,
    );
    // The promise is about an idle process; this one has just served them all
    // at once, and glibc keeps what it freed.
    push(
        "idle memory after 1,000 connections",
        memory.after_connections.map(bytes),
        40.0,
        "MiB",
        aim,
    );
    push(
        "gate without a check / HAProxy without a check",
        over(Scenario::GateUnchecked, Scenario::ProxyPlain),
        1.10,
        "x",
        aim,
    );
    push(
        "repeated ES256 token / HAProxy with signature and claims",
        over(es256(Token::Repeated), Scenario::ProxyClaims),
        0.125,
        "x",
        aim,
    );
    push(
        "fresh ES256 tokens / HAProxy with signature and claims",
        over(es256(Token::Fresh), Scenario::ProxyClaims),
        1.0,
        "x",
        aim,
    );
    push(
        "what a fresh EdDSA token adds / one verification",
        check(Algorithm::EdDsa),
        1.15,
        "x",
        aim,
    );
    budgets
}

#[expect(clippy::cast_precision_loss, reason = "memory is far under 2^52 bytes")]
fn bytes(count: u64) -> f64 {
    count as f64 / MIB
}
