//! Ids, time, entropy, secrets and revisions: the ground that every other
//! crate stands on. No domain words, no I/O, no clock, no randomness of its
//! own: `now` and `entropy` are arguments everywhere above.

mod entropy;
mod id;
mod name;
mod revision;
mod secret;
mod time;

pub use entropy::{Entropy, SeededEntropy};
#[doc(hidden)]
pub use id::is_id_text as __is_id_text;
pub use id::{ID_LENGTH, InvalidId, generate_id_text};
pub use name::{InvalidName, Name};
pub use revision::Revision;
pub use secret::{Digest, InvalidDigest, Secret};
pub use time::{Clock, FixedClock, InvalidTimestamp, Lifetime, Timestamp, parse_lifetime};

#[doc(hidden)]
pub mod macro_support {
    pub use serde;
}
