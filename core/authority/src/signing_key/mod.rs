//! Signing keys: `next -> active -> retiring -> retired`.
//!
//! The keys of an environment are one [`KeyRing`]. Keys of one algorithm are a
//! *lane*: each lane has at most one active key, and one lane is the default.
//! Every act reads the whole ring and writes it forward by one version, so two
//! acts that read the same ring cannot both happen.
//!
//! | act | file | what it does |
//! |---|---|---|
//! | create | `create.rs` | the first lane: an active key and the one after it |
//! | add | `add.rs` | stages a key: of a new lane, or the one that a lane lacks |
//! | default | `default_lane.rs` | another lane signs where an api names none |
//! | rotate | `rotate.rs` | the next key signs, the active one retires |
//! | rotate, emergency | `emergency.rs` | every key is retired at once, fresh ones sign |
//! | rollback | `rollback.rs` | the last rotation is undone |
//! | retire | `retire.rs` | one key ends before its time |
//! | tend | `tend.rs` | whatever the calendar asks for |
//!
//! What the calendar is made of is in `schedule.rs`.

mod add;
mod create;
mod custody;
mod default_lane;
mod draft;
mod emergency;
mod key_ring;
mod make;
mod record;
mod remote_key;
mod retire;
mod rollback;
mod rotate;
pub mod schedule;
mod seal;
mod tend;
#[cfg(test)]
mod tests;

use credential::Environment;

use crate::Refusal;

pub use add::add;
pub use create::create;
pub use custody::Custody;
pub use default_lane::make_default;
pub use emergency::{Emergency, replace_all};
pub use key_ring::KeyRing;
pub use make::{CreateFault, make_sealed};
pub use record::{SigningKeyRecord, StageChange};
pub use remote_key::RemoteKey;
pub use retire::retire;
pub use rollback::roll_back;
pub use rotate::{Rotation, rotate};
pub use schedule::LIFETIME;
pub use seal::{SealingKey, UnsealFault};
pub use tend::{Tended, tend};

/// What an act on signing keys needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Every key of the environment.
    pub ring: &'a KeyRing,
    /// The environment.
    pub environment: &'a Environment,
    /// Seals the private half of what is made.
    pub sealing_key: &'a SealingKey,
}

/// Why an act gives no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmade {
    /// The rules refuse it.
    Refused(Refusal),
    /// A key was needed, and the machine could make none.
    Fault(CreateFault),
}

impl From<Refusal> for Unmade {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<CreateFault> for Unmade {
    fn from(fault: CreateFault) -> Self {
        Self::Fault(fault)
    }
}
