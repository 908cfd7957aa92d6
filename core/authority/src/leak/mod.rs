//! A credential that was found where it must not be: what it is, what it
//! reaches, how it was used, and what is done about it.
//!
//! | step | file |
//! |---|---|
//! | our credentials in a text, however much stands around them | `candidate` |
//! | where it was found, in bounded words without a secret | `place` |
//! | whether the text is a secret of the record that it names | `standing` |
//! | what its class of credential calls for | `policy` |
//! | cutting it off, and writing down that it was reported | `report` |
//! | which endpoints it reaches | `reach` |
//! | how it was used, and since when oddly | `trail` |
//! | what people still have to do | `steps` |
//!
//! Anyone can write a text that looks like one of ours and names an id that is:
//! the checksum is no secret. So nothing is cut off for a look: only a text
//! whose digest stands in the record is a leak. The text itself stays in
//! memory, in [`base::Secret`], for as long as that takes.

mod candidate;
mod place;
mod policy;
mod reach;
mod report;
mod standing;
mod steps;
mod trail;

#[cfg(test)]
mod tests;

pub use candidate::{Candidate, MOST_CANDIDATES, candidates, text_hash};
pub use place::{LONGEST_PLACE, Place};
pub use policy::{Policies, Policy};
pub use reach::{Reached, by_consequence, reach};
pub use report::{Done, exposure, report};
pub use standing::{Condition, Leaked, Standing, client_digests, standing};
pub use steps::{Step, steps};
pub use trail::{Act, OddUse, Recorded, SETTLING, Trail, trail};
