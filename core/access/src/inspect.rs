//! A token by itself: which checks it passes, for whoever wants to know why.

use base::Timestamp;
use boundary::EncryptedTokens;
use jose::TokenError;

use crate::present::Presented;
use crate::{Denial, Judge, Principal, Rule, verify};

/// A check of a token, in the order in which [`decide`](crate::decide) makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenCheck {
    /// Three segments, canonical, of at most 8 KiB, and strict JSON.
    Form,
    /// No header parameter that is forbidden or not understood.
    Header,
    /// The algorithm is one that is accepted.
    Algorithm,
    /// The type is the one that is asked for.
    Type,
    /// The key that it names is known.
    Key,
    /// The signature is good.
    Signature,
    /// Every claim is well-formed, and those that are required are there.
    Claims,
    /// The signing key has not ended.
    SigningKey,
    /// The issuer is the one whose keys these are.
    Issuer,
    /// The client is known.
    Client,
    /// It holds now.
    Time,
    /// It needs no proof that cannot be given here.
    Proof,
    /// The client is of this environment.
    Environment,
    /// The client was neither revoked nor has it ended.
    ClientStatus,
    /// The organisation is the client's.
    Organisation,
    /// Neither the token was revoked nor all that were issued until then.
    Revocation,
    /// It is for the audience that is asked for.
    Audience,
}

impl TokenCheck {
    /// All of them, in order.
    pub const ALL: [Self; 17] = [
        Self::Form,
        Self::Header,
        Self::Algorithm,
        Self::Type,
        Self::Key,
        Self::Signature,
        Self::Claims,
        Self::SigningKey,
        Self::Issuer,
        Self::Client,
        Self::Time,
        Self::Proof,
        Self::Environment,
        Self::ClientStatus,
        Self::Organisation,
        Self::Revocation,
        Self::Audience,
    ];

    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::SigningKey => "signing_key",
            Self::Issuer => "issuer",
            Self::Client => "client",
            Self::Time => "time",
            Self::Proof => "proof",
            Self::Environment => "environment",
            Self::ClientStatus => "client_status",
            Self::Organisation => "organisation",
            Self::Revocation => "revocation",
            Self::Audience => "audience",
        }
    }

    /// The check that fails under `rule`; nothing for rules that are not about
    /// a token by itself.
    const fn of(rule: Rule) -> Option<Self> {
        Some(match rule {
            Rule::Token(error) => Self::of_error(error),
            Rule::TokenEncrypted | Rule::TokenNotEncrypted | Rule::TokenDecryption(_) => Self::Form,
            // The issuer chooses the keys, so nothing is verified without it.
            Rule::IssuerUnknown | Rule::IssuerKeysUnavailable => Self::Key,
            Rule::ForeignClient => Self::Client,
            Rule::ForeignAuthority => Self::Claims,
            Rule::ForeignOrganisation => Self::Organisation,
            Rule::SigningKeyEnded => Self::SigningKey,
            Rule::ClientUnknown => Self::Client,
            Rule::TokenConfirmation => Self::Proof,
            Rule::ClientEnvironment => Self::Environment,
            Rule::ClientRevoked
            | Rule::ClientOwnerDisabled
            | Rule::ClientExpired
            | Rule::ClientSuspended => Self::ClientStatus,
            Rule::ClientOrganisation => Self::Organisation,
            Rule::TokenDenied | Rule::TokenCutOff => Self::Revocation,
            Rule::TokenAudience => Self::Audience,
            _ => return None,
        })
    }

    const fn of_error(error: TokenError) -> Self {
        match error {
            TokenError::TooLarge | TokenError::Malformed => Self::Form,
            TokenError::CriticalHeader | TokenError::ForbiddenHeader(_) | TokenError::KeyId => {
                Self::Header
            }
            TokenError::Algorithm => Self::Algorithm,
            TokenError::Type => Self::Type,
            TokenError::KeyUnknown => Self::Key,
            TokenError::Signature => Self::Signature,
            TokenError::Claim | TokenError::ClaimMissing(_) => Self::Claims,
            TokenError::Expired
            | TokenError::NotYetValid
            | TokenError::IssuedAhead
            | TokenError::TimesContradict
            | TokenError::LifetimeTooLong => Self::Time,
            TokenError::Issuer => Self::Issuer,
            TokenError::Audience => Self::Audience,
        }
    }
}

/// What came of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// A check before it failed, so it was not made.
    NotReached,
}

/// Every check that was asked for, and what came of it.
#[derive(Debug, Clone)]
pub struct Inspection {
    checks: Vec<(TokenCheck, Outcome)>,
    denial: Option<Denial>,
}

impl Inspection {
    /// What came of checks of which the one under `failed` did not hold, so
    /// that those after it were not made.
    pub fn new(asked: &[TokenCheck], failed: Option<Rule>) -> Self {
        Self::of(asked, failed.map(Denial::new))
    }

    fn of(asked: &[TokenCheck], denial: Option<Denial>) -> Self {
        let failed = denial.as_ref().map(|denial| TokenCheck::of(denial.rule()));
        // Whatever the order says: what was judged not to be genuine is not.
        let forged = denial
            .as_ref()
            .is_some_and(|one| one.genuine() == Some(false));
        let outcome = |check: TokenCheck| match failed {
            Some(Some(failed)) if forged && check == TokenCheck::Signature && check < failed => {
                Outcome::NotReached
            }
            None => Outcome::Passed,
            // Under a rule that is none of these nothing can be said of them.
            Some(None) => Outcome::NotReached,
            Some(Some(failed)) if check < failed => Outcome::Passed,
            Some(Some(failed)) if check == failed => Outcome::Failed,
            Some(Some(_)) => Outcome::NotReached,
        };
        Self {
            checks: asked.iter().map(|&check| (check, outcome(check))).collect(),
            denial,
        }
    }

    /// Each check and what came of it, in order.
    pub fn checks(&self) -> &[(TokenCheck, Outcome)] {
        &self.checks
    }

    /// Whether the signature is good. What could not be verified is not.
    pub fn is_genuine(&self) -> bool {
        self.checks
            .contains(&(TokenCheck::Signature, Outcome::Passed))
    }

    /// Whether every check holds.
    pub const fn is_accepted(&self) -> bool {
        self.denial.is_none()
    }

    /// The rule that refuses it.
    pub fn rule(&self) -> Option<Rule> {
        self.denial.as_ref().map(Denial::rule)
    }

    /// Why it is refused, in one sentence.
    pub fn finding(&self) -> Option<&str> {
        self.denial.as_ref().map(Denial::finding)
    }
}

/// Judges `token` by itself, as a gate would before it looks at what the
/// endpoint demands, and for `audience` if one is asked for.
pub fn inspect(
    token: &str,
    audience: Option<&str>,
    judge: &Judge<'_>,
    now: Timestamp,
) -> Inspection {
    let asked: Vec<TokenCheck> = TokenCheck::ALL
        .into_iter()
        .filter(|check| *check != TokenCheck::Audience || audience.is_some())
        .collect();
    let presented = Presented::AccessToken(token);
    let denial = match verify::check(presented, EncryptedTokens::Accepted, judge, now) {
        Err(denial) => Some(denial),
        Ok(Principal::Token(principal)) => audience
            .filter(|audience| principal.claims.check_audience(audience).is_err())
            .map(|_| Denial::new(Rule::TokenAudience)),
        Ok(Principal::Foreign(principal)) => audience
            .filter(|audience| !principal.fact.claims().audience.contains(audience))
            .map(|_| Denial::new(Rule::TokenAudience)),
        // A token makes a bearer of one, and of nobody else.
        Ok(Principal::Anonymous | Principal::ApiKey(_)) => Some(Denial::new(Rule::CredentialKind)),
    };
    Inspection::of(&asked, denial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_stand_in_their_order() {
        assert!(TokenCheck::ALL.is_sorted());
        let names: std::collections::BTreeSet<_> = TokenCheck::ALL.map(TokenCheck::as_str).into();
        assert_eq!(names.len(), TokenCheck::ALL.len());
    }

    #[test]
    fn what_comes_after_a_failure_was_not_reached() {
        let failed = Rule::Token(TokenError::Expired);
        let inspection = Inspection::new(&TokenCheck::ALL, Some(failed));
        for (check, outcome) in inspection.checks() {
            let expected = match check.cmp(&TokenCheck::Time) {
                std::cmp::Ordering::Less => Outcome::Passed,
                std::cmp::Ordering::Equal => Outcome::Failed,
                std::cmp::Ordering::Greater => Outcome::NotReached,
            };
            assert_eq!(*outcome, expected, "{check:?}");
        }
        assert!(inspection.is_genuine() && !inspection.is_accepted());
        assert_eq!(inspection.finding(), Some("The token has expired."));
    }

    #[test]
    fn a_signature_that_was_not_reached_is_not_good() {
        for error in [
            TokenError::Malformed,
            TokenError::KeyUnknown,
            TokenError::Signature,
        ] {
            let inspection = Inspection::new(&TokenCheck::ALL, Some(Rule::Token(error)));
            assert!(!inspection.is_genuine() && !inspection.is_accepted());
        }
        // A rule that is about something else vouches for nothing.
        let other = Inspection::new(&TokenCheck::ALL, Some(Rule::CredentialKind));
        assert!(!other.is_genuine() && !other.is_accepted());
    }
}
