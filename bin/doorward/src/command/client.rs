//! (being written)

use crate::answer::{Exit, Fault};

#[derive(clap::Subcommand)]
pub(crate) enum Client {}

impl Client {
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {}
    }
}
