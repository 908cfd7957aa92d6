//! What may be forgotten, and what a process takes from its machine: counters, clock, entropy.

mod clock;
pub mod counters;
mod entropy;
pub mod key_file;
pub mod open_files;

pub use clock::SystemClock;
pub use entropy::SystemEntropy;
