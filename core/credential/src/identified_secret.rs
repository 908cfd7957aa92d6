//! The shape that API keys and operator tokens share: a public id for the
//! look-up, and a secret that only its digest is stored of.

/// Defines the id, the minted and the presented form of one such kind.
macro_rules! define_identified_secret {
    ($kind:ident, $id:ident, $minted:ident, $presented:ident, prefix $prefix:literal, id letter $letter:literal) => {
        ::base::define_id!(
            /// Names one credential of this kind in records, logs and commands; public.
            $id,
            $letter
        );

        /// The first characters of every credential of this kind.
        pub const PREFIX: &str = $prefix;

        /// A fresh credential: the only moment at which its text exists.
        #[derive(Debug)]
        pub struct $minted {
            /// Its public id.
            pub id: $id,
            /// The text that its holder gets, once.
            pub secret: ::base::Secret,
            /// What is stored of it.
            pub digest: ::base::Digest,
        }

        impl $minted {
            /// Mints one for an environment of `class`.
            pub fn mint(
                class: $crate::EnvironmentClass,
                digest_key: &$crate::DigestKey,
                entropy: &mut dyn ::base::Entropy,
            ) -> Self {
                Self::mint_again($id::generate(entropy), class, digest_key, entropy)
            }

            /// Mints another secret for an id that is there already.
            pub fn mint_again(
                id: $id,
                class: $crate::EnvironmentClass,
                digest_key: &$crate::DigestKey,
                entropy: &mut dyn ::base::Entropy,
            ) -> Self {
                let secret = $crate::secret_text::mint(PREFIX, class, Some(id.as_str()), entropy);
                let digest =
                    digest_key.digest($crate::CredentialKind::$kind, secret.expose().as_bytes());
                Self { id, secret, digest }
            }
        }

        /// A text that has the shape of this kind. It proves nothing yet: the digest does.
        pub struct $presented<'a> {
            text: &'a str,
            id: &'a str,
            class: $crate::EnvironmentClass,
        }

        impl<'a> $presented<'a> {
            /// Reads the text; wrong prefix, length, alphabet or checksum is refused
            /// before any look-up.
            pub fn parse(text: &'a str) -> Result<Self, $crate::MalformedCredential> {
                let parsed = $crate::secret_text::parse(PREFIX, true, text)?;
                let id = parsed
                    .id
                    .filter(|id| ::base::__is_id_text($id::PREFIX, id))
                    .ok_or($crate::MalformedCredential)?;
                Ok(Self { text, id, class: parsed.class })
            }

            /// The id that it claims: for the look-up and nothing else.
            pub fn id(&self) -> &'a str {
                self.id
            }

            /// The environment class that its tag names.
            pub fn class(&self) -> $crate::EnvironmentClass {
                self.class
            }

            /// Its digest, to be compared with the stored one.
            pub fn digest(&self, digest_key: &$crate::DigestKey) -> ::base::Digest {
                digest_key.digest($crate::CredentialKind::$kind, self.text.as_bytes())
            }

            /// Whether it has the stored digest, which is under the key with
            /// that id: see [`DigestKeys::matches`]($crate::DigestKeys::matches).
            pub fn matches(
                &self,
                digest_keys: &$crate::DigestKeys,
                stored: &::base::Digest,
                id: ::std::option::Option<$crate::DigestKeyId>,
            ) -> bool {
                let kind = $crate::CredentialKind::$kind;
                digest_keys.matches(kind, self.text.as_bytes(), stored, id)
            }
        }
    };
}

pub(crate) use define_identified_secret;

#[cfg(test)]
mod tests {
    use crate::{DigestKey, EnvironmentClass, MintedApiKey, PresentedApiKey};
    use base::SeededEntropy;
    use proptest::prelude::*;

    fn minted() -> (DigestKey, MintedApiKey) {
        let digest_key = DigestKey::new([7; 32]);
        let minted = MintedApiKey::mint(
            EnvironmentClass::Sandbox,
            &digest_key,
            &mut SeededEntropy::new(1),
        );
        (digest_key, minted)
    }

    #[test]
    fn what_is_minted_parses_and_has_the_stored_digest() {
        let (digest_key, minted) = minted();
        let presented = PresentedApiKey::parse(minted.secret.expose()).unwrap();
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
            position in 0_usize..80, replacement in proptest::char::range(' ', '~')
        ) {
            let (_, minted) = minted();
            let text = minted.secret.expose();
            let position = position % text.len();
            let changed: String =
                text.chars().enumerate().map(|(at, c)| if at == position { replacement } else { c }).collect();
            prop_assert_eq!(PresentedApiKey::parse(&changed).is_ok(), changed == text);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "(dwa?_(live|test)_)?.{0,90}") {
            prop_assert!(PresentedApiKey::parse(&text).is_err());
            prop_assert!(crate::PresentedOperatorToken::parse(&text).is_err());
        }
    }
}
