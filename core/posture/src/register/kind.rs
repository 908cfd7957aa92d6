//! The closed list of what has a row.

/// What a row of the register is about. The order is the order of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// An API key.
    ApiKey,
    /// A client: its secret, and the tokens that it holds.
    Client,
    /// What an operator presents to the admin API.
    OperatorToken,
    /// A key that signs access tokens.
    SigningKey,
    /// An issuer that is not ours and whose tokens are accepted.
    TrustedIssuer,
    /// A secret that the installation itself works with.
    OwnSecret,
    /// A key of the stored digests.
    DigestKey,
}

impl RowKind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::ApiKey,
        Self::Client,
        Self::OperatorToken,
        Self::SigningKey,
        Self::TrustedIssuer,
        Self::OwnSecret,
        Self::DigestKey,
    ];

    /// The name in commands, answers and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Client => "client",
            Self::OperatorToken => "operator_token",
            Self::SigningKey => "signing_key",
            Self::TrustedIssuer => "trusted_issuer",
            Self::OwnSecret => "own_secret",
            Self::DigestKey => "digest_key",
        }
    }

    /// The kind with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether its holder can say where the secret is kept: the record has a
    /// place for it, or the configuration says it.
    pub const fn tells_storage(self) -> bool {
        matches!(
            self,
            Self::ApiKey | Self::SigningKey | Self::OwnSecret | Self::DigestKey
        )
    }
}

impl std::fmt::Display for RowKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in RowKind::ALL {
            assert_eq!(RowKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(RowKind::parse("API_KEY"), None);
    }
}
