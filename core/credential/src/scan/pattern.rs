//! Our kinds as regular expressions, for scanners that are not ours.

use crate::secret_text::TAIL_LENGTH;
use crate::{CredentialKind, api_key, client_secret, operator_token};

/// One kind, for a scanner that knows regular expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Which.
    pub kind: CredentialKind,
    /// What every one of the kind begins with.
    pub prefix: &'static str,
    /// A regular expression without look-around (RE2, Hyperscan, PCRE, Python
    /// and Rust read it alike). It cannot compute the checksum.
    pub regex: String,
}

/// Every kind, in the order of the table in this crate's documentation.
pub fn patterns() -> Vec<Pattern> {
    let id = |letter: char| format!("{letter}[0-9a-hjkmnp-tv-z]{{{}}}_", base::ID_LENGTH - 1);
    let pattern = |kind, prefix, id: &str| Pattern {
        kind,
        prefix,
        regex: format!("{prefix}_(?:live|test)_{id}[0-9A-Za-z]{{{TAIL_LENGTH}}}"),
    };
    vec![
        pattern(
            CredentialKind::ApiKey,
            api_key::PREFIX,
            &id(crate::ApiKeyId::PREFIX),
        ),
        pattern(
            CredentialKind::OperatorToken,
            operator_token::PREFIX,
            &id(crate::OperatorTokenId::PREFIX),
        ),
        pattern(CredentialKind::ClientSecret, client_secret::PREFIX, ""),
    ]
}
