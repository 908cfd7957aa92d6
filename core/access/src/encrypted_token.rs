//! What the presenter of an encrypted token is told.

use jose::encryption::DecryptionError;

/// One sentence: what is wrong with it.
pub(crate) const fn detail(error: DecryptionError) -> &'static str {
    match error {
        DecryptionError::TooLarge => "The encrypted token is too large.",
        DecryptionError::Malformed => "The encrypted token is malformed.",
        DecryptionError::CriticalHeader => {
            "The encrypted token demands an extension that is not understood."
        }
        DecryptionError::ForbiddenHeader(_) => {
            "The encrypted token has a header parameter that is not accepted."
        }
        DecryptionError::Algorithm => "The encrypted token's alg or enc is not accepted.",
        DecryptionError::Agreement => "The encrypted token's epk, apu or apv is not usable.",
        DecryptionError::KeyId => "The encrypted token's key id is malformed.",
        DecryptionError::KeyUnknown => {
            "The token is encrypted for a key that this gate does not hold."
        }
        DecryptionError::Failed => "The encrypted token cannot be decrypted.",
        DecryptionError::Content => "What is encrypted is not one signed token with cty JWT.",
    }
}
