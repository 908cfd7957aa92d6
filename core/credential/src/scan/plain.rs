//! A credential as it is, or with its underscores wrapped.

use std::ops::Range;

use super::Found;
use super::judged::Candidate;
use super::separator;
use crate::secret_text::TAIL_LENGTH;
use crate::{EnvironmentClass, api_key, client_secret, operator_token};

/// The class tags, as bytes.
const TAGS: [&[u8]; 2] = [
    EnvironmentClass::Production.tag().as_bytes(),
    EnvironmentClass::Sandbox.tag().as_bytes(),
];

/// Looks whether a secret begins where the run does.
pub(super) fn look(bytes: &[u8], run: &Range<usize>, see: &mut dyn FnMut(Found)) {
    let before = run.start.checked_sub(1).and_then(|at| bytes.get(at));
    let text = bytes.get(run.clone()).unwrap_or_default();
    let Some(letters) = separator::letters_of(before.copied(), text) else {
        return;
    };
    if let Some((start, mut found)) = at(bytes, run.start + letters) {
        found.offset = start as u64;
        found.length = run.start + letters + TAIL_LENGTH - start;
        see(found);
    }
}

/// The credential whose secret begins at `secret`, and where itself begins.
pub(super) fn at(bytes: &[u8], secret: usize) -> Option<(usize, Found)> {
    let tail = bytes.get(secret..secret + TAIL_LENGTH)?;
    let before = separator::taken(bytes.get(..secret)?)?;
    without_id(before, tail).or_else(|| with_id(before, tail))
}

fn without_id(before: &[u8], tail: &[u8]) -> Option<(usize, Found)> {
    let (before, tag) = tag_taken(before)?;
    let prefix = client_secret::PREFIX.as_bytes();
    let before = before.strip_suffix(prefix)?;
    let found = Candidate::new([prefix, b"_", tag, b"_", tail]).judged()?;
    Some((before.len(), found))
}

fn with_id(before: &[u8], tail: &[u8]) -> Option<(usize, Found)> {
    let (before, id) = before.split_at_checked(before.len().checked_sub(base::ID_LENGTH)?)?;
    let before = separator::taken(before)?;
    let (before, tag) = tag_taken(before)?;
    let prefixes = [
        api_key::PREFIX.as_bytes(),
        operator_token::PREFIX.as_bytes(),
    ];
    prefixes.into_iter().find_map(|prefix| {
        let before = before.strip_suffix(prefix)?;
        let found = Candidate::new([prefix, b"_", tag, b"_", id, b"_", tail]).judged()?;
        Some((before.len(), found))
    })
}

/// Takes a tag and the separator before it from the end.
fn tag_taken(before: &[u8]) -> Option<(&[u8], &'static [u8])> {
    let (before, tag) = TAGS
        .into_iter()
        .find_map(|tag| Some((before.strip_suffix(tag)?, tag)))?;
    Some((separator::taken(before)?, tag))
}
