//! `doorward serve`: runs the roles that a configuration names.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::answer::{Exit, Fault};
use crate::config::{Config, ListenerSection};
use crate::wire::{self, Listeners};

/// Run the roles that a configuration names.
#[derive(clap::Args)]
pub(crate) struct Serve {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
    config: PathBuf,
    /// Only these roles, separated by commas; all by default.
    #[arg(long, value_delimiter = ',')]
    role: Vec<Role>,
}

/// A role of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// The authorization server.
    Issuer,
    /// Enforcement in front of the APIs.
    Gate,
    /// The admin API.
    Admin,
}

impl Serve {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        super::log::start();
        let config = Config::read(&self.config)?;
        let listeners = self.bind(&config)?;
        let addresses = addresses(&listeners);
        let runtime = super::runtime()?;
        runtime.block_on(async {
            let running = wire::start(&config, listeners).await?;
            for (role, address) in addresses {
                tracing::info!(role, %address, "listening");
            }
            super::until_told_to_stop().await?;
            tracing::info!("stopping");
            tokio::task::spawn_blocking(move || running.stop())
                .await
                .map_err(|error| Fault::new(format!("stopping failed: {error}"), "report this"))
        })?;
        Ok(Exit::Done)
    }

    fn bind(&self, config: &Config) -> Result<Listeners, Fault> {
        let wanted = |role: Role| self.role.is_empty() || self.role.contains(&role);
        let bind = |role: Role, section: Option<ListenerSection>, name: &str| match section {
            Some(section) if wanted(role) => {
                let bound = section.listen(config.directory())?.bind();
                bound.map(Some).map_err(|error| {
                    Fault::new(
                        error.to_string(),
                        format!("stop the other one, or write another address in [{name}]"),
                    )
                })
            }
            None if self.role.contains(&role) => Err(Fault::new(
                format!("the configuration has no [{name}]"),
                format!("write [{name}] with listen = \"127.0.0.1:PORT\""),
            )),
            _ => Ok(None),
        };
        Ok(Listeners {
            gate: bind(Role::Gate, config.gate.clone(), "gate")?,
            issuer: bind(Role::Issuer, Some(config.issuer.listener()), "issuer")?,
            admin: bind(Role::Admin, config.admin.clone(), "admin")?,
        })
    }
}

fn addresses(listeners: &Listeners) -> Vec<(&'static str, std::net::SocketAddr)> {
    [
        ("gate", &listeners.gate),
        ("issuer", &listeners.issuer),
        ("admin", &listeners.admin),
    ]
    .into_iter()
    .filter_map(|(role, bound)| Some((role, bound.as_ref()?.address())))
    .collect()
}
