//! `doorward register`: every credential, and what is wrong with the list.

mod gaps;
mod rows;
mod walk;

use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};

const PATH: &str = "/admin/v1/register";

/// Show every credential of every kind, and how each is cut off.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Register {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    rows: rows::Rows,
}

/// What else can be asked of it.
#[derive(clap::Subcommand)]
enum What {
    /// Find what is missing, risky or nobody's; exit status 2 if there is any.
    Gaps {
        #[command(flatten)]
        connection: Connection,
    },
}

impl Register {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self.what {
            Some(What::Gaps { connection }) => gaps::run(&connection),
            None => self.rows.run(),
        }
    }
}
