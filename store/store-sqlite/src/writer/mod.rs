//! The one writer.

mod change;
mod digest_key;
mod drill;
mod effect;
mod failure;
mod group;
mod heads;
mod owner;
mod signing_key;
mod usage;
mod versioned;
mod work;

pub(crate) use change::kind;
pub(crate) use group::{Tally, Writer};
pub(crate) use heads::{Heads, number, read_installation};
pub(crate) use work::{Job, Work};
