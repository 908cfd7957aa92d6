//! A key that another system made, and that is accepted here for a while. We
//! never see its text before its holder presents it: what is imported is the
//! SHA-256 of it, and what is stored is a keyed digest over that.

use aws_lc_rs::digest::{SHA256, digest};
use base::{Digest, Entropy};

use crate::{ApiKeyId, DigestKey, MalformedCredential};

/// How long such a text may be, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

/// What keeps the digests of such keys apart from those of every kind of ours.
const LABEL: &str = "imported_api_key";

/// What keeps their ids apart from their digests.
const ID_LABEL: &str = "imported_api_key_id";

/// The SHA-256 of a foreign key's text.
#[derive(Clone)]
pub struct ForeignKeyHash([u8; 32]);

impl ForeignKeyHash {
    /// Reads 64 hexadecimal digits, in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let digest: Digest = text.parse().ok()?;
        Some(Self(*digest.as_bytes()))
    }

    /// What is stored of the key.
    pub fn digest(&self, digest_key: &DigestKey) -> Digest {
        digest_key.digest_labelled(LABEL, &self.0)
    }

    /// The id that the key gets: always the same under one digest key, so the
    /// same text cannot be imported twice.
    pub fn id(&self, digest_key: &DigestKey) -> ApiKeyId {
        let bytes = digest_key.digest_labelled(ID_LABEL, &self.0);
        ApiKeyId::generate(&mut Derived(*bytes.as_bytes()))
    }
}

impl std::fmt::Debug for ForeignKeyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ForeignKeyHash(redacted)")
    }
}

/// A text that may be a foreign key. It proves nothing yet: the digest does.
pub struct PresentedForeignKey(ForeignKeyHash);

impl PresentedForeignKey {
    /// Reads the text: 8 to 256 visible ASCII characters that do not begin like
    /// a secret of ours. What does is ours or nothing, so a wrong checksum is
    /// refused without any look-up.
    pub fn parse(text: &str) -> Result<Self, MalformedCredential> {
        let is_visible = text.bytes().all(|b| b.is_ascii_graphic());
        if !LENGTHS.contains(&text.len()) || !is_visible || begins_like_ours(text) {
            return Err(MalformedCredential);
        }
        let hash = digest(&SHA256, text.as_bytes());
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(hash.as_ref()) {
            *to = *from;
        }
        Ok(Self(ForeignKeyHash(bytes)))
    }

    /// The id that its key has if it was imported under that digest key.
    pub fn id(&self, digest_key: &DigestKey) -> ApiKeyId {
        self.0.id(digest_key)
    }

    /// Its digest, for the look-up.
    pub fn digest(&self, digest_key: &DigestKey) -> Digest {
        self.0.digest(digest_key)
    }
}

/// `dw_`, or `dw` and the letter of a kind and `_`.
fn begins_like_ours(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("dw") else {
        return false;
    };
    let rest = rest
        .strip_prefix(|c: char| c.is_ascii_lowercase())
        .unwrap_or(rest);
    rest.starts_with('_')
}

/// The bytes of a digest, taken where an id takes random ones.
struct Derived([u8; 32]);

impl Entropy for Derived {
    fn fill(&mut self, out: &mut [u8]) {
        for (to, from) in out.iter_mut().zip(self.0) {
            *to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::{CredentialKind, EnvironmentClass, MintedApiKey};

    #[test]
    fn what_was_imported_by_its_hash_is_found_by_its_text() {
        let digest_key = DigestKey::new([1; 32]);
        let presented = PresentedForeignKey::parse("old-gateway-key").unwrap();
        // printf old-gateway-key | sha256sum
        let hash = "00f0d391a83499c6b0e6b9b77d69b2b8145d9b1e0c9b3260276c0b5cb26936ae";
        let same = ForeignKeyHash::parse(hash).unwrap();
        assert!(
            same.digest(&digest_key)
                .matches(&presented.digest(&digest_key))
        );
        let other = DigestKey::new([2; 32]);
        assert!(!same.digest(&other).matches(&presented.digest(&digest_key)));
        assert_eq!(same.id(&digest_key), same.id(&digest_key));
        assert_ne!(same.id(&digest_key), same.id(&other));
        // No digest of a kind of ours is one of these, whatever its text.
        let ours = digest_key.digest(CredentialKind::ApiKey, &same.0);
        assert!(!ours.matches(&same.digest(&digest_key)));
    }

    proptest! {
        #[test]
        fn what_begins_like_ours_is_never_looked_up(rest in "[ -~]{0,90}", kind in "[a-z]?") {
            let text = format!("dw{kind}_{rest}");
            prop_assert!(PresentedForeignKey::parse(&text).is_err());
        }

        #[test]
        fn our_own_are_not_foreign_and_their_parts_do_not_panic(seed in any::<u64>(), cut in 0_usize..90) {
            let entropy = &mut base::SeededEntropy::new(seed);
            let minted = MintedApiKey::mint(EnvironmentClass::Production, &DigestKey::new([1; 32]), entropy);
            let text = minted.secret.expose();
            prop_assert!(PresentedForeignKey::parse(text).is_err());
            let _ = PresentedForeignKey::parse(text.get(cut..).unwrap_or_default());
        }

        #[test]
        fn a_text_of_another_length_or_alphabet_is_none(text in ".{0,300}") {
            let fits = (8..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
            prop_assert!(fits || PresentedForeignKey::parse(&text).is_err());
        }
    }
}
