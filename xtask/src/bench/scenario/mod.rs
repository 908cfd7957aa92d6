//! What is measured under load: one scenario is one server, one request.

pub(crate) mod field;
pub(crate) mod memory;
pub(crate) mod start;

use std::time::Duration;

use serde::Serialize;

use self::field::Field;
use super::exchange::{self, Request};
use super::load::{Answered, CONNECTIONS, Generator, Load};
use super::process::{CpuTime, Process};
use crate::fault::Fault;

/// An algorithm of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Es256,
    EdDsa,
    Rs256,
}

impl Algorithm {
    /// All of them; the first one is what an installation has by default.
    pub(crate) const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Its name in a token.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }
}

/// How a token comes to the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// The same one each time.
    Repeated,
    /// One that the gate does not remember.
    Fresh,
}

/// One server and one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    GateUnchecked,
    GateApiKey,
    GateToken(Algorithm, Token),
    ProxyPlain,
    ProxySignature,
    ProxyClaims,
    Issuance,
    KeyExchange,
}

impl Scenario {
    /// All of them, in the order of the report.
    pub(crate) const ALL: [Self; 13] = [
        Self::ProxyPlain,
        Self::GateUnchecked,
        Self::GateApiKey,
        Self::GateToken(Algorithm::Es256, Token::Repeated),
        Self::GateToken(Algorithm::Es256, Token::Fresh),
        Self::ProxySignature,
        Self::ProxyClaims,
        Self::GateToken(Algorithm::EdDsa, Token::Repeated),
        Self::GateToken(Algorithm::EdDsa, Token::Fresh),
        Self::GateToken(Algorithm::Rs256, Token::Repeated),
        Self::GateToken(Algorithm::Rs256, Token::Fresh),
        Self::Issuance,
        Self::KeyExchange,
    ];

    /// What the report calls it.
    pub(crate) fn title(self) -> String {
        match self {
            Self::GateUnchecked => "gate, no check".to_owned(),
            Self::GateApiKey => "gate, API key".to_owned(),
            Self::GateToken(algorithm, Token::Repeated) => {
                format!("gate, repeated {} token", algorithm.name())
            }
            Self::GateToken(algorithm, Token::Fresh) => {
                format!("gate, fresh {} tokens", algorithm.name())
            }
            Self::ProxyPlain => "HAProxy, no check".to_owned(),
            Self::ProxySignature => "HAProxy, ES256 signature".to_owned(),
            Self::ProxyClaims => "HAProxy, ES256 signature and claims".to_owned(),
            Self::Issuance => "token issuance, ES256".to_owned(),
            Self::KeyExchange => "API key for a token, ES256".to_owned(),
        }
    }

    /// What HAProxy does for the same job, if it can.
    pub(crate) const fn counterpart(self) -> Option<Self> {
        match self {
            Self::GateUnchecked => Some(Self::ProxyPlain),
            // Neither a repeated token nor a key is cheaper for it.
            Self::GateToken(Algorithm::Es256, _) => Some(Self::ProxyClaims),
            _ => None,
        }
    }

    /// Whether it goes through the gate.
    pub(crate) const fn is_gate(self) -> bool {
        matches!(
            self,
            Self::GateUnchecked | Self::GateApiKey | Self::GateToken(..)
        )
    }
}

/// A scenario made ready.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    /// Whose time is counted.
    process: &'a Process,
    load: Load,
    /// What must be answered how before anything is measured.
    expected: Vec<(Request, u16)>,
}

/// One measurement.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Sample {
    /// Answers per second.
    pub(crate) per_second: f64,
    /// Processor time per answer, in microseconds.
    pub(crate) cpu_microseconds: f64,
    /// What of it was spent outside the kernel.
    pub(crate) user_microseconds: f64,
    /// The share of one core that was busy.
    pub(crate) busy: f64,
    /// The median time to an answer, in microseconds.
    pub(crate) p50_microseconds: u64,
    /// What 99 of 100 answers stay under, in microseconds.
    pub(crate) p99_microseconds: u64,
}

/// Makes `scenario` ready, checks that it answers rightly, and measures it.
pub(crate) fn measure(
    scenario: Scenario,
    field: &mut Field,
    generator: &Generator<'_>,
    time: Duration,
) -> Result<Sample, Fault> {
    let job = field.job(scenario)?;
    for (request, status) in &job.expected {
        let answer = exchange::ask(job.load.peer, request)?;
        if answer.status != *status {
            return Err(Fault::new(
                format_args!(
                    "{}: {} is not what was expected ({status})",
                    scenario.title(),
                    answer.status
                ),
                answer.body,
            ));
        }
    }
    let before = job.process.cpu()?;
    let answered = generator.run(&job.load, CONNECTIONS, time)?;
    let after = job.process.cpu()?;
    Ok(sample(&answered, before, after))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "requests and microseconds are far under 2^52"
)]
fn sample(answered: &Answered, before: CpuTime, after: CpuTime) -> Sample {
    let each = |used: Duration| used.as_secs_f64() * 1e6 / answered.requests as f64;
    let used = after.total.saturating_sub(before.total);
    let seconds = answered.microseconds as f64 / 1e6;
    Sample {
        per_second: answered.requests as f64 / seconds,
        cpu_microseconds: each(used),
        user_microseconds: each(after.user.saturating_sub(before.user)),
        busy: used.as_secs_f64() / seconds,
        p50_microseconds: answered.p50,
        p99_microseconds: answered.p99,
    }
}
