//! A credential in UTF-16, of either byte order.

use std::ops::Range;

use super::{Found, LONGEST, plain};
use crate::secret_text::TAIL_LENGTH;

/// More units than stand before the secret of any credential.
const BEFORE: usize = 64;

/// Looks whether a secret begins where the run does.
pub(super) fn look(bytes: &[u8], run: &Range<usize>, see: &mut dyn FnMut(Found)) {
    // The letters alone, from some way before the secret to its end.
    let mut narrow = [0_u8; BEFORE + TAIL_LENGTH];
    let mut units = 0;
    while units < BEFORE {
        let Some(letter) = run.start.checked_sub(2 * (units + 1)) else {
            break;
        };
        let (Some(&byte), Some(&0)) = (bytes.get(letter), bytes.get(letter + 1)) else {
            break;
        };
        if byte == 0 {
            break;
        }
        if let Some(to) = narrow.get_mut(BEFORE - 1 - units) {
            *to = byte;
        }
        units += 1;
    }
    let letters = bytes.get(run.clone()).unwrap_or_default();
    for (to, from) in narrow
        .iter_mut()
        .skip(BEFORE)
        .zip(letters.iter().step_by(2))
    {
        *to = *from;
    }
    // A separator such as `%5F` is part of the run.
    let before = narrow.get(BEFORE - 1).copied();
    let tail = narrow.get(BEFORE..).unwrap_or_default();
    let Some(0) = super::separator::letters_of(before, tail) else {
        return;
    };
    if let Some((start, mut found)) = plain::at(&narrow, BEFORE) {
        let units = BEFORE - start + TAIL_LENGTH;
        found.offset = (run.start - 2 * (BEFORE - start)) as u64;
        found.length = 2 * units - 1;
        debug_assert!(found.length <= LONGEST);
        see(found);
    }
    zeroize::Zeroize::zeroize(&mut narrow);
}
