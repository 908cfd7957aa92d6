//! (being written)

use crate::answer::{Exit, Fault};

#[derive(clap::Subcommand)]
pub(crate) enum Inventory {}

impl Inventory {
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {}
    }
}
