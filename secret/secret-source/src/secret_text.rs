//! A secret that is one line of text: a token, a PIN, a password.

use base::Secret;

use crate::SourceFault;

/// The line, without its one final line end (LF or CRLF), which editors add.
///
/// # Errors
///
/// [`SourceFault::Malformed`] if it is empty, no UTF-8, or has a control
/// character: such a thing in a header or a PIN is an accident or an attack.
pub fn line(bytes: &[u8]) -> Result<Secret, SourceFault> {
    let malformed = |what: &str| SourceFault::Malformed(what.to_owned());
    let text = std::str::from_utf8(without_line_end(bytes))
        .map_err(|_| malformed("a secret that is due as text is no UTF-8"))?;
    if text.is_empty() {
        return Err(malformed("a secret that is due as text is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(malformed(
            "a secret that is due as one line has control characters",
        ));
    }
    Ok(Secret::new(text.to_owned()))
}

/// The bytes without one final LF or CRLF.
pub(crate) fn without_line_end(bytes: &[u8]) -> &[u8] {
    match bytes.strip_suffix(b"\n") {
        Some(bytes) => bytes.strip_suffix(b"\r").unwrap_or(bytes),
        None => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_taken_off_and_nothing_else() {
        for (bytes, text) in [
            (&b"hunter2"[..], "hunter2"),
            (b"hunter2\n", "hunter2"),
            (b"hunter2\r\n", "hunter2"),
            (b" hunter 2 ", " hunter 2 "),
            ("h\u{fc}nter2".as_bytes(), "h\u{fc}nter2"),
        ] {
            assert_eq!(line(bytes).unwrap().expose(), text);
        }
    }

    #[test]
    fn what_is_no_line_is_refused_without_being_shown() {
        for bytes in [
            &b""[..],
            b"\n",
            b"\r\n",
            b"hunter2\n\n",
            b"hunter2\r",
            b"hun\nter2",
            b"hunter2\0",
            b"hunter2\x7f",
            b"hunter2\xff",
            "hunter2\u{85}".as_bytes(),
        ] {
            let fault = line(bytes).unwrap_err();
            assert!(!format!("{fault} {fault:?}").contains("hunter2"));
        }
    }
}
