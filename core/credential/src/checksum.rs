//! The six characters at the end of every secret: CRC-32 in base 62.
//!
//! It is no protection against a forger (the digest is that); it lets a
//! scanner tell our secrets from noise, and a typo fail without a look-up.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The length of a checksum, in characters.
pub(crate) const LENGTH: usize = 6;

/// The checksum of everything before it.
pub(crate) fn of(text: &str) -> String {
    base62(&crc32fast::hash(text.as_bytes()).to_be_bytes(), LENGTH)
}

/// Whether `given` is the checksum of `covered`: what [`of`] answers, without
/// an allocation.
pub(crate) fn is_right(covered: &[u8], given: &[u8]) -> bool {
    let mut left = crc32fast::hash(covered);
    let right = given.iter().rev().fold(true, |right, symbol| {
        let digit = left % 62;
        left /= 62;
        right & (ALPHABET.get(digit as usize) == Some(symbol))
    });
    right && given.len() == LENGTH
}

/// `bytes` as a big-endian number in base 62, left-padded with `0` to `length`.
pub(crate) fn base62(bytes: &[u8], length: usize) -> String {
    let mut digits = vec![0_u8; length];
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in digits.iter_mut().rev() {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 62) as u8;
            carry /= 62;
        }
    }
    digits
        .iter()
        .filter_map(|&digit| ALPHABET.get(usize::from(digit)))
        .map(|&symbol| char::from(symbol))
        .collect()
}

/// Whether all of `text` is base 62. It looks at every byte, and the compiler
/// makes that many at once.
pub(crate) fn is_base62(text: &str) -> bool {
    text.bytes()
        .fold(true, |so_far, byte| so_far & byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_checksum_of_a_text_is_right_and_no_other_is(
            text in ".{0,90}", other in "[0-9A-Za-z]{0,8}"
        ) {
            let checksum = of(&text);
            prop_assert!(is_right(text.as_bytes(), checksum.as_bytes()));
            prop_assert_eq!(is_right(text.as_bytes(), other.as_bytes()), other == checksum);
        }
    }
}
