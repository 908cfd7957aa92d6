//! HAProxy, twice: the upstream of everyone, and the proxy that the gate is
//! compared with.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use super::exchange::{self, Request, free_address};
use super::process::Process;
use super::tools::Tools;
use crate::fault::Fault;

/// One thread, no logs: what is lean is left as lean as it can be.
const SETTINGS: &str = "\
global
    nbthread 1
    maxconn 9000
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
";

/// An upstream that answers everything at once.
#[derive(Debug)]
pub(crate) struct Upstream {
    process: Process,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Upstream {
    /// Starts it on `core`.
    pub(crate) fn start(
        haproxy: &Path,
        tools: &Tools,
        core: usize,
        directory: &Path,
    ) -> Result<Self, Fault> {
        let address = free_address()?;
        let text = format!(
            "{SETTINGS}frontend upstream\n    bind {address}\n    \
             http-request return status 200 content-type text/plain string \"ok\"\n"
        );
        let mut command = tools.pinned(haproxy, core);
        let configuration = directory.join("upstream.cfg");
        write(&configuration, &text)?;
        command.arg("-db").arg("-f").arg(configuration);
        let log = directory.join("upstream.log");
        let mut process = Process::start("the upstream", &mut command, &log)?;
        process.wait_until(&log, || answers(address))?;
        Ok(Self { process, address })
    }

    /// The process, whose time is not counted.
    pub(crate) const fn process(&self) -> &Process {
        &self.process
    }
}

/// What the token check of HAProxy needs.
#[derive(Debug)]
pub(crate) struct Trust {
    /// The public key, PEM.
    pub(crate) public_key: String,
    /// What `iss` must be.
    pub(crate) issuer: String,
    /// What `aud` must be.
    pub(crate) audience: String,
}

/// HAProxy in front of the same upstream: three doors of one process.
#[derive(Debug)]
pub(crate) struct Proxy {
    process: Process,
    /// Forwards everything.
    pub(crate) plain: SocketAddr,
    /// Checks algorithm and signature.
    pub(crate) signature: SocketAddr,
    /// Checks algorithm, signature, issuer, audience and expiry.
    pub(crate) claims: SocketAddr,
}

impl Proxy {
    /// Starts it on `core`.
    pub(crate) fn start(
        haproxy: &Path,
        (tools, core): (&Tools, usize),
        upstream: SocketAddr,
        trust: &Trust,
        directory: &Path,
    ) -> Result<Self, Fault> {
        let (plain, signature, claims) = (free_address()?, free_address()?, free_address()?);
        let public_key = directory.join("public-key.pem");
        write(&public_key, &trust.public_key)?;
        let signature_rules = format!(
            "    http-request set-var(txn.bearer) http_auth_bearer
    http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_header_query('$.alg') -m str ES256 }}
    http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_verify(\"ES256\",\"{}\") -m int 1 }}
",
            public_key.display()
        );
        let claim_rules = format!(
            "    http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_payload_query('$.iss') -m str {} }}
    http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_payload_query('$.aud') -m str {} }}
    http-request set-var(txn.now) date()
    http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_payload_query('$.exp','int'),sub(txn.now) -m int gt 0 }}
",
            trust.issuer, trust.audience
        );
        let text = format!(
            "{SETTINGS}frontend plain\n    bind {plain}\n    default_backend upstream\n\
             frontend signature\n    bind {signature}\n{signature_rules}    default_backend upstream\n\
             frontend claims\n    bind {claims}\n{signature_rules}{claim_rules}    default_backend upstream\n\
             backend upstream\n    http-reuse always\n    server one {upstream}\n"
        );
        let configuration = directory.join("proxy.cfg");
        write(&configuration, &text)?;
        let mut command = tools.pinned(haproxy, core);
        command.arg("-db").arg("-f").arg(configuration);
        let log = directory.join("proxy.log");
        let mut process = Process::start("HAProxy", &mut command, &log)?;
        process.wait_until(&log, || answers(plain))?;
        Ok(Self {
            process,
            plain,
            signature,
            claims,
        })
    }

    /// The process that is measured.
    pub(crate) const fn process(&self) -> &Process {
        &self.process
    }
}

fn answers(address: SocketAddr) -> bool {
    exchange::ask(address, &Request::get("/")).is_ok_and(|answer| answer.status == 200)
}

fn write(path: &Path, text: &str) -> Result<(), Fault> {
    fs::write(path, text)
        .map_err(|error| Fault::new(format_args!("cannot write {}", path.display()), error))
}
