//! Digest keys that somebody else may have: what stands under them is refused.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::DigestKeyId;

/// The digest keys that were retired, and since when each is. There is no way
/// back: whoever has such a key can make a record that looks like one of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RetiredDigestKeys(Vec<(DigestKeyId, Timestamp)>);

impl RetiredDigestKeys {
    /// Whether nothing was ever retired: the common case.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Retires a key. It stays retired since the first time.
    pub fn retire(&mut self, id: DigestKeyId, at: Timestamp) {
        if !self.0.iter().any(|(held, _)| *held == id) {
            self.0.push((id, at));
        }
    }

    /// Since when a secret that stands under `id` is refused; nothing if it is
    /// not. A record that names no key may stand under any of them: once one is
    /// retired, whether it stands under that one cannot be told, and what cannot
    /// be verified is refused.
    pub fn refused_since(&self, id: Option<DigestKeyId>) -> Option<Timestamp> {
        match id {
            Some(id) => {
                let mut retired = self.0.iter();
                retired.find(|(held, _)| *held == id).map(|(_, at)| *at)
            }
            None => self.0.iter().map(|(_, at)| *at).max(),
        }
    }

    /// Whether a secret that stands under `id` is refused.
    pub fn refuses(&self, id: Option<DigestKeyId>) -> bool {
        self.refused_since(id).is_some()
    }
}

impl FromIterator<(DigestKeyId, Timestamp)> for RetiredDigestKeys {
    fn from_iter<I: IntoIterator<Item = (DigestKeyId, Timestamp)>>(all: I) -> Self {
        let mut retired = Self::default();
        for (id, at) in all {
            retired.retire(id, at);
        }
        retired
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{CredentialKind, DigestKey, DigestKeys};

    const KIND: CredentialKind = CredentialKind::ApiKey;

    proptest! {
        /// Whichever keys there are, whichever are retired, whatever a record
        /// says: a secret is accepted exactly if it stands under a key that is
        /// there and not retired, and says so or need not.
        #[test]
        fn what_stands_under_a_retired_key_matches_nothing(
            there in 1..4_u8, under in 0..4_u8, named in proptest::option::of(0..4_u8),
            retired in proptest::collection::vec(0..4_u8, 0..4),
        ) {
            let key = |number: u8| DigestKey::new([number; 32]);
            let keys = DigestKeys::new(key(0), (1..there).map(key).collect());
            let gone: RetiredDigestKeys =
                retired.iter().map(|one| (key(*one).id(), Timestamp::EPOCH)).collect();
            let stored = key(under).digest(KIND, b"secret");
            let said = named.map(|number| key(number).id());
            let expected = under < there
                && match named {
                    Some(number) => number == under && !retired.contains(&number),
                    None => retired.is_empty(),
                };
            let judging = keys.refusing(&gone);
            prop_assert_eq!(judging.matches(KIND, b"secret", &stored, said), expected);
            prop_assert!(!judging.matches(KIND, b"Secret", &stored, said));
            prop_assert_eq!(gone.refuses(None), !retired.is_empty());
        }
    }
}
