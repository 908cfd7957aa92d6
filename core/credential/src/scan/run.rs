//! Runs of letters and digits that are long enough to end a secret.

use std::ops::Range;

use crate::secret_text::TAIL_LENGTH;

/// How far apart the bytes are that are looked at. Less than the length of a
/// run, so that none is stepped over; odd, so that two steps meet both bytes
/// of a UTF-16 unit; two steps are less than a run of UTF-16.
const STRIDE: usize = TAIL_LENGTH - 2;

/// How far a run of UTF-16 is followed back. What began earlier was met by an
/// earlier step.
const WIDE_REACH: usize = 2 * TAIL_LENGTH;

/// At least [`TAIL_LENGTH`] letters and digits without a break.
pub(super) enum Run {
    /// One byte each.
    Narrow(Range<usize>),
    /// One byte each and a NUL between any two; from the first to after the last.
    Wide(Range<usize>),
}

/// Whether a byte can stand in a secret.
#[inline]
pub(super) fn is_base62(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Tells `see` of every run that is long enough, in their order.
pub(super) fn each(bytes: &[u8], mut see: impl FnMut(Run)) {
    let mut at = STRIDE - 1;
    while let Some(&byte) = bytes.get(at) {
        if !is_base62(byte) {
            at += STRIDE;
            continue;
        }
        let start = at - back(bytes, at);
        let end = at + forth(bytes, at);
        let mut after = end;
        if end - start >= TAIL_LENGTH {
            see(Run::Narrow(start..end));
        } else if end - start == 1 {
            let wide = wide(bytes, at);
            if wide.len() >= 2 * TAIL_LENGTH - 1 {
                see(Run::Wide(wide.clone()));
            }
            after = wide.end;
        }
        at = after + STRIDE - 1;
    }
}

/// How many bytes of the run stand before `at`; the step before bounds it.
fn back(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    before
        .iter()
        .rev()
        .take_while(|byte| is_base62(**byte))
        .count()
}

/// How many bytes of the run stand from `at` on.
fn forth(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut length = 0;
    // Many at a time as long as all belong to it.
    for chunk in rest.chunks_exact(32) {
        if !chunk.iter().fold(true, |all, byte| all & is_base62(*byte)) {
            break;
        }
        length += chunk.len();
    }
    let rest = rest.get(length..).unwrap_or_default();
    length + rest.iter().take_while(|byte| is_base62(**byte)).count()
}

/// The run of UTF-16 around `at`.
fn wide(bytes: &[u8], at: usize) -> Range<usize> {
    let unit = |nul: usize, letter: usize| {
        bytes.get(nul) == Some(&0) && bytes.get(letter).is_some_and(|byte| is_base62(*byte))
    };
    let mut start = at;
    while start >= 2 && at - start < WIDE_REACH && unit(start - 1, start - 2) {
        start -= 2;
    }
    let mut last = at;
    while unit(last + 1, last + 2) {
        last += 2;
    }
    start..last + 1
}
