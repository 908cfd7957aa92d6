//! Rotation drills: that a key can be rotated, and rolled back, is tried while
//! nothing burns, and remembered with its times (article 000, "rehearse;
//! replacement and rollback both documented").

mod record;
mod remember;

#[cfg(test)]
mod tests;

pub use record::{Drill, DrillId, DrillOutcome, DrillStep, DrillStepKind};
pub use remember::{DrillRequest, remember};
