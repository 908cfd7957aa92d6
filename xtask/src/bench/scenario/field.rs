//! Everything that runs during the measurements, side by side.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{Algorithm, Job, Scenario, Token};
use crate::bench::doorward::{AUDIENCE, Filled, Installation};
use crate::bench::exchange::Request;
use crate::bench::haproxy::{Proxy, Trust, Upstream};
use crate::bench::load::Load;
use crate::bench::process::Process;
use crate::bench::public_key::p256_pem;
use crate::bench::tokens::{Tokens, tampered};
use crate::bench::tools::Tools;
use crate::fault::Fault;

/// The core of what is measured.
pub(crate) const MEASURED_CORE: usize = 0;

/// The core of the load and of the upstream, whose time is not counted.
pub(crate) const LOAD_CORE: usize = 1;

const OPEN: &str = "/v1/open";
const CHECKED: &str = "/v1/checked";

/// The upstream, the proxy and a gate per algorithm.
#[derive(Debug)]
pub(crate) struct Field {
    upstream: Upstream,
    proxy: Proxy,
    gates: Vec<Gate>,
}

/// A Doorward at work.
#[derive(Debug)]
struct Gate {
    algorithm: Algorithm,
    process: Process,
    installation: Installation,
    filled: Filled,
    file: PathBuf,
    tokens: Tokens,
}

impl Field {
    /// Starts everything.
    pub(crate) fn start(
        binary: &Path,
        haproxy: &Path,
        tools: &Tools,
        directory: &Path,
    ) -> Result<Self, Fault> {
        let upstream = Upstream::start(haproxy, tools, LOAD_CORE, directory)?;
        let mut gates = Vec::new();
        for algorithm in Algorithm::ALL {
            gates.push(Gate::start(
                algorithm,
                binary,
                tools,
                (upstream.address, directory),
            )?);
        }
        let gate = gate_of(&gates, Algorithm::Es256)?;
        let public_key = p256_pem(&gate.installation.public_keys()?)
            .ok_or_else(|| Fault::new("cannot tell HAProxy the key", "there is no P-256 key"))?;
        let trust = Trust {
            public_key,
            issuer: format!("http://{}", gate.installation.issuer),
            audience: AUDIENCE.to_owned(),
        };
        let proxy = Proxy::start(
            haproxy,
            (tools, MEASURED_CORE),
            upstream.address,
            &trust,
            directory,
        )?;
        Ok(Self {
            upstream,
            proxy,
            gates,
        })
    }

    /// Where the upstream listens.
    pub(crate) const fn upstream(&self) -> SocketAddr {
        self.upstream.address
    }

    /// The processor seconds of everything that runs.
    pub(crate) fn cpu_seconds(&self) -> Result<f64, Fault> {
        let mut sum = self.upstream.process().cpu()?.total + self.proxy.process().cpu()?.total;
        for gate in &self.gates {
            sum += gate.process.cpu()?.total;
        }
        Ok(sum.as_secs_f64())
    }

    /// Makes a scenario ready. Tokens that could expire under it are replaced.
    pub(super) fn job(&mut self, scenario: Scenario) -> Result<Job<'_>, Fault> {
        for gate in &mut self.gates {
            if !gate.tokens.are_usable() {
                gate.tokens = issue(&gate.installation, &gate.filled, &gate.file)?;
            }
        }
        match scenario {
            Scenario::GateUnchecked => Ok(self.gate(Algorithm::Es256)?.unchecked()),
            Scenario::GateApiKey => Ok(self.gate(Algorithm::Es256)?.api_key()),
            Scenario::GateToken(algorithm, token) => Ok(self.gate(algorithm)?.token(token)),
            Scenario::Issuance => Ok(self.gate(Algorithm::Es256)?.issuance()),
            Scenario::KeyExchange => Ok(self.gate(Algorithm::Es256)?.key_exchange()),
            Scenario::ProxyPlain => Ok(self.plain()),
            Scenario::ProxySignature => self.checked(self.proxy.signature),
            Scenario::ProxyClaims => self.checked(self.proxy.claims),
        }
    }

    fn gate(&self, algorithm: Algorithm) -> Result<&Gate, Fault> {
        gate_of(&self.gates, algorithm)
    }

    fn plain(&self) -> Job<'_> {
        let request = Request::get(OPEN);
        Job {
            process: self.proxy.process(),
            expected: vec![(request.clone(), 200)],
            load: Load {
                peer: self.proxy.plain,
                request,
                tokens: None,
            },
        }
    }

    /// HAProxy remembers no token, so one that is repeated is as good as any.
    fn checked(&self, peer: SocketAddr) -> Result<Job<'_>, Fault> {
        let token = &self.gate(Algorithm::Es256)?.tokens.first;
        let request = Request::get(CHECKED).bearer(token);
        Ok(Job {
            process: self.proxy.process(),
            expected: expectations(&request, token),
            load: Load {
                peer,
                request,
                tokens: None,
            },
        })
    }
}

impl Gate {
    fn start(
        algorithm: Algorithm,
        binary: &Path,
        tools: &Tools,
        (upstream, directory): (SocketAddr, &Path),
    ) -> Result<Self, Fault> {
        let name = algorithm.name();
        let installation = Installation::make(binary, name, &directory.join(name))?;
        let (process, _) = installation.start(tools, Some(MEASURED_CORE))?;
        let filled = installation.fill(upstream)?;
        let file = directory.join(format!("{name}-tokens"));
        let tokens = issue(&installation, &filled, &file)?;
        Ok(Self {
            algorithm,
            process,
            installation,
            filled,
            file,
            tokens,
        })
    }

    fn job(&self, request: Request, expected: Vec<(Request, u16)>) -> Job<'_> {
        Job {
            process: &self.process,
            expected,
            load: Load {
                peer: self.installation.gate,
                request,
                tokens: None,
            },
        }
    }

    fn unchecked(&self) -> Job<'_> {
        let request = Request::get(OPEN);
        let expected = vec![(request.clone(), 200)];
        self.job(request, expected)
    }

    fn api_key(&self) -> Job<'_> {
        let api_key = &self.filled.api_key;
        let request = Request::get(CHECKED).bearer(api_key);
        let expected = expectations(&request, api_key);
        self.job(request, expected)
    }

    fn token(&self, token: Token) -> Job<'_> {
        let first = &self.tokens.first;
        let request = Request::get(CHECKED).bearer(first);
        let expected = expectations(&request, first);
        let mut job = self.job(request, expected);
        if token == Token::Fresh {
            job.load.tokens = Some(self.tokens.file.clone());
        }
        job
    }

    fn issuance(&self) -> Job<'_> {
        let request = self.filled.token_request();
        let mut wrong = request.clone();
        wrong.body.push('x');
        let expected = vec![(request.clone(), 200), (wrong, 401)];
        let mut job = self.job(request, expected);
        job.load.peer = self.installation.issuer;
        job
    }

    fn key_exchange(&self) -> Job<'_> {
        let request = |api_key: &str| Filled::exchange_request(api_key);
        let api_key = &self.filled.api_key;
        let expected = vec![(request(api_key), 200), (request(&tampered(api_key)), 401)];
        let mut job = self.job(request(api_key), expected);
        job.load.peer = self.installation.issuer;
        job
    }
}

/// A check that lets everything pass would be fast, and no check.
fn expectations(request: &Request, credential: &str) -> Vec<(Request, u16)> {
    let without = Request::get(&request.path);
    let forged = Request::get(&request.path).bearer(&tampered(credential));
    vec![(request.clone(), 200), (without, 401), (forged, 401)]
}

fn issue(installation: &Installation, filled: &Filled, file: &Path) -> Result<Tokens, Fault> {
    Tokens::issue(installation.issuer, &filled.token_request(), file)
}

fn gate_of(gates: &[Gate], algorithm: Algorithm) -> Result<&Gate, Fault> {
    gates
        .iter()
        .find(|gate| gate.algorithm == algorithm)
        .ok_or_else(|| Fault::new("there is no gate for", algorithm.name()))
}
