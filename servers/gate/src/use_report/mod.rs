//! What the gate has seen of each credential: from where, by what, how often.
//!
//! | step | module |
//! |---|---|
//! | a worker adds a request to its own sheet | `sheet` |
//! | every two seconds all sheets are taken, summed and handed over | `collect` |
//!
//! A request costs one look-up and no allocation for a credential, network and
//! caller that the sheet has already. A sheet belongs to one worker; its lock
//! is only ever asked for by somebody else at the moment it is taken. What is
//! too much is counted and said in the log, and blocks nothing.

mod collect;
mod few;
mod sheet;

pub(crate) use collect::Collector;
pub use sheet::{Caller, Tally};
