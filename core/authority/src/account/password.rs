//! What a password may be. Hashing it is the work of a bounded pool, outside
//! the rules: it takes tens of milliseconds and memory.

use serde::{Deserialize, Serialize};

use base::Secret;

/// The fewest characters of a password (NIST SP 800-63B section 5.1.1.2).
pub const SHORTEST_PASSWORD: usize = 8;

/// The most bytes of a password. Longer ones are refused before anything is
/// hashed, never cut.
pub const LONGEST_PASSWORD: usize = 1024;

/// The hash of a password in the PHC string format. It is no digest: it is
/// slow, salted and made for guessable input.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes over what the hashing pool made.
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for the hashing pool.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(redacted)")
    }
}

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidPassword {
    /// Fewer than [`SHORTEST_PASSWORD`] characters.
    TooShort,
    /// More than [`LONGEST_PASSWORD`] bytes.
    TooLong,
}

impl std::fmt::Display for InvalidPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort => write!(f, "a password has at least {SHORTEST_PASSWORD} characters"),
            Self::TooLong => write!(f, "a password has at most {LONGEST_PASSWORD} bytes"),
        }
    }
}

impl std::error::Error for InvalidPassword {}

/// Whether a text may become a password. Any character counts, also a space;
/// no composition is asked for (NIST SP 800-63B section 5.1.1.2).
pub fn check(password: &Secret) -> Result<(), InvalidPassword> {
    let text = password.expose();
    if text.len() > LONGEST_PASSWORD {
        return Err(InvalidPassword::TooLong);
    }
    if text.chars().count() < SHORTEST_PASSWORD {
        return Err(InvalidPassword::TooShort);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_of_a_password_is_judged() {
        let judged = |text: String| check(&Secret::new(text));
        assert_eq!(judged("1234567".into()), Err(InvalidPassword::TooShort));
        assert_eq!(judged("ééééééé".into()), Err(InvalidPassword::TooShort));
        assert_eq!(judged("12345678".into()), Ok(()));
        assert_eq!(judged(" \0\u{200d} a b c".into()), Ok(()));
        assert_eq!(judged("x".repeat(1024)), Ok(()));
        assert_eq!(judged("x".repeat(1025)), Err(InvalidPassword::TooLong));
    }
}
