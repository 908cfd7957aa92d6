//! `application/x-www-form-urlencoded`, strictly (RFC 6749 appendix B).

/// The longest body that is read, in bytes.
pub const LONGEST_BODY: usize = 32 * 1024;

/// Why a body is no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidForm {
    /// A bad escape, or bytes that are not UTF-8.
    Malformed,
    /// A NUL or another control character.
    ControlCharacter,
}

/// Splits a body into names and values, in order.
pub fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, InvalidForm> {
    let text = std::str::from_utf8(body).map_err(|_| InvalidForm::Malformed)?;
    let mut pairs = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decode(name).ok_or(InvalidForm::Malformed)?;
        let value = decode(value).ok_or(InvalidForm::Malformed)?;
        if name.chars().chain(value.chars()).any(char::is_control) {
            return Err(InvalidForm::ControlCharacter);
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// Decodes one name or value: `+` is a space, `%XX` a byte. A bad escape or
/// bytes that are not UTF-8 give `None`.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Encodes one name or value, so that [`decode`] gives it back: letters, digits
/// and `-._~` as they are, every other byte escaped.
pub fn encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                to.push(char::from(byte));
            }
            _ => {
                to.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(u32::from(nibble), 16);
                    to.extend(digit.map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
    }
}

/// Writes names and values as one form, in order.
pub fn write<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_decodes_and_a_bad_escape_does_not() {
        let parsed = pairs(b"a=1+2&b=%C3%A9&&c").unwrap();
        assert_eq!(
            parsed,
            [
                ("a".into(), "1 2".into()),
                ("b".into(), "é".into()),
                ("c".into(), String::new())
            ]
        );
        for wrong in [
            &b"a=%"[..],
            b"a=%4",
            b"a=%zz",
            b"a=%ff",
            b"a=\xff",
            b"a=%00",
            b"a=%0a",
        ] {
            assert!(pairs(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(pairs in proptest::collection::vec((".{1,9}", ".{0,9}"), 0..5)) {
            let text = write(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            match super::pairs(text.as_bytes()) {
                Ok(read) => prop_assert_eq!(read, pairs),
                Err(error) => prop_assert_eq!(error, InvalidForm::ControlCharacter),
            }
        }

        #[test]
        fn no_body_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = pairs(&body);
        }
    }
}
