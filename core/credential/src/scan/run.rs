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

/// How many bytes are looked at at once.
const WORD: usize = 8;

/// Most runs end nearer than this.
const NEAR: usize = 64;

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
    let (first, words) = bytes.get(..at).unwrap_or_default().as_rchunks::<WORD>();
    let mut length = 0;
    for word in words.iter().rev() {
        let breaks = breaks(*word);
        if breaks != 0 {
            return length + breaks.leading_zeros() as usize / 8;
        }
        length += WORD;
    }
    let first = first.iter().rev();
    length + first.take_while(|byte| is_base62(**byte)).count()
}

/// How many bytes of the run stand from `at` on.
fn forth(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let (near, far) = rest.split_at(rest.len().min(NEAR));
    let mut length = forth_by_words(near);
    if length < NEAR {
        return length;
    }
    // Many at a time as long as all belong to it.
    for chunk in far.chunks_exact(32) {
        if !chunk.iter().fold(true, |all, byte| all & is_base62(*byte)) {
            break;
        }
        length += chunk.len();
    }
    length + forth_by_words(rest.get(length..).unwrap_or_default())
}

/// How many letters and digits stand at the beginning.
fn forth_by_words(bytes: &[u8]) -> usize {
    let (words, last) = bytes.as_chunks::<WORD>();
    let mut length = 0;
    for word in words {
        let breaks = breaks(*word);
        if breaks != 0 {
            return length + breaks.trailing_zeros() as usize / 8;
        }
        length += WORD;
    }
    length + last.iter().take_while(|byte| is_base62(**byte)).count()
}

/// The highest bit of each byte that is no letter or digit; the first byte is
/// the lowest. It has no branch: where a run ends is not to be foreseen, and a
/// wrong guess costs more than eight bytes do.
#[inline]
fn breaks(word: [u8; WORD]) -> u64 {
    const fn each(byte: u8) -> u64 {
        u64::from_le_bytes([byte; WORD])
    }
    let word = u64::from_le_bytes(word);
    let low = word & each(0x7f);
    // The highest bit of each byte of at least that value; none overflows.
    let from = |bytes: u64, least: u8| bytes + each(0x80 - least);
    let folded = low | each(0x20);
    let digits = from(low, b'0') & !from(low, b'9' + 1);
    let letters = from(folded, b'a') & !from(folded, b'z' + 1);
    (word | !(digits | letters)) & each(0x80)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes in which runs of every length end in every byte.
    fn haystack() -> impl Strategy<Value = Vec<u8>> {
        let run = "[0-9A-Za-z]{0,130}".prop_map(String::into_bytes);
        let gap = proptest::collection::vec(any::<u8>(), 0..3);
        let edges = proptest::sample::select(&b"/09:@AZ[`az{+-_=\r\n\0\x80\xb0\xc1\xe1\xff"[..]);
        let edges = proptest::collection::vec(edges, 0..3);
        proptest::collection::vec((run, gap, edges), 0..6).prop_map(|parts| {
            parts
                .into_iter()
                .flat_map(|(a, b, c)| [a, b, c].concat())
                .collect()
        })
    }

    proptest! {
        #[test]
        fn a_run_ends_where_it_ends_byte_by_byte(bytes in haystack()) {
            for at in 0..=bytes.len() {
                let after = bytes[at..].iter().take_while(|it| is_base62(**it)).count();
                prop_assert_eq!(forth(&bytes, at), after, "{}", at);
                let before = bytes[..at].iter().rev().take_while(|it| is_base62(**it)).count();
                prop_assert_eq!(back(&bytes, at), before, "{}", at);
            }
        }
    }

    #[test]
    fn every_byte_is_judged_alike_in_every_place_beside_every_other() {
        for byte in 0..=u8::MAX {
            for beside in 0..=u8::MAX {
                for place in 0..WORD {
                    let mut word = [beside; WORD];
                    word[place] = byte;
                    let slow = word.map(|it| if is_base62(it) { 0 } else { 0x80 });
                    assert_eq!(breaks(word), u64::from_le_bytes(slow), "{word:?}");
                }
            }
        }
    }
}
