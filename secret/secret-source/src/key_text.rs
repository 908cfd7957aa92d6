//! A key of 256 bits as text: the one strict reading of it.
//!
//! | form | example of who writes it |
//! |---|---|
//! | 64 lower-case hexadecimal digits | `doorward init` |
//! | 44 characters of base64 (RFC 4648 section 4), padded and canonical | secret managers' own generators |
//!
//! Each with at most one final line end (LF or CRLF). No other white space, no
//! upper-case hexadecimal, no base64url: what has two spellings is one day
//! compared as two keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::{Key256, SecretBytes, SourceFault, secret_text};

/// What a key must look like, for faults.
const EXPECTED: &str = "a key is 64 lower-case hexadecimal digits, or 44 characters of base64";

/// The key that `text` spells. Nothing of the text is in the fault.
pub fn parse(text: &[u8]) -> Result<Key256, SourceFault> {
    let malformed = || SourceFault::Malformed(EXPECTED.to_owned());
    let text = secret_text::without_line_end(text);
    let mut key = Zeroizing::new([0; 32]);
    match text.len() {
        64 => {
            let (pairs, _) = text.as_chunks::<2>();
            for (byte, [high, low]) in key.iter_mut().zip(pairs) {
                let digits = digit(*high).zip(digit(*low)).ok_or_else(malformed)?;
                *byte = digits.0 << 4 | digits.1;
            }
        }
        44 => {
            // RFC 4648 section 3.5: unused bits are zero.
            let length = STANDARD.decode_slice(text, key.as_mut_slice());
            if length != Ok(key.len()) {
                return Err(malformed());
            }
        }
        _ => return Err(malformed()),
    }
    Ok(key)
}

/// The key whose bytes these are: for places that keep keys and not texts.
pub fn raw(bytes: &[u8]) -> Result<Key256, SourceFault> {
    let bytes: &[u8; 32] = bytes.try_into().map_err(|_| {
        SourceFault::Malformed(format!("a key has 32 bytes, this one has {}", bytes.len()))
    })?;
    Ok(Zeroizing::new(*bytes))
}

/// The key as 64 hexadecimal digits.
pub fn write(key: &Key256) -> SecretBytes {
    let mut text = Zeroizing::new(Vec::with_capacity(64));
    for byte in key.iter() {
        for nibble in [byte >> 4, byte & 15] {
            text.push(if nibble < 10 {
                b'0' + nibble
            } else {
                b'a' - 10 + nibble
            });
        }
    }
    text
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_has_one_spelling_in_each_form(bytes: [u8; 32]) {
            let key = Zeroizing::new(bytes);
            let hex = write(&key).to_vec();
            let base64 = STANDARD.encode(bytes).into_bytes();
            for text in [hex, base64] {
                for end in ["", "\n", "\r\n"] {
                    let text = [&text, end.as_bytes()].concat();
                    prop_assert_eq!(*parse(&text).unwrap(), bytes);
                }
                for (before, after) in [(" ", ""), ("", " "), ("\n", ""), ("", "\n\n"), ("", "\r"), ("\"", "\""), ("0x", ""), ("", "\0")] {
                    let text = [before.as_bytes(), &text, after.as_bytes()].concat();
                    prop_assert!(parse(&text).is_err());
                }
                for shorter in 0..text.len() {
                    prop_assert!(parse(&text[..shorter]).is_err());
                }
            }
        }

        #[test]
        fn one_wrong_character_spoils_it(bytes: [u8; 32], at in 0usize..64, wrong: u8) {
            let mut hex = write(&Zeroizing::new(bytes)).to_vec();
            hex[at] = wrong;
            let is_digit = matches!(wrong, b'0'..=b'9' | b'a'..=b'f');
            prop_assert_eq!(parse(&hex).is_ok(), is_digit);
        }
    }

    #[test]
    fn rfc4648_3_5_trailing_bits_must_be_zero() {
        let zeros = "A".repeat(42);
        assert_eq!(*parse(format!("{zeros}A=").as_bytes()).unwrap(), [0; 32]);
        for end in ["B=", "C=", "D=", "A", "AA", "A-", "==", "A=="] {
            assert!(parse(format!("{zeros}{end}").as_bytes()).is_err(), "{end}");
        }
        let urlsafe = format!("_{}A=", "A".repeat(41));
        assert!(parse(urlsafe.as_bytes()).is_err());
    }

    #[test]
    fn the_fault_shows_nothing_of_it() {
        let fault = parse(b"hunter2").unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("hunter2"));
        for length in [0, 1, 16, 31, 33, 64] {
            assert!(raw(&vec![7; length]).is_err(), "{length}");
        }
        assert_eq!(*raw(&[7; 32]).unwrap(), [7; 32]);
    }
}
