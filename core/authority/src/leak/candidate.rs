//! Our credentials in a text, however much stands around them.

use base::Secret;
use credential::{CredentialKind, EnvironmentClass};

/// How many different credentials one text may hold; more are not looked at.
pub const MOST_CANDIDATES: usize = 100;

/// A text in the shape of one of our credentials. It proves nothing yet.
#[derive(Debug)]
pub struct Candidate {
    /// Its kind.
    pub kind: CredentialKind,
    /// The class of environment that it names.
    pub class: EnvironmentClass,
    /// The public id that it names; a client secret names none.
    pub id: Option<String>,
    /// The text.
    pub text: Secret,
}

/// The SHA-256 of a text, in hexadecimal: by what a partner knows it again
/// without its being repeated.
pub fn text_hash(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Every different candidate in a text, in the order in which they end there,
/// however it is written: see [`credential::scan`].
pub fn candidates(text: &str) -> Vec<Candidate> {
    let bytes = text.as_bytes();
    let mut all: Vec<Candidate> = Vec::new();
    for found in credential::scan::find(bytes) {
        if all.len() == MOST_CANDIDATES {
            break;
        }
        let Some(text) = credential::scan::text(bytes, &found) else {
            continue;
        };
        if all.iter().all(|known| known.text.expose() != text.expose()) {
            all.push(Candidate {
                kind: found.kind,
                class: found.class,
                id: found.id,
                text,
            });
        }
    }
    all
}
