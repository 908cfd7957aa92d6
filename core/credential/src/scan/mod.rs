//! Our credentials in any bytes, by prefix and checksum, offline.
//!
//! A scan says of each: kind, class, public id, where it begins and how long
//! it is; never its text. The checksum decides, so nothing that is not ours is
//! reported, and no key is needed to look.
//!
//! | found as | because |
//! |---|---|
//! | it is, also right between other letters and digits | logs, sources, the string table of a binary |
//! | with any `_` written as `%5F`, `%255F`, `\u005f`, `\\u005f`, `\x5f`, `=5F`, `\_`, `&#95;`, `&#x5f;` or `&lowbar;` | URLs, JSON, mail, Markdown, HTML |
//! | base64, either alphabet, at any of the three alignments, in one line | HTTP Basic, Kubernetes secrets |
//! | UTF-16, either byte order, at an odd offset too | Windows and Java binaries |
//!
//! Not found: compressed or encrypted bytes (inflate them first), a text that
//! is broken over lines, hexadecimal, base64 of base64 or of UTF-16, and an
//! escape of anything but `_`.
//!
//! How it is fast: every secret ends in 49 characters without a break, so it is
//! enough to look at every 47th byte. Only where one of these stands in so long
//! a run of letters and digits is anything compared. Text that is full of our
//! prefixes costs no more than any other, and no byte is looked at more than a
//! small, fixed number of times.

mod in_base64;
mod judged;
mod pattern;
mod plain;
mod run;
mod separator;
mod stream;
mod text;
mod wide;

pub use pattern::{Pattern, patterns};
pub use stream::Stream;
pub use text::text;

use crate::{CredentialKind, EnvironmentClass};

/// More bytes than any one credential takes, however it is written.
pub const LONGEST: usize = 256;

/// One credential that lies in the bytes. It does not hold the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where its first byte is, counted from 0.
    pub offset: u64,
    /// How many bytes it takes as it is written there.
    pub length: usize,
    /// What it is: an API key, an operator token or a client secret.
    pub kind: CredentialKind,
    /// For which class of environment.
    pub class: EnvironmentClass,
    /// Its public id; a client secret has none.
    pub id: Option<String>,
}

/// Every credential in `bytes`, in the order in which they end there.
pub fn find(bytes: &[u8]) -> Vec<Found> {
    let mut all = Vec::new();
    each(bytes, &mut |found| all.push(found));
    all
}

/// Tells `see` of every credential in `bytes`.
pub fn each(bytes: &[u8], see: &mut dyn FnMut(Found)) {
    run::each(bytes, |run| match run {
        run::Run::Narrow(run) => {
            plain::look(bytes, &run, see);
            in_base64::look(bytes, &run, see);
        }
        run::Run::Wide(run) => wide::look(bytes, &run, see),
    });
}

#[cfg(test)]
mod tests;
