//! The encryption algorithms that an acceptor is configured to accept.

use super::{ContentEncryption, KeyManagement};

/// A non-empty set of key managements and a non-empty set of content
/// encryptions. RFC 8725 section 3.1: the acceptor says which it takes; the
/// token never does. There is no decryption without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncryptionAllowList {
    managements: u8,
    contents: u8,
}

/// Nothing would be accepted, which is a mistake of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyEncryptionAllowList;

impl std::fmt::Display for EmptyEncryptionAllowList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("at least one alg and one enc must be allowed")
    }
}

impl std::error::Error for EmptyEncryptionAllowList {}

impl EncryptionAllowList {
    /// Everything that is implemented.
    pub const ALL: Self = Self {
        managements: u8::MAX,
        contents: u8::MAX,
    };

    /// These key managements with these content encryptions.
    ///
    /// # Errors
    ///
    /// [`EmptyEncryptionAllowList`] if either is empty.
    pub fn new(
        managements: &[KeyManagement],
        contents: &[ContentEncryption],
    ) -> Result<Self, EmptyEncryptionAllowList> {
        if managements.is_empty() || contents.is_empty() {
            return Err(EmptyEncryptionAllowList);
        }
        Ok(Self {
            managements: managements
                .iter()
                .fold(0, |bits, &one| bits | 1 << one as u8),
            contents: contents.iter().fold(0, |bits, &one| bits | 1 << one as u8),
        })
    }

    /// Whether this pair is allowed.
    pub const fn allows(self, management: KeyManagement, content: ContentEncryption) -> bool {
        self.managements & 1 << management as u8 != 0 && self.contents & 1 << content as u8 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8725_3_1_only_what_is_listed_is_allowed_and_nothing_can_be_listed() {
        for management in KeyManagement::ALL {
            for content in ContentEncryption::ALL {
                let list = EncryptionAllowList::new(&[management], &[content]).unwrap();
                for other in KeyManagement::ALL {
                    for inner in ContentEncryption::ALL {
                        let same = (other, inner) == (management, content);
                        assert_eq!(list.allows(other, inner), same);
                        assert!(EncryptionAllowList::ALL.allows(other, inner));
                    }
                }
                let empty = Err(EmptyEncryptionAllowList);
                assert_eq!(EncryptionAllowList::new(&[], &[content]), empty);
                assert_eq!(EncryptionAllowList::new(&[management], &[]), empty);
            }
        }
    }
}
