//! Reading a document, with what only the installation knows: a contradiction
//! with it refuses the document as one inside it does.
//!
//! | rule | file |
//! |---|---|
//! | our own issuer is no foreign one | `own_issuer.rs` |
//! | the keys that a document brings are keys | `inline_keys.rs` |
//! | an api's tokens are signed in a lane that is there | `token_lane.rs` |

use base::Timestamp;
use boundary::{Inventory, Reading, Rule};
use credential::Environment;
use jose::Algorithm;
use snapshot::IssuerUrl;

use super::{inline_keys, own_issuer, token_lane};

/// What a document is read against.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Its issuer.
    pub issuer: &'a IssuerUrl,
    /// The lanes of its signing keys, the default one first.
    pub lanes: &'a [Algorithm],
}

/// One thing that a document and the installation do not agree on.
pub(super) struct Contradiction {
    pub(super) rule: Rule,
    /// Texts of the document that lead to its place, one after the other.
    pub(super) way: Vec<String>,
    pub(super) message: String,
    pub(super) fix: String,
}

/// Reads a document. Its inventory is there only if nothing refused it.
pub fn read(document: &str, facts: Facts<'_>, now: Timestamp) -> Reading {
    let mut reading = Inventory::parse(document, facts.environment, now);
    let Some(inventory) = &reading.inventory else {
        return reading;
    };
    let contradictions: Vec<_> = own_issuer::check(inventory, facts)
        .chain(inline_keys::check(inventory))
        .chain(token_lane::check(inventory, facts))
        .collect();
    for found in contradictions {
        let way: Vec<&str> = found.way.iter().map(String::as_str).collect();
        reading.refuse(document, &way, found.rule, (found.message, found.fix));
    }
    reading
}
