//! The inventory: facts about an endpoint, what it demands, and why.

mod consequence;
mod demand;
mod duration;
mod endpoint;
mod facts;
mod finding;
mod matches;
mod method;
mod path_pattern;
mod rule;

pub use consequence::{Consequence, ConsequenceClass, WhenLagging};
pub use demand::{Demand, Reason, Record};
pub use endpoint::{Api, Endpoint, Exception, Inventory};
pub use facts::{Authority, Caller, DataClass, Exposure, Facts};
pub use finding::{Finding, Reading, Severity};
pub use matches::{InvalidMatch, Match};
pub use method::{InvalidMethod, Method};
pub use path_pattern::{InvalidPathPattern, PathPattern, Segment};
pub use rule::Rule;
