//! Why an encrypted token was refused.

/// Why an encrypted token was refused: machine reasons, with nothing of the
/// token in them.
///
/// All but the last depend on what anybody can read in the token and on what
/// we publish. Once a private key has been touched there is one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecryptionError {
    /// More than [`crate::encryption::MAX_ENCRYPTED_TOKEN_BYTES`] bytes.
    TooLarge,
    /// Not five base64url segments with a JSON object as the first.
    Malformed,
    /// `crit` is there; no extension is understood (RFC 7516 section 4.1.13).
    CriticalHeader,
    /// A header parameter is there that is never accepted, or not with this
    /// `alg`; its name.
    ForbiddenHeader(&'static str),
    /// `alg` or `enc` is absent, unknown, not allowed or not the key's.
    Algorithm,
    /// `epk`, `apu` or `apv` is absent where it is needed, private, or malformed.
    Agreement,
    /// `kid` is there and is no key id.
    KeyId,
    /// No key of that id, or none or several for a token that names none.
    KeyUnknown,
    /// It could not be decrypted. Wrong key, wrong padding, wrong length, wrong
    /// tag, altered header: nobody is told which (RFC 7516 section 11.5).
    Failed,
    /// What is encrypted is not exactly one signed token (RFC 7519 section 5.2).
    Content,
}

impl DecryptionError {
    /// The reason as a stable machine word.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "encrypted_token_too_large",
            Self::Malformed => "encrypted_token_malformed",
            Self::CriticalHeader => "encrypted_token_critical_header",
            Self::ForbiddenHeader(_) => "encrypted_token_forbidden_header",
            Self::Algorithm => "encrypted_token_algorithm",
            Self::Agreement => "encrypted_token_agreement",
            Self::KeyId => "encrypted_token_key_id",
            Self::KeyUnknown => "encrypted_token_key_unknown",
            Self::Failed => "encrypted_token_failed",
            Self::Content => "encrypted_token_content",
        }
    }
}

impl std::fmt::Display for DecryptionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the encrypted token is larger than 12 KiB",
            Self::Malformed => "the encrypted token is not a well-formed compact JWE",
            Self::CriticalHeader => {
                "the encrypted token demands an extension that is not understood"
            }
            Self::ForbiddenHeader(name) => {
                return write!(
                    f,
                    "the encrypted token's header has {name}, which is not accepted"
                );
            }
            Self::Algorithm => "the encrypted token's alg or enc is not accepted",
            Self::Agreement => "the encrypted token's epk, apu or apv is not usable",
            Self::KeyId => "the encrypted token's key id is malformed",
            Self::KeyUnknown => "the token is encrypted for a key that is not held",
            Self::Failed => "the encrypted token cannot be decrypted",
            Self::Content => "what is encrypted is not one signed token",
        })
    }
}

impl std::error::Error for DecryptionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_one_word_of_its_own() {
        let all = [
            DecryptionError::TooLarge,
            DecryptionError::Malformed,
            DecryptionError::CriticalHeader,
            DecryptionError::ForbiddenHeader("zip"),
            DecryptionError::Algorithm,
            DecryptionError::Agreement,
            DecryptionError::KeyId,
            DecryptionError::KeyUnknown,
            DecryptionError::Failed,
            DecryptionError::Content,
        ];
        let reasons: std::collections::BTreeSet<_> = all.map(DecryptionError::reason).into();
        let sentences: std::collections::BTreeSet<_> = all.map(|error| error.to_string()).into();
        assert_eq!((reasons.len(), sentences.len()), (all.len(), all.len()));
        assert!(
            reasons
                .iter()
                .all(|word| word.starts_with("encrypted_token_"))
        );
    }
}
