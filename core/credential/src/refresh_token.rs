//! A refresh token (RFC 6749 section 1.5):
//! `dwr_live_<family id><generation>_<secret><checksum>`.
//!
//! The secret is derived: a keyed digest over the family, the generation and a
//! seed of the family's own. So nothing secret is kept of it, and the same
//! successor can be given again to an honest client that retries. Whoever has
//! the store lacks the key, and whoever has the key lacks the seed.

use base::{Digest, Entropy, ID_LENGTH, Secret, define_id};
use serde::{Deserialize, Serialize};

use crate::{
    CredentialKind, DigestKey, DigestKeyId, DigestKeys, EnvironmentClass, MalformedCredential,
    secret_text,
};

define_id!(
    /// Names a token family: everything that one authorization led to on one
    /// device. Public: access tokens carry it.
    TokenFamilyId,
    'f'
);

/// The first characters of every refresh token.
pub const PREFIX: &str = "dwr";

/// The most digits of a generation.
const LONGEST_GENERATION: usize = 10;

/// 256 random bits of a family. By itself it derives nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FamilySeed(Digest);

impl FamilySeed {
    /// A fresh seed.
    pub fn generate(entropy: &mut dyn Entropy) -> Self {
        Self(Digest::new(entropy.bytes::<32>()))
    }
}

/// The refresh token of that family and generation.
pub fn derive(
    class: EnvironmentClass,
    family: &TokenFamilyId,
    generation: u64,
    seed: &FamilySeed,
    digest_key: &DigestKey,
) -> Secret {
    // Lengths are fixed but for the last part, so no two inputs run together.
    let mut input = Vec::with_capacity(ID_LENGTH + 32 + 8);
    input.extend_from_slice(family.as_str().as_bytes());
    input.extend_from_slice(seed.0.as_bytes());
    input.extend_from_slice(&generation.to_be_bytes());
    let secret = digest_key.digest(CredentialKind::RefreshToken, &input);
    let id = format!("{family}{generation}");
    secret_text::write(PREFIX, class, Some(&id), secret.as_bytes())
}

/// A text that has the shape of a refresh token. It proves nothing yet.
pub struct PresentedRefreshToken<'a> {
    text: &'a str,
    class: EnvironmentClass,
    family: TokenFamilyId,
    generation: u64,
}

impl<'a> PresentedRefreshToken<'a> {
    /// Reads the text; wrong prefix, length, alphabet or checksum is refused
    /// before any look-up.
    pub fn parse(text: &'a str) -> Result<Self, MalformedCredential> {
        let parsed = secret_text::parse(PREFIX, true, text)?;
        let id = parsed.id.ok_or(MalformedCredential)?;
        let (family, generation) = id.split_at_checked(ID_LENGTH).ok_or(MalformedCredential)?;
        Ok(Self {
            text,
            class: parsed.class,
            family: family.parse().map_err(|_| MalformedCredential)?,
            generation: read_generation(generation).ok_or(MalformedCredential)?,
        })
    }

    /// The family that it claims: for the look-up and nothing else.
    pub const fn family(&self) -> &TokenFamilyId {
        &self.family
    }

    /// The generation that it claims.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The environment class that its tag names.
    pub const fn class(&self) -> EnvironmentClass {
        self.class
    }

    /// Whether we made it: it is what [`derive()`] gives for a family with this
    /// seed, under the key with that id. One from a key that is gone, or retired, is
    /// not ours.
    pub fn is_ours(&self, seed: &FamilySeed, digest_keys: &DigestKeys, id: DigestKeyId) -> bool {
        let key = digest_keys.get(id);
        let derived = derive(
            self.class,
            &self.family,
            self.generation,
            seed,
            key.unwrap_or(digest_keys.current()),
        );
        let is_kept = key.is_some() && !digest_keys.refuses(Some(id));
        derived.is(self.text) && is_kept
    }
}

/// A number from 1, in the one way that [`derive()`] writes it.
fn read_generation(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = !text.starts_with('0') && text.len() <= LONGEST_GENERATION;
    (plain && canonical).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;
    use proptest::prelude::*;

    struct House {
        family: TokenFamilyId,
        seed: FamilySeed,
        keys: DigestKeys,
    }

    fn house() -> House {
        let entropy = &mut SeededEntropy::new(4);
        House {
            family: TokenFamilyId::generate(entropy),
            seed: FamilySeed::generate(entropy),
            keys: DigestKeys::only(DigestKey::new([3; 32])),
        }
    }

    fn token(house: &House, generation: u64) -> Secret {
        let class = EnvironmentClass::Production;
        derive(
            class,
            &house.family,
            generation,
            &house.seed,
            house.keys.current(),
        )
    }

    fn is_ours(house: &House, text: &str) -> bool {
        PresentedRefreshToken::parse(text)
            .is_ok_and(|token| token.is_ours(&house.seed, &house.keys, house.keys.current().id()))
    }

    #[test]
    fn it_names_its_family_and_generation_and_is_the_same_each_time() {
        let house = house();
        let text = token(&house, 7);
        let presented = PresentedRefreshToken::parse(text.expose()).unwrap();
        assert_eq!(
            (presented.family(), presented.generation()),
            (&house.family, 7)
        );
        assert!(is_ours(&house, text.expose()));
        assert_eq!(token(&house, 7).expose(), text.expose());
    }

    #[test]
    fn another_family_seed_key_class_or_generation_makes_another_token() {
        let house = house();
        let text = token(&house, 7);
        let other = House {
            seed: FamilySeed::generate(&mut SeededEntropy::new(9)),
            ..self::house()
        };
        assert!(!is_ours(&other, text.expose()));
        let other = House {
            keys: DigestKeys::only(DigestKey::new([4; 32])),
            ..self::house()
        };
        assert!(!is_ours(&other, text.expose()));
        let presented = PresentedRefreshToken::parse(text.expose()).unwrap();
        // A family whose key is gone has no tokens, whatever the current key derives.
        assert!(!presented.is_ours(&house.seed, &house.keys, DigestKey::new([4; 32]).id()));
        let id = house.keys.current().id();
        let retired = [(id, base::Timestamp::EPOCH)].into_iter().collect();
        assert!(!presented.is_ours(&house.seed, &house.keys.refusing(&retired), id));
    }

    #[test]
    fn a_generation_is_written_in_one_way() {
        let house = house();
        for id in ["", "0", "07", "1e1", "+1", "99999999999"] {
            let id = format!("{}{id}", house.family);
            let text = secret_text::write(PREFIX, EnvironmentClass::Sandbox, Some(&id), &[5; 32]);
            assert!(PresentedRefreshToken::parse(text.expose()).is_err(), "{id}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_anywhere_is_no_token_of_ours(
            position in 0_usize..100, replacement in proptest::char::range(' ', '~')
        ) {
            let house = house();
            let text = token(&house, 3);
            let text = text.expose();
            let position = position % text.len();
            let changed: String = text
                .chars()
                .enumerate()
                .map(|(at, c)| if at == position { replacement } else { c })
                .collect();
            prop_assert_eq!(is_ours(&house, &changed), changed == text);
        }
    }
}
