//! A token that waits for its signature.

use serde::Serialize;

use crate::{Algorithm, KeyId, SigningError, TokenType, VerificationKey, base64url};

/// Header and claims of a token, ready to be signed by one key: the JWS Signing
/// Input (RFC 7515 section 5.1). It is made from the public half alone, so a
/// rule can decide every byte of a token and never see a private key; who holds
/// the key, here or in a device, signs it afterwards.
#[derive(Debug)]
pub struct SigningInput {
    text: String,
    algorithm: Algorithm,
    key_id: KeyId,
}

impl SigningInput {
    /// The input for a token of type `typ` with these `claims`, to be signed by
    /// the private half of `key`. The header is `alg`, `typ` and `kid`.
    ///
    /// # Errors
    ///
    /// [`SigningError::Key`] if the key has no id, [`SigningError::Claims`] if
    /// the claims are no JSON object (RFC 7519 section 7.1).
    pub fn new(
        typ: TokenType,
        claims: &impl Serialize,
        key: &VerificationKey,
    ) -> Result<Self, SigningError> {
        let algorithm = key.algorithm();
        let key_id = key.key_id().ok_or(SigningError::Key)?;
        let header = ProtectedHeader {
            alg: algorithm,
            typ: typ.as_str(),
            kid: key_id,
        };
        let text = unsigned(&header, claims)?;
        Ok(Self {
            text,
            algorithm,
            key_id: key_id.clone(),
        })
    }

    /// What is signed.
    pub const fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The algorithm that it must be signed with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key that must sign it.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The token, with a signature that somebody else made: it is verified
    /// before the token is let out, since a device that signs with another key
    /// than it announces is a fault and not a token.
    ///
    /// # Errors
    ///
    /// [`SigningError::Signature`] if it is not the signature of `key`.
    pub fn complete(self, signature: &[u8], key: &VerificationKey) -> Result<String, SigningError> {
        if !self.is_for(key) || !key.verify_signature(self.as_bytes(), signature) {
            return Err(SigningError::Signature);
        }
        Ok(self.with_signature(signature))
    }

    pub(crate) fn is_for(&self, key: &VerificationKey) -> bool {
        key.algorithm() == self.algorithm && key.key_id() == Some(&self.key_id)
    }

    pub(crate) fn with_signature(self, signature: &[u8]) -> String {
        signed(self.text, signature)
    }
}

/// Header and claims as the first two segments.
pub(crate) fn unsigned(
    header: &impl Serialize,
    claims: &impl Serialize,
) -> Result<String, SigningError> {
    let header = serde_json::to_vec(header).map_err(|_| SigningError::Claims)?;
    let payload = serde_json::to_vec(claims).map_err(|_| SigningError::Claims)?;
    // RFC 7519 section 7.1: the claims are one JSON object.
    if payload.first() != Some(&b'{') {
        return Err(SigningError::Claims);
    }
    let mut text = String::with_capacity((header.len() + payload.len()) * 4 / 3 + 128);
    base64url::append(&header, &mut text);
    text.push('.');
    base64url::append(&payload, &mut text);
    Ok(text)
}

/// `text` and the third segment.
pub(crate) fn signed(mut text: String, signature: &[u8]) -> String {
    text.push('.');
    base64url::append(signature, &mut text);
    text
}

#[derive(Serialize)]
struct ProtectedHeader<'a> {
    alg: Algorithm,
    typ: &'static str,
    kid: &'a KeyId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    fn key(id: &str) -> SigningKey {
        SigningKey::generate(Algorithm::Es256, id.parse().unwrap()).unwrap()
    }

    fn input(key: &SigningKey) -> SigningInput {
        let claims = serde_json::json!({"sub": "s"});
        SigningInput::new(TokenType::AccessToken, &claims, key.verification_key()).unwrap()
    }

    #[test]
    fn only_the_announced_key_completes_it() {
        let (own, other, namesake) = (key("a"), key("b"), key("a"));
        let signature = own.sign_bytes(input(&own).as_bytes()).unwrap();
        let token = input(&own).complete(&signature, own.verification_key());
        assert!(token.unwrap().starts_with("eyJ"));
        for wrong in [&other, &namesake] {
            let signature = wrong.sign_bytes(input(&own).as_bytes()).unwrap();
            for named in [&own, wrong] {
                let result = input(&own).complete(&signature, named.verification_key());
                let accepted = std::ptr::eq(named, &raw const namesake);
                assert_eq!(result.is_ok(), accepted, "namesake signs as itself only");
            }
        }
        assert!(input(&own).complete(b"", own.verification_key()).is_err());
    }

    #[test]
    fn rfc7519_7_1_the_claims_are_one_object() {
        let own = key("a");
        for claims in [
            serde_json::json!([]),
            serde_json::json!("x"),
            serde_json::json!(null),
        ] {
            let made = SigningInput::new(TokenType::AccessToken, &claims, own.verification_key());
            assert_eq!(made.unwrap_err(), SigningError::Claims);
        }
    }
}
