//! A credential inside base64, of either alphabet, in one line.
//!
//! The text of a credential is ASCII and encodes without `+`, `/`, `-` and `_`,
//! so it lies in a run of letters and digits like a secret does. The secret is
//! found in there as it is found in plain text: by looking at every so manieth
//! place, for each of the four ways in which groups can be counted.

use std::ops::Range;

use super::run::is_base62;
use super::{Found, plain};
use crate::secret_text::TAIL_LENGTH;

/// No credential takes fewer characters.
const SHORTEST: usize = 72;

/// The characters of one group, which are three bytes.
const GROUP: usize = 4;

/// How far apart the places are that are looked at. The secret is at least 15
/// whole groups; less what one look takes, that is 53 characters.
const STRIDE: usize = 48;

/// How many groups a secret has at most.
const GROUPS: usize = TAIL_LENGTH.div_ceil(3) + 1;

/// More groups than stand before any secret.
const BEFORE: usize = 10;

/// What is decoded around a candidate.
const ROOM: usize = (BEFORE + GROUPS + 1) * 3;

/// Looks for all that lie in the run.
pub(super) fn look(bytes: &[u8], run: &Range<usize>, see: &mut dyn FnMut(Found)) {
    if run.len() < SHORTEST {
        return;
    }
    let text = bytes.get(run.clone()).unwrap_or_default();
    let mut last = None;
    for at in (0..text.len()).step_by(STRIDE) {
        for at in at..at + GROUP {
            let Some(found) = around(bytes, run, text, at) else {
                continue;
            };
            // Two places that are looked at can lie in one secret.
            if last.replace(found.offset) != Some(found.offset) {
                see(found);
            }
        }
    }
}

/// The credential in whose secret the group at `at` of the run's text lies.
fn around(bytes: &[u8], run: &Range<usize>, text: &[u8], at: usize) -> Option<Found> {
    if !is_inside(decoded(text, at)?) {
        return None;
    }
    // Back to the group with the underscore before the secret.
    let mut start = at;
    let mut edge = loop {
        if at - start > GROUPS * GROUP {
            return None;
        }
        start = start.checked_sub(GROUP)?;
        let group = decoded(text, start)?;
        if !is_inside(group) {
            break group.into_iter().rev();
        }
    };
    let inside = edge.by_ref().take_while(|byte| is_base62(*byte)).count();
    let underscore = (3 - inside).checked_sub(1)?;
    // The byte that ended the count.
    (decoded(text, start)?.get(underscore) == Some(&b'_')).then_some(())?;
    judged(bytes, run.start + start, underscore + 1)
}

/// The credential whose secret begins `skipped` bytes into the group at `group`.
fn judged(bytes: &[u8], group: usize, skipped: usize) -> Option<Found> {
    // What stands before it, as far as it is base64.
    let mut first = group;
    for _ in 0..BEFORE {
        match first.checked_sub(GROUP) {
            Some(before) if decoded(bytes, before).is_some() => first = before,
            _ => break,
        }
    }
    let secret = (group - first) / GROUP * 3 + skipped;
    let mut text = zeroize::Zeroizing::new([0_u8; ROOM]);
    let mut symbols = bytes.get(first..)?.iter();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for (position, to) in text.iter_mut().enumerate().take(secret + TAIL_LENGTH) {
        while held < 8 {
            bits = (bits << 6) | sextet(*symbols.next()?)?;
            held += 6;
        }
        held -= 8;
        *to = ((bits >> held) & 0xff) as u8;
        // A look-alike ends early.
        if position >= secret && !is_base62(*to) {
            return None;
        }
    }
    let (start, mut found) = plain::at(text.get(..secret + TAIL_LENGTH)?, secret)?;
    let begins = first + start * 8 / 6;
    let ends = first + ((secret + TAIL_LENGTH) * 8).div_ceil(6);
    found.offset = begins as u64;
    found.length = ends - begins;
    Some(found)
}

/// Whether all three bytes can stand in a secret.
fn is_inside(group: [u8; 3]) -> bool {
    group.into_iter().all(is_base62)
}

/// The three bytes of the group there.
#[inline]
fn decoded(text: &[u8], at: usize) -> Option<[u8; 3]> {
    let group = text.get(at..)?.first_chunk::<GROUP>()?;
    let [a, b, c, d] = group.map(|symbol| sextet(symbol).unwrap_or(1 << 6));
    let [_, one, two, three] = ((a << 18) | (b << 12) | (c << 6) | d).to_be_bytes();
    (a | b | c | d < 1 << 6).then_some([one, two, three])
}

/// The value of a character, in either alphabet.
#[inline]
pub(super) fn sextet(symbol: u8) -> Option<u32> {
    match SEXTETS.get(usize::from(symbol)) {
        Some(&value) if value < 64 => Some(u32::from(value)),
        _ => None,
    }
}

/// The values of all characters; 64 is none.
static SEXTETS: [u8; 256] = {
    let mut table = [64; 256];
    let mut symbol = 0;
    while symbol < 256 {
        let letter = symbol as u8;
        #[expect(clippy::indexing_slicing, reason = "at compile time, within 256")]
        {
            table[symbol] = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => 64,
            };
        }
        symbol += 1;
    }
    table
};
