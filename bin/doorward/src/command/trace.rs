//! (being written)

use crate::answer::{Exit, Fault};

#[derive(clap::Args)]
pub(crate) struct Trace {}

impl Trace {
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        Ok(Exit::Done)
    }
}
