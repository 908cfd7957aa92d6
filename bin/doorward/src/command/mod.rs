//! The commands, one file each. `init`, `serve`, `demo` and `inventory lint`
//! work on this machine; all others speak the admin API.

mod api_key;
mod audit;
mod client;
mod inventory;
mod trace;

use clap::Subcommand;

use crate::answer::{Exit, Fault};

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Say what each endpoint is, and put its demands in force.
    #[command(subcommand)]
    Inventory(inventory::Inventory),
    /// Create, list, show and revoke API keys.
    #[command(subcommand)]
    Key(api_key::Key),
    /// Create, list, show and revoke clients.
    #[command(subcommand)]
    Client(client::Client),
    /// Show what happened to one request.
    Trace(trace::Trace),
    /// Read and verify the audit.
    #[command(subcommand)]
    Audit(audit::Audit),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Inventory(inventory) => inventory.run(),
            Self::Key(key) => key.run(),
            Self::Client(client) => client.run(),
            Self::Trace(trace) => trace.run(),
            Self::Audit(audit) => audit.run(),
        }
    }
}
