//! The five segments of a compact JWE.

use super::DecryptionError;

/// The most bytes of an encrypted token: the largest signed token that is
/// accepted fits into it with the usual keys.
pub const MAX_ENCRYPTED_TOKEN_BYTES: usize = 12 * 1024;

/// Whether `token` has the shape of an encrypted token: RFC 7516 section 9
/// tells a JWE from a JWS by its four dots. Whatever has another number of
/// segments is no encrypted token, and is judged as a signed one.
pub fn is_encrypted(token: &str) -> bool {
    // Every request with a token comes by here: many bytes at a time.
    let dots = memchr::memchr_iter(b'.', token.as_bytes());
    dots.take(5).count() == 4
}

/// The segments, as base64url. Some of them may be empty; what that means is
/// for their readers.
pub(super) struct Segments<'a> {
    pub(super) header: &'a str,
    pub(super) encrypted_key: &'a str,
    pub(super) iv: &'a str,
    pub(super) ciphertext: &'a str,
    pub(super) tag: &'a str,
}

impl<'a> Segments<'a> {
    /// RFC 7516 section 7.1: five segments, four dots.
    pub(super) fn split(token: &'a str) -> Result<Self, DecryptionError> {
        if token.len() > MAX_ENCRYPTED_TOKEN_BYTES {
            return Err(DecryptionError::TooLarge);
        }
        let mut segments = token.split('.');
        let mut next = || segments.next().ok_or(DecryptionError::Malformed);
        let split = Self {
            header: next()?,
            encrypted_key: next()?,
            iv: next()?,
            ciphertext: next()?,
            tag: next()?,
        };
        match segments.next() {
            None if !split.header.is_empty() => Ok(split),
            _ => Err(DecryptionError::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7516 section 9
    #[test]
    fn rfc7516_7_1_there_are_five_segments() {
        for count in 0..12 {
            let token = vec!["a"; count].join(".");
            assert_eq!(Segments::split(&token).is_ok(), count == 5, "{token}");
            assert_eq!(is_encrypted(&token), count == 5, "{token}");
        }
        assert!(Segments::split(".a.a.a.a").is_err());
        assert!(Segments::split("a....").is_ok());
    }

    #[test]
    fn what_is_too_large_is_not_looked_at() {
        for (length, fits) in [
            (MAX_ENCRYPTED_TOKEN_BYTES, true),
            (MAX_ENCRYPTED_TOKEN_BYTES + 1, false),
        ] {
            let token = format!("{}.a.a.a.a", "a".repeat(length - 8));
            let error = Segments::split(&token).err();
            assert_eq!(error, (!fits).then_some(DecryptionError::TooLarge));
        }
    }
}
