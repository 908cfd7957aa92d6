//! base64url in its one canonical form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Not canonical base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotBase64Url;

/// Decodes `text`. RFC 7515 section 2: the URL-safe alphabet, no padding, no
/// line breaks, no white space. RFC 4648 section 3.5: unused bits are zero, so
/// one value has one spelling.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    // A fifth of what is ours in verifying RS256 was decoding with the crate
    // `base64`, which the tests below hold this one to.
    base64_simd::URL_SAFE_NO_PAD
        .decode_to_vec(text)
        .map_err(|_| NotBase64Url)
}

/// Decodes exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], NotBase64Url> {
    let mut bytes = [0; N];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
        Ok(length) if length == N => Ok(bytes),
        _ => Err(NotBase64Url),
    }
}

/// Appends the encoding of `bytes` to `out`.
pub(crate) fn append(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Encodes `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Two decoders that share no code judge alike.
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn oracle(text: &str) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(text).ok()
    }

    #[track_caller]
    fn agrees(text: &str) {
        assert_eq!(decode(text).ok(), oracle(text), "{text:?}");
    }

    /// Longer than any vector of 32 bytes and its remainder.
    const LONGEST: usize = 100;

    #[test]
    fn rfc4648_5_every_character_at_every_place() {
        for length in 0..=LONGEST {
            let good = "Q".repeat(length);
            for at in 0..length {
                for character in 0..=127_u8 {
                    let mut text = good.clone().into_bytes();
                    text[at] = character;
                    agrees(&String::from_utf8(text).unwrap());
                }
            }
        }
    }

    #[test]
    fn rfc4648_3_5_one_value_has_one_spelling() {
        // Each way to end, at each length.
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut accepted = [0; 4];
        for length in 0..LONGEST {
            for last in ALPHABET.chars() {
                let text = format!("{}{last}", "x".repeat(length));
                agrees(&text);
                accepted[text.len() % 4] += usize::from(decode(&text).is_ok());
            }
        }
        // Of the 64 last characters: all; none; those with four and two zeros.
        assert_eq!(accepted, [25 * 64, 0, 25 * 4, 25 * 16]);
    }

    #[test]
    fn an_array_has_its_one_length() {
        for length in 0..LONGEST {
            let bytes: Vec<u8> = (0..length as u8).collect();
            let array = decode_array::<32>(&encode(&bytes)).ok();
            let expected = (length == 32).then_some(bytes);
            assert_eq!(array.map(|array| array.to_vec()), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text(text in any::<String>()) {
            prop_assert_eq!(decode(&text).ok(), oracle(&text));
        }

        #[test]
        fn any_text_of_the_alphabet(text in "[A-Za-z0-9_-]{0,300}") {
            prop_assert_eq!(decode(&text).ok(), oracle(&text));
        }

        #[test]
        fn a_text_with_odd_characters(
            bytes in any::<Vec<u8>>(), odd in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..4),
        ) {
            let mut text: Vec<char> = encode(&bytes).chars().collect();
            for (at, odd) in odd {
                text.insert(at.index(text.len() + 1), odd);
            }
            let text = String::from_iter(text);
            prop_assert_eq!(decode(&text).ok(), oracle(&text));
        }

        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }
    }
}
