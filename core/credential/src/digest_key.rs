//! The key of every stored digest (the pepper).

use aws_lc_rs::hmac;
use base::Digest;

use crate::CredentialKind;

/// The key under which secrets are digested: HMAC-SHA-256. Whoever has the
/// store but not this key can neither use nor test a guessed secret.
#[derive(Clone)]
pub struct DigestKey(hmac::Key);

impl DigestKey {
    /// The key with these 256 bits.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }

    /// The digest of a secret of that kind. The kind is part of the input, so
    /// that no digest of one kind ever equals one of another.
    pub fn digest(&self, kind: CredentialKind, secret: &[u8]) -> Digest {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(kind.as_str().as_bytes());
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
