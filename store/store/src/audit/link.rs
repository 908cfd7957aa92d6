//! One link of the chain, as a pure function.

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

/// Separates these digests from every other use of SHA-256.
const DOMAIN: &[u8] = b"doorward audit entry 1\0";

/// The digest of an entry. It travels as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryDigest([u8; 32]);

/// The text is no digest of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits, in lower case")]
pub struct InvalidEntryDigest;

impl EntryDigest {
    /// What the first entry names as the one before it.
    pub const GENESIS: Self = Self([0; 32]);

    /// The digest with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The digest of the entry at `sequence` whose body is stored as `body`, after
/// an entry with the digest `previous`.
pub fn link(previous: &EntryDigest, sequence: u64, body: &[u8]) -> EntryDigest {
    // Every part but the last has a fixed length, so no two inputs read alike.
    let mut context = Context::new(&SHA256);
    context.update(DOMAIN);
    context.update(&previous.0);
    context.update(&sequence.to_be_bytes());
    context.update(body);
    let mut bytes = [0; 32];
    for (byte, found) in bytes.iter_mut().zip(context.finish().as_ref()) {
        *byte = *found;
    }
    EntryDigest(bytes)
}

impl std::fmt::Display for EntryDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for EntryDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for EntryDigest {
    type Err = InvalidEntryDigest;

    fn from_str(text: &str) -> Result<Self, InvalidEntryDigest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(InvalidEntryDigest);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Self(bytes))
    }
}

const fn nibble(digit: u8) -> Result<u8, InvalidEntryDigest> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(InvalidEntryDigest),
    }
}

impl TryFrom<String> for EntryDigest {
    type Error = InvalidEntryDigest;
    fn try_from(text: String) -> Result<Self, InvalidEntryDigest> {
        text.parse()
    }
}

impl From<EntryDigest> for String {
    fn from(digest: EntryDigest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_link_is_this_one_for_ever() {
        // A changed construction would make every chain in the field look forged.
        let digest = link(&EntryDigest::GENESIS, 1, b"{}");
        // SHA-256 of the domain, 32 zero bytes, 1 as eight bytes, and the body.
        assert_eq!(
            digest.to_string(),
            "47870ee5afbffdb5fb781d7e5e17693edfbb8ee130552cb41bf87d2f3077a6e6"
        );
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    proptest! {
        #[test]
        fn any_other_input_gives_another_digest(
            before in any::<[u8; 32]>(),
            sequence in any::<u64>(),
            body in proptest::collection::vec(any::<u8>(), 1..64),
            at in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let previous = EntryDigest::new(before);
            let digest = link(&previous, sequence, &body);
            let mut other_body = body.clone();
            other_body[at.index(body.len())] ^= flip;
            prop_assert_ne!(link(&previous, sequence, &other_body), digest);
            prop_assert_ne!(link(&previous, sequence ^ u64::from(flip), &body), digest);
            let mut other = before;
            other[at.index(32)] ^= flip;
            prop_assert_ne!(link(&EntryDigest::new(other), sequence, &body), digest);
        }

        #[test]
        fn a_digest_reads_back_and_nothing_else_reads(bytes in any::<[u8; 32]>(), text in "[0-9a-fA-F ]{0,70}") {
            let digest = EntryDigest::new(bytes);
            prop_assert_eq!(digest.to_string().parse(), Ok(digest));
            if let Ok(read) = text.parse::<EntryDigest>() {
                prop_assert_eq!(read.to_string(), text);
            }
        }
    }
}
