//! Owners: who answers for credentials. A name needs no record to own
//! something; it gets one when its owner is gone.

mod disable;
mod enable;
mod record;
mod require_another;
mod require_here;

#[cfg(test)]
mod tests;

pub use disable::disable;
pub use enable::enable;
pub use record::{Disabled, Owner};
pub use require_another::require_another;
pub use require_here::require_here;
