//! `doorward serve`: runs the roles that a configuration names.

use std::path::PathBuf;

use clap::ValueEnum;
use gate::listen::Bound;

use crate::answer::{Exit, Fault};
use crate::config::{Config, GateSection, ListenerSection};
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

    /// Takes every port before anything is opened, so that an occupied one
    /// leaves no trace.
    fn bind(&self, config: &Config) -> Result<Listeners, Fault> {
        let of_role = |role: Role, name: &str, section: Option<ListenerSection>| {
            if !runs(&self.role, role) {
                return Ok(None);
            }
            if section.is_none() && self.role.contains(&role) {
                return Err(Fault::new(
                    format!("the configuration has no [{name}]"),
                    format!("write [{name}] with listen = \"127.0.0.1:PORT\""),
                ));
            }
            bind(config, name, section)
        };
        Ok(Listeners {
            gate: of_role(
                Role::Gate,
                "gate",
                config.gate.as_ref().map(GateSection::listener),
            )?,
            issuer: of_role(Role::Issuer, "issuer", Some(config.issuer.listener()))?,
            exchange: match runs(&self.role, Role::Issuer) {
                true => bind(config, "issuer.exchange", config.issuer.exchange().cloned())?,
                false => None,
            },
            admin: of_role(Role::Admin, "admin", config.admin.clone())?,
            management: bind(config, "management", config.management.clone())?,
        })
    }
}

/// Whether a role runs, where `asked` were asked for; none of them means all.
fn runs(asked: &[Role], role: Role) -> bool {
    asked.is_empty() || asked.contains(&role)
}

fn bind(
    config: &Config,
    name: &str,
    section: Option<ListenerSection>,
) -> Result<Option<Bound>, Fault> {
    let Some(section) = section else {
        return Ok(None);
    };
    let bound = section.listen(config.directory())?.bind();
    bound.map(Some).map_err(|error| {
        Fault::new(
            error.to_string(),
            format!("stop the other one, or write another address in [{name}]"),
        )
    })
}

fn addresses(listeners: &Listeners) -> Vec<(&'static str, std::net::SocketAddr)> {
    [
        ("gate", &listeners.gate),
        ("issuer", &listeners.issuer),
        ("exchange", &listeners.exchange),
        ("admin", &listeners.admin),
        ("management", &listeners.management),
    ]
    .into_iter()
    .filter_map(|(role, bound)| Some((role, bound.as_ref()?.address())))
    .collect()
}
