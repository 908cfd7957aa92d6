//! The types of token that an acceptor is configured to accept.

use crate::TokenType;

/// A set of values of `typ`, never empty. A token without `typ` is accepted
/// only where that was said in so many words: it can be taken for anything
/// (RFC 8725 section 2.8), so whoever accepts it must know from something else,
/// such as an issuer that makes nothing but access tokens, what it is.
///
/// ```
/// use jose::{AcceptedTypes, TokenType};
///
/// let own = AcceptedTypes::only(TokenType::AccessToken);
/// assert!(!own.accepts(Some("JWT")) && !own.accepts(None));
/// let foreign = own.or(TokenType::IdToken).or_unstated();
/// assert!(foreign.accepts(Some("JWT")) && foreign.accepts(None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptedTypes {
    stated: u8,
    unstated: bool,
}

impl AcceptedTypes {
    /// This one alone.
    pub const fn only(typ: TokenType) -> Self {
        Self {
            stated: bit(typ),
            unstated: false,
        }
    }

    /// This one, too.
    #[must_use]
    pub const fn or(self, typ: TokenType) -> Self {
        Self {
            stated: self.stated | bit(typ),
            ..self
        }
    }

    /// Tokens without `typ`, too.
    #[must_use]
    pub const fn or_unstated(self) -> Self {
        Self {
            unstated: true,
            ..self
        }
    }

    /// Whether a token with this `typ`, or with none, is accepted.
    pub fn accepts(self, typ: Option<&str>) -> bool {
        let Some(typ) = typ else {
            return self.unstated;
        };
        TokenType::ALL
            .into_iter()
            .any(|one| self.stated & bit(one) != 0 && one.is_named_by(typ))
    }
}

const fn bit(typ: TokenType) -> u8 {
    1 << typ as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8725_3_11_nothing_is_accepted_that_was_not_named() {
        let mut both = AcceptedTypes::only(TokenType::AccessToken);
        both = both.or(TokenType::IdToken);
        for typ in TokenType::ALL {
            let text = typ.as_str();
            let alone = AcceptedTypes::only(typ);
            for other in TokenType::ALL {
                assert_eq!(alone.accepts(Some(other.as_str())), other == typ, "{text}");
            }
            let named = matches!(typ, TokenType::AccessToken | TokenType::IdToken);
            assert_eq!(both.accepts(Some(text)), named, "{text}");
            assert!(!alone.accepts(None) && alone.or_unstated().accepts(None));
        }
    }

    #[test]
    fn rfc8725_2_8_an_empty_or_unknown_type_is_not_an_absent_one() {
        let all = TokenType::ALL.into_iter().fold(
            AcceptedTypes::only(TokenType::IdToken).or_unstated(),
            AcceptedTypes::or,
        );
        for typ in [
            "",
            " ",
            "JWT ",
            "application/",
            "JOSE",
            "at+jwt;v=1",
            "jwt\0",
        ] {
            assert!(!all.accepts(Some(typ)), "{typ:?}");
        }
    }
}
