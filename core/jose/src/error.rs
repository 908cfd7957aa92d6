//! Why a token was refused.

/// Why a token was refused: machine reasons, with nothing of the token in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenError {
    /// More than [`crate::MAX_TOKEN_BYTES`] bytes, or a header of more than 1 KiB.
    TooLarge,
    /// Not three base64url segments of JSON object, JSON object and signature.
    Malformed,
    /// `crit` is there; no extension is understood (RFC 7515 section 4.1.11).
    CriticalHeader,
    /// A header parameter is there that is never accepted; its name.
    ForbiddenHeader(&'static str),
    /// `alg` is absent, unknown, not allowed or not the key's.
    Algorithm,
    /// `typ` is absent or says another type.
    Type,
    /// `kid` is there and is no key id.
    KeyId,
    /// No usable key of that id and algorithm.
    KeyUnknown,
    /// The signature is wrong.
    Signature,
    /// A claim has the wrong form, or stands twice.
    Claim,
    /// A required claim is absent; its name.
    ClaimMissing(&'static str),
    /// `exp` is reached.
    Expired,
    /// `nbf` lies ahead.
    NotYetValid,
    /// `iat` lies ahead.
    IssuedAhead,
    /// `exp` comes before `nbf` or `iat`.
    TimesContradict,
    /// From `iat` to `exp` is longer than accepted.
    LifetimeTooLong,
    /// `iss` is another issuer.
    Issuer,
    /// `aud` does not name the acceptor.
    Audience,
}

impl TokenError {
    /// The reason as a stable machine word.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "token_too_large",
            Self::Malformed => "token_malformed",
            Self::CriticalHeader => "token_critical_header",
            Self::ForbiddenHeader(_) => "token_forbidden_header",
            Self::Algorithm => "token_algorithm",
            Self::Type => "token_type",
            Self::KeyId => "token_key_id",
            Self::KeyUnknown => "token_key_unknown",
            Self::Signature => "token_signature",
            Self::Claim => "token_claim",
            Self::ClaimMissing(_) => "token_claim_missing",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::IssuedAhead => "token_issued_ahead",
            Self::TimesContradict => "token_times_contradict",
            Self::LifetimeTooLong => "token_lifetime_too_long",
            Self::Issuer => "token_issuer",
            Self::Audience => "token_audience",
        }
    }
}

impl std::fmt::Display for TokenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the token is larger than 8 KiB, or its header than 1 KiB",
            Self::Malformed => "the token is not a well-formed compact JWS",
            Self::CriticalHeader => "the token demands an extension that is not understood",
            Self::ForbiddenHeader(name) => {
                return write!(f, "the token's header has {name}, which is not accepted");
            }
            Self::Algorithm => "the token's algorithm is not accepted",
            Self::Type => "the token is of another type",
            Self::KeyId => "the token's key id is malformed",
            Self::KeyUnknown => "the token is signed by a key that is not known",
            Self::Signature => "the token's signature is wrong",
            Self::Claim => "a claim of the token is malformed",
            Self::ClaimMissing(name) => return write!(f, "the token has no {name}"),
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::IssuedAhead => "the token was issued in the future",
            Self::TimesContradict => "the token's times contradict each other",
            Self::LifetimeTooLong => "the token lives longer than is accepted",
            Self::Issuer => "the token is from another issuer",
            Self::Audience => "the token is for another audience",
        })
    }
}

impl std::error::Error for TokenError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_one_word_of_its_own() {
        let all = [
            TokenError::TooLarge,
            TokenError::Malformed,
            TokenError::CriticalHeader,
            TokenError::ForbiddenHeader("jku"),
            TokenError::Algorithm,
            TokenError::Type,
            TokenError::KeyId,
            TokenError::KeyUnknown,
            TokenError::Signature,
            TokenError::Claim,
            TokenError::ClaimMissing("exp"),
            TokenError::Expired,
            TokenError::NotYetValid,
            TokenError::IssuedAhead,
            TokenError::TimesContradict,
            TokenError::LifetimeTooLong,
            TokenError::Issuer,
            TokenError::Audience,
        ];
        let reasons: std::collections::BTreeSet<_> = all.map(TokenError::reason).into();
        let sentences: std::collections::BTreeSet<_> = all.map(|error| error.to_string()).into();
        assert_eq!((reasons.len(), sentences.len()), (all.len(), all.len()));
        let plain = |word: &str| {
            word.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        assert!(
            reasons
                .iter()
                .all(|word| word.starts_with("token_") && plain(word))
        );
    }
}
