//! An operator token, for the admin API: `dwa_live_<id>_<secret><checksum>`.

use base::{Digest, Entropy, Secret, define_id};

use crate::{CredentialKind, DigestKey, EnvironmentClass, MalformedCredential, secret_text};

define_id!(
    /// Names one credential of this kind in records, logs and commands; public.
    OperatorTokenId,
    'o'
);

/// The first characters of every credential of this kind.
pub const PREFIX: &str = "dwa";

/// A fresh credential: the only moment at which its text exists.
#[derive(Debug)]
pub struct MintedOperatorToken {
    /// Its public id.
    pub id: OperatorTokenId,
    /// The text that its holder gets, once.
    pub secret: Secret,
    /// What is stored of it.
    pub digest: Digest,
}

impl MintedOperatorToken {
    /// Mints one for an environment of `class`.
    pub fn mint(
        class: EnvironmentClass,
        digest_key: &DigestKey,
        entropy: &mut dyn Entropy,
    ) -> Self {
        let id = OperatorTokenId::generate(entropy);
        let secret = secret_text::mint(PREFIX, class, Some(id.as_str()), entropy);
        let digest = digest_key.digest(CredentialKind::OperatorToken, secret.expose().as_bytes());
        Self { id, secret, digest }
    }
}

/// A text that has the shape of this kind. It proves nothing yet: the digest does.
pub struct PresentedOperatorToken<'a> {
    text: &'a str,
    id: &'a str,
    class: EnvironmentClass,
}

impl<'a> PresentedOperatorToken<'a> {
    /// Reads the text; wrong prefix, length, alphabet or checksum is refused
    /// before any look-up.
    pub fn parse(text: &'a str) -> Result<Self, MalformedCredential> {
        let parsed = secret_text::parse(PREFIX, true, text)?;
        let id = parsed
            .id
            .filter(|id| base::__is_id_text(OperatorTokenId::PREFIX, id))
            .ok_or(MalformedCredential)?;
        Ok(Self {
            text,
            id,
            class: parsed.class,
        })
    }

    /// The id that it claims: for the look-up and nothing else.
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// The environment class that its tag names.
    pub fn class(&self) -> EnvironmentClass {
        self.class
    }

    /// Its digest, to be compared with the stored one.
    pub fn digest(&self, digest_key: &DigestKey) -> Digest {
        digest_key.digest(CredentialKind::OperatorToken, self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;
    use proptest::prelude::*;

    fn minted() -> (DigestKey, MintedOperatorToken) {
        let digest_key = DigestKey::new([7; 32]);
        let minted = MintedOperatorToken::mint(
            EnvironmentClass::Sandbox,
            &digest_key,
            &mut SeededEntropy::new(1),
        );
        (digest_key, minted)
    }

    #[test]
    fn what_is_minted_parses_and_has_the_stored_digest() {
        let (digest_key, minted) = minted();
        let presented = PresentedOperatorToken::parse(minted.secret.expose()).unwrap();
        assert_eq!(presented.id(), minted.id.as_str());
        assert_eq!(presented.class(), EnvironmentClass::Sandbox);
        assert!(presented.digest(&digest_key).matches(&minted.digest));
        assert!(
            !presented
                .digest(&DigestKey::new([8; 32]))
                .matches(&minted.digest)
        );
    }

    proptest! {
        #[test]
        fn one_wrong_character_anywhere_is_refused_before_any_look_up(
            position in 0_usize..80, replacement in "[ -~]"
        ) {
            let (_, minted) = minted();
            let text = minted.secret.expose();
            let position = position % text.len();
            let changed = format!("{}{replacement}{}", &text[..position], &text[position + 1..]);
            prop_assert_eq!(PresentedOperatorToken::parse(&changed).is_ok(), changed == text);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "(dwa?_(live|test)_)?.{0,90}") {
            prop_assert!(PresentedOperatorToken::parse(&text).is_err());
        }
    }
}
