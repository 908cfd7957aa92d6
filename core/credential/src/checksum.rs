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

/// Whether all of `text` is base 62.
pub(crate) fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
