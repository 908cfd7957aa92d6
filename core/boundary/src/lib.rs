//! The inventory: facts about an endpoint, what it demands, and why.
//!
//! A document names, for each endpoint, who calls, on whose authority, whose
//! data or money is touched, from where, and what it costs if the wrong caller
//! gets through. [`Inventory::parse`] derives what that demands, one rule after
//! the other (`derive/`), and reports every contradiction with its place, its
//! rule and its fix. A document with one contradiction is refused as a whole.
//!
//! Two patterns may match one request only if one of them is literal wherever
//! the other is; then the literal one is meant. A gate that looks for literals
//! first, segment by segment, with a way back, finds exactly it.

mod consequence;
mod demand;
mod derive;
mod diff;
mod duration;
mod encrypted_tokens;
mod endpoint;
mod facts;
mod finding;
mod matches;
mod method;
mod path_pattern;
mod read;
mod rule;
mod trusted_issuer;
mod upstream;
mod written;

pub use consequence::{Consequence, ConsequenceClass, WhenLagging};
pub use demand::{Demand, Reason, Record};
pub use derive::{Verdict, demand_of};
pub use diff::{Change, Difference, Direction, FieldChange, diff};
pub use encrypted_tokens::EncryptedTokens;
pub use endpoint::{Api, Endpoint, Exception, Inventory};
pub use facts::{Authority, Caller, DataClass, Exposure, Facts};
pub use finding::{Finding, Reading, Severity};
pub use matches::{InvalidMatch, Match};
pub use method::{InvalidMethod, Method};
pub use path_pattern::{InvalidPathPattern, PathPattern, Segment};
pub use rule::Rule;
pub use trusted_issuer::{
    AuthorityClaim, ClaimPath, FOREIGN_ALGORITHMS, ForeignType, ForeignUrl, InvalidForeignUrl,
    KeySource, Organisation, Preset, RoleClaim, ScopeClaim, TrustedIssuer,
};
