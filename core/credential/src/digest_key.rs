//! The keys of the stored digests (the peppers).

use std::borrow::Cow;

use aws_lc_rs::hmac;
use base::Digest;
use serde::{Deserialize, Serialize};

use crate::{CredentialKind, RetiredDigestKeys};

/// Names a digest key in records: 32 bits that are derived from it and tell
/// nothing about it. As text: 8 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DigestKeyId([u8; 4]);

/// The text is no digest key's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidDigestKeyId;

impl std::fmt::Display for InvalidDigestKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a digest key's id is 8 hexadecimal digits, in lower case")
    }
}

impl std::error::Error for InvalidDigestKeyId {}

impl std::fmt::Display for DigestKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for DigestKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DigestKeyId({self})")
    }
}

impl From<DigestKeyId> for String {
    fn from(id: DigestKeyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for DigestKeyId {
    type Error = InvalidDigestKeyId;
    fn try_from(text: String) -> Result<Self, InvalidDigestKeyId> {
        let plain = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 8 || !text.bytes().all(plain) {
            return Err(InvalidDigestKeyId);
        }
        u32::from_str_radix(&text, 16)
            .map(|bits| Self(bits.to_be_bytes()))
            .map_err(|_| InvalidDigestKeyId)
    }
}

/// What an id is derived from. No kind of credential is called so, and it has no
/// zero byte: it is the input of no digest.
const ID_LABEL: &[u8] = b"digest key id";

/// The key under which secrets are digested: HMAC-SHA-256. Whoever has the
/// store but not this key can neither use nor test a guessed secret.
#[derive(Clone)]
pub struct DigestKey {
    key: hmac::Key,
    id: DigestKeyId,
}

impl DigestKey {
    /// The key with these 256 bits.
    pub fn new(bytes: [u8; 32]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let mut id = [0; 4];
        for (to, from) in id.iter_mut().zip(hmac::sign(&key, ID_LABEL).as_ref()) {
            *to = *from;
        }
        Self {
            key,
            id: DigestKeyId(id),
        }
    }

    /// Its id, as records name it.
    pub const fn id(&self) -> DigestKeyId {
        self.id
    }

    /// The digest of a secret of that kind. The kind is part of the input, so
    /// that no digest of one kind ever equals one of another.
    pub fn digest(&self, kind: CredentialKind, secret: &[u8]) -> Digest {
        self.digest_labelled(kind.as_str(), secret)
    }

    /// The same for what is of no kind; no kind is called like `label`.
    pub fn digest_labelled(&self, label: &str, secret: &[u8]) -> Digest {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(label.as_bytes());
        context.update(&[0]);
        context.update(secret);
        let tag = context.sign();
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Digest::new(bytes)
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey(redacted)")
    }
}

/// The digest keys of an environment: the one that new secrets are digested
/// under, and those before it that still stand in records. A stored secret is
/// only a digest, so it cannot be moved to another key: it keeps its own until
/// it is rotated or ends.
#[derive(Debug, Clone)]
pub struct DigestKeys {
    current: DigestKey,
    previous: Vec<DigestKey>,
    /// What stands under these matches nothing.
    retired: RetiredDigestKeys,
}

impl DigestKeys {
    /// The current key and those before it, the newest of them first.
    pub fn new(current: DigestKey, previous: Vec<DigestKey>) -> Self {
        Self {
            current,
            previous,
            retired: RetiredDigestKeys::default(),
        }
    }

    /// One key alone.
    pub fn only(key: DigestKey) -> Self {
        Self::new(key, Vec::new())
    }

    /// The same keys, with nothing matching that stands under one of `retired`.
    pub fn refusing(&self, retired: &RetiredDigestKeys) -> Cow<'_, Self> {
        if retired.is_empty() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self {
            retired: retired.clone(),
            ..self.clone()
        })
    }

    /// Whether nothing that stands under `id` matches, for a key was retired.
    pub fn refuses(&self, id: Option<DigestKeyId>) -> bool {
        self.retired.refuses(id)
    }

    /// What new secrets are digested under.
    pub const fn current(&self) -> &DigestKey {
        &self.current
    }

    /// Every key, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &DigestKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// Those under which something may still be accepted.
    pub fn in_use(&self) -> impl Iterator<Item = &DigestKey> {
        self.iter().filter(|key| !self.refuses(Some(key.id)))
    }

    /// The key with that id.
    pub fn get(&self, id: DigestKeyId) -> Option<&DigestKey> {
        self.iter().find(|key| key.id == id)
    }

    /// Whether `secret` has the stored digest. A record from before digest keys
    /// had ids names none: each key is then tried. A key that is not here
    /// costs what another would, and matches nothing.
    pub fn matches(
        &self,
        kind: CredentialKind,
        secret: &[u8],
        stored: &Digest,
        id: Option<DigestKeyId>,
    ) -> bool {
        let matches = match id {
            Some(id) => {
                let key = self.get(id);
                let equal = key
                    .unwrap_or(&self.current)
                    .digest(kind, secret)
                    .matches(stored);
                equal && key.is_some()
            }
            None => self.iter().fold(false, |found, key| {
                key.digest(kind, secret).matches(stored) | found
            }),
        };
        matches && !self.refuses(id)
    }
}

impl From<DigestKey> for DigestKeys {
    fn from(key: DigestKey) -> Self {
        Self::only(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: CredentialKind = CredentialKind::ApiKey;

    #[test]
    fn a_secret_keeps_the_key_that_it_was_digested_under() {
        let (old, new) = (DigestKey::new([1; 32]), DigestKey::new([2; 32]));
        let stored = old.digest(KIND, b"secret");
        let both = DigestKeys::new(new.clone(), vec![old.clone()]);
        for id in [Some(old.id()), None] {
            assert!(both.matches(KIND, b"secret", &stored, id), "{id:?}");
            assert!(!both.matches(KIND, b"Secret", &stored, id), "{id:?}");
        }
        assert!(!both.matches(KIND, b"secret", &stored, Some(new.id())));
        // Without the old key nothing of it is accepted, whatever a record says.
        let alone = DigestKeys::only(new.clone());
        for id in [Some(old.id()), Some(new.id()), None] {
            assert!(!alone.matches(KIND, b"secret", &stored, id), "{id:?}");
        }
        // Not even a digest under the current key, under the name of one that is gone.
        let renamed = new.digest(KIND, b"secret");
        assert!(!alone.matches(KIND, b"secret", &renamed, Some(old.id())));
    }

    #[test]
    fn an_id_is_eight_digits_and_comes_back() {
        let id = DigestKey::new([7; 32]).id();
        assert_eq!(DigestKeyId::try_from(id.to_string()), Ok(id));
        assert_ne!(id, DigestKey::new([8; 32]).id());
        for wrong in [
            "",
            "1234567",
            "123456789",
            "1234567G",
            "ABCDEF01",
            "+1234567",
            " 1234567",
        ] {
            assert!(DigestKeyId::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
