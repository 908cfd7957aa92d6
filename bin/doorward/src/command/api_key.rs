//! (being written)

use crate::answer::{Exit, Fault};

#[derive(clap::Subcommand)]
pub(crate) enum Key {}

impl Key {
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {}
    }
}
