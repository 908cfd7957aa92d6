//! Cutoffs: "nothing issued to X before T". One target, one file.

mod trusted_issuer;

pub use trusted_issuer::{DEFAULT_HOLD, LONGEST_HOLD, cut_off_trusted_issuer};
