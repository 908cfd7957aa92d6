//! The private keys that an acceptor holds.

use super::{DecryptionKey, EncryptionKey, KeyManagement};

/// The most keys that are held at once.
pub const MAX_DECRYPTION_KEYS: usize = 16;

/// The decryption keys of one acceptor, each with its own id. Without a key,
/// nothing is decrypted. It cannot be printed.
#[derive(Default)]
pub struct DecryptionKeys(Vec<DecryptionKey>);

/// Why the keys are no set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidDecryptionKeys {
    /// More than [`MAX_DECRYPTION_KEYS`].
    TooMany,
    /// Two of them have the same id.
    SameId,
}

impl std::fmt::Display for InvalidDecryptionKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooMany => "there are more than 16 decryption keys",
            Self::SameId => "two decryption keys have the same key id",
        })
    }
}

impl std::error::Error for InvalidDecryptionKeys {}

impl DecryptionKeys {
    /// The set of these keys.
    ///
    /// # Errors
    ///
    /// [`InvalidDecryptionKeys`] if they are too many, or a token could not
    /// say which of them it means.
    pub fn new(keys: Vec<DecryptionKey>) -> Result<Self, InvalidDecryptionKeys> {
        if keys.len() > MAX_DECRYPTION_KEYS {
            return Err(InvalidDecryptionKeys::TooMany);
        }
        let mut ids: Vec<_> = keys
            .iter()
            .map(|key| key.encryption_key().key_id())
            .collect();
        ids.sort_unstable();
        if ids.array_windows().any(|[one, next]| one == next) {
            return Err(InvalidDecryptionKeys::SameId);
        }
        Ok(Self(keys))
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The public halves.
    pub fn encryption_keys(&self) -> impl Iterator<Item = &EncryptionKey> {
        self.0.iter().map(DecryptionKey::encryption_key)
    }

    /// The key of this id.
    pub(super) fn by_id(&self, key_id: &str) -> Option<&DecryptionKey> {
        self.0
            .iter()
            .find(|key| key.encryption_key().key_id().as_str() == key_id)
    }

    /// The only key for `management`; nothing if there are several. Which one
    /// is meant is not for us to try out with private keys.
    pub(super) fn only_for(&self, management: KeyManagement) -> Option<&DecryptionKey> {
        let mut fitting = self
            .0
            .iter()
            .filter(|key| key.encryption_key().management() == management);
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }
}
