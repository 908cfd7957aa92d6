//! What a JWT is for: `typ`.

/// The explicit type of a JWT. RFC 8725 section 3.11: each use has its own, so
/// that a token of one kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenType {
    /// `at+jwt`: access token (RFC 9068 section 2.1).
    AccessToken,
    /// `JWT`: ID token (OpenID Connect Core section 2).
    IdToken,
    /// `logout+jwt`: logout token (OpenID Connect Back-Channel Logout section 2.4).
    LogoutToken,
    /// `secevent+jwt`: security event token (RFC 8417 section 2.3).
    SecurityEvent,
    /// `token-introspection+jwt`: introspection answer (RFC 9701 section 5).
    IntrospectionAnswer,
    /// `on-behalf-of+jwt`: on whose behalf a call with an API key is made. Ours.
    OnBehalfOf,
}

impl TokenType {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AccessToken,
        Self::IdToken,
        Self::LogoutToken,
        Self::SecurityEvent,
        Self::IntrospectionAnswer,
        Self::OnBehalfOf,
    ];

    /// The value of `typ`, without `application/`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::IdToken => "JWT",
            Self::LogoutToken => "logout+jwt",
            Self::SecurityEvent => "secevent+jwt",
            Self::IntrospectionAnswer => "token-introspection+jwt",
            Self::OnBehalfOf => "on-behalf-of+jwt",
        }
    }

    /// Whether `typ` says this type. RFC 7515 section 4.1.9 and RFC 2045
    /// section 5.1: media types are compared without case, and `application/`
    /// may be left out; parameters are not taken.
    pub fn is_named_by(self, typ: &str) -> bool {
        const PREFIX: &str = "application/";
        let short = match typ.split_at_checked(PREFIX.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
            _ => typ,
        };
        short.eq_ignore_ascii_case(self.as_str())
    }
}
