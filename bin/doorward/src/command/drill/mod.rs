//! `doorward drill`: rotation drills, one subcommand a file.

mod list;
mod report;
mod rotate;
mod secret_file;

use crate::answer::{Exit, Fault};

const PATH: &str = "/admin/v1/drill";

/// What can be done with drills.
#[derive(clap::Subcommand)]
pub(crate) enum Drill {
    /// Rotate an API key and roll it back under the live traffic, with a watch.
    Rotate(rotate::Rotate),
    /// List the newest drills.
    List(list::List),
}

impl Drill {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Rotate(rotate) => rotate.run(),
            Self::List(list) => list.run(),
        }
    }
}
