//! `doorward demo`: everything on this machine, in a temporary directory, with
//! a sample API behind the gate. What it makes, it makes through the same
//! commands and the same admin API that a real installation uses.

mod callback;
mod card;
mod delegation;
mod operator;
mod sample_api;
mod setup;

use std::net::{Ipv4Addr, SocketAddr};

use gate::listen::{Bound, Listen};

use crate::answer::{self, Exit, Fault};

/// See it work: a sample API behind Doorward, on this machine alone.
#[derive(clap::Args)]
pub(crate) struct Demo {
    /// Print one line of JSON when ready, for programs.
    #[arg(long)]
    json: bool,
    /// Use this port and the three after it, instead of free ones.
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..=65_532))]
    listen_base: Option<u16>,
}

impl Demo {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        super::log::start_quiet();
        let directory = tempfile::Builder::new()
            .prefix("doorward-demo-")
            .tempdir()
            .map_err(|error| {
                Fault::new(
                    format!("no temporary directory can be made: {error}"),
                    "check TMPDIR and the space on its disk",
                )
            })?;
        let ports = Ports::bind(self.listen_base)?;
        let runtime = super::runtime()?;
        runtime.block_on(async {
            let sample_api = sample_api::start(address(self.listen_base, 3)).await?;
            let (running, ready) = setup::set_up(directory.path(), ports, sample_api).await?;
            answer::print(&if self.json {
                ready.to_json()
            } else {
                card::render(&ready)
            })?;
            super::until_told_to_stop().await?;
            tokio::task::spawn_blocking(move || running.stop())
                .await
                .map_err(|error| Fault::new(format!("stopping failed: {error}"), "report this"))
        })?;
        directory.close().map_err(|error| {
            Fault::new(
                format!("the temporary directory stays: {error}"),
                "remove it by hand",
            )
        })?;
        Ok(Exit::Done)
    }
}

/// The ports of the roles, taken before the issuer's URL is written anywhere.
struct Ports {
    gate: Bound,
    issuer: Bound,
    admin: Bound,
}

impl Ports {
    fn bind(base: Option<u16>) -> Result<Self, Fault> {
        let bind = |offset| {
            Listen::on(address(base, offset)).bind().map_err(|error| {
                Fault::new(
                    error.to_string(),
                    "name another --listen-base, or leave it out for free ports",
                )
            })
        };
        Ok(Self {
            gate: bind(0)?,
            issuer: bind(1)?,
            admin: bind(2)?,
        })
    }
}

fn address(base: Option<u16>, offset: u16) -> SocketAddr {
    SocketAddr::from((
        Ipv4Addr::LOCALHOST,
        base.map_or(0, |base| base.saturating_add(offset)),
    ))
}
