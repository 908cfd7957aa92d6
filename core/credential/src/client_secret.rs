//! A client's secret at the token endpoint: `dws_live_<secret><checksum>`.

use base::{Digest, Entropy, Secret, define_id};

use crate::{
    CredentialKind, DigestKey, DigestKeyId, DigestKeys, EnvironmentClass, MalformedCredential,
    secret_text,
};

define_id!(
    /// A client identifier (RFC 6749 section 2.2); public.
    ClientId,
    'c'
);

/// The first characters of every client secret.
pub const PREFIX: &str = "dws";

/// A fresh client secret: the only moment at which its text exists.
#[derive(Debug)]
pub struct MintedClientSecret {
    /// The text that the client gets, once.
    pub secret: Secret,
    /// What is stored of it.
    pub digest: Digest,
}

impl MintedClientSecret {
    /// Mints one for an environment of `class`.
    pub fn mint(
        class: EnvironmentClass,
        digest_key: &DigestKey,
        entropy: &mut dyn Entropy,
    ) -> Self {
        let secret = secret_text::mint(PREFIX, class, None, entropy);
        let digest = digest_key.digest(CredentialKind::ClientSecret, secret.expose().as_bytes());
        Self { secret, digest }
    }
}

/// A text that has the shape of a client secret. It proves nothing yet.
pub struct PresentedClientSecret<'a> {
    text: &'a str,
    class: EnvironmentClass,
}

impl<'a> PresentedClientSecret<'a> {
    /// Reads the text.
    pub fn parse(text: &'a str) -> Result<Self, MalformedCredential> {
        let parsed = secret_text::parse(PREFIX, false, text)?;
        Ok(Self {
            text,
            class: parsed.class,
        })
    }

    /// The environment class that its tag names.
    pub fn class(&self) -> EnvironmentClass {
        self.class
    }

    /// Whether it has the stored digest, which is under the key with that id:
    /// see [`DigestKeys::matches`].
    pub fn matches(
        &self,
        digest_keys: &DigestKeys,
        stored: &Digest,
        id: Option<DigestKeyId>,
    ) -> bool {
        let kind = CredentialKind::ClientSecret;
        digest_keys.matches(kind, self.text.as_bytes(), stored, id)
    }

    /// Its digest, to be compared with the stored one.
    pub fn digest(&self, digest_key: &DigestKey) -> Digest {
        digest_key.digest(CredentialKind::ClientSecret, self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;

    #[test]
    fn no_kind_is_accepted_in_the_slot_of_another() {
        let digest_key = DigestKey::new([1; 32]);
        let entropy = &mut SeededEntropy::new(3);
        let class = EnvironmentClass::Production;
        let client_secret = MintedClientSecret::mint(class, &digest_key, entropy);
        let api_key = crate::MintedApiKey::mint(class, &digest_key, entropy);
        let operator_token = crate::MintedOperatorToken::mint(class, &digest_key, entropy);

        assert!(PresentedClientSecret::parse(client_secret.secret.expose()).is_ok());
        for other in [&api_key.secret, &operator_token.secret] {
            assert!(PresentedClientSecret::parse(other.expose()).is_err());
        }
        for other in [&client_secret.secret, &operator_token.secret] {
            assert!(crate::PresentedApiKey::parse(other.expose()).is_err());
        }
        for other in [&client_secret.secret, &api_key.secret] {
            assert!(crate::PresentedOperatorToken::parse(other.expose()).is_err());
        }
    }
}
