//! How much memory is resident, with nothing to do and after many connections.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::bench::doorward::Installation;
use crate::bench::exchange::Request;
use crate::bench::load::{Generator, Load};
use crate::bench::tools::Tools;
use crate::fault::Fault;

/// Connections that are open and asking at the same time.
pub(crate) const CONNECTIONS: usize = 1_000;

/// Bytes of resident memory.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Memory {
    /// Idle, after the start on an empty store.
    pub(crate) after_start: u64,
    /// Idle, after many connections; nothing if there was no load.
    pub(crate) after_connections: Option<u64>,
    /// The most that it ever was.
    pub(crate) peak: u64,
}

/// Measures a new installation, with every core that there is.
pub(crate) fn measure(
    binary: &Path,
    tools: &Tools,
    load: Option<(&Generator<'_>, SocketAddr)>,
    directory: &Path,
) -> Result<Memory, Fault> {
    let home = directory.join("memory");
    let installation = Installation::make(binary, "ES256", &home)?;
    let (process, _) = installation.start(tools, None)?;
    std::thread::sleep(Duration::from_secs(1));
    let after_start = process.resident()?;
    let mut after_connections = None;
    if let Some((generator, upstream)) = load {
        let filled = installation.fill(upstream)?;
        let load = Load {
            peer: installation.gate,
            request: Request::get("/v1/checked").bearer(&filled.api_key),
            tokens: None,
        };
        generator.run(&load, CONNECTIONS, Duration::from_secs(3))?;
        std::thread::sleep(Duration::from_secs(1));
        after_connections = Some(process.resident()?);
    }
    Ok(Memory {
        after_start,
        after_connections,
        peak: process.peak_resident()?,
    })
}
