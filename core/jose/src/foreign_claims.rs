//! The claims of an access token of an issuer that is not ours.

use base::{Lifetime, Timestamp};
use serde::de::MapAccess;

use crate::claim_tree::{self, ClaimTree, Keep};
use crate::json::{self, InvalidJson, Members};
use crate::time::{self, NumericDate, TokenTimes};
use crate::verify::Claims;
use crate::{Audience, ClaimText, Thumbprint, TimeLimits, TokenError};

/// The claims that every issuer's access tokens must have, and all others, to
/// be read by the rules that an acceptor has for that issuer. They are read as
/// strictly as our own: what is malformed is never taken for absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignClaims {
    /// `iss`: who says that it issued it.
    pub issuer: ClaimText,
    /// `sub`: a name among the subjects of that issuer, and nobody else's.
    pub subject: ClaimText,
    /// `aud`: for which APIs, in the issuer's words.
    pub audience: Audience,
    /// `exp`: refused from this instant on.
    pub expires_at: Timestamp,
    /// `nbf`: refused before this instant; many issuers leave it out.
    pub not_before: Option<Timestamp>,
    /// `iat`: when it was issued. Without it a token has no age, so it is required.
    pub issued_at: Timestamp,
    /// `jti`; without one `sha256:` and the digest of the payload, so that
    /// every token can be named in a record and in a revocation.
    pub token_id: ClaimText,
    /// Whether it is bound to a key of its holder (`cnf`, in whatever form).
    pub is_bound: bool,
    others: Vec<(Box<str>, ClaimTree)>,
}

impl ForeignClaims {
    /// The text at `path` (a claim, or a member of a claim that is an object);
    /// nothing if it is not there. Anything but a text is malformed.
    pub fn text<S: AsRef<str>>(&self, path: &[S]) -> Result<Option<&str>, TokenError> {
        match self.find(path)? {
            None => Ok(None),
            Some(ClaimTree::Text(text)) => Ok(Some(text)),
            Some(_) => Err(TokenError::Claim),
        }
    }

    /// The texts at `path`: a list of texts, or one text. Anything else is
    /// malformed, also as one item of the list.
    pub fn texts<S: AsRef<str>>(&self, path: &[S]) -> Result<Option<Vec<&str>>, TokenError> {
        match self.find(path)? {
            None => Ok(None),
            Some(ClaimTree::Text(text)) => Ok(Some(vec![text])),
            Some(ClaimTree::List(items)) => items
                .iter()
                .map(only_text)
                .collect::<Result<_, _>>()
                .map(Some),
            Some(_) => Err(TokenError::Claim),
        }
    }

    /// Whether the claim `name` is there, in whatever form.
    pub fn has(&self, name: &str) -> bool {
        self.others.iter().any(|(held, _)| **held == *name)
    }

    /// The flag at `path`; anything but true or false is malformed.
    pub fn flag<S: AsRef<str>>(&self, path: &[S]) -> Result<Option<bool>, TokenError> {
        match self.find(path)? {
            None => Ok(None),
            Some(ClaimTree::Flag(flag)) => Ok(Some(*flag)),
            Some(_) => Err(TokenError::Claim),
        }
    }

    /// Whether it holds at `now`. Judged on every request, also when the other
    /// facts come from a cache.
    pub fn check_time(&self, limits: &TimeLimits, now: Timestamp) -> Result<(), TokenError> {
        let times = TokenTimes {
            issued_at: self.issued_at,
            // RFC 7519 section 4.1.5: optional; it holds from its issue on.
            not_before: self.not_before.unwrap_or(self.issued_at),
            expires_at: self.expires_at,
        };
        time::check(times, limits, now)
    }

    /// How long ago it was issued; zero if that lies ahead.
    pub fn age(&self, now: Timestamp) -> Lifetime {
        now.since(self.issued_at)
    }

    fn find<S: AsRef<str>>(&self, path: &[S]) -> Result<Option<&ClaimTree>, TokenError> {
        claim_tree::find(&self.others, path)
    }
}

fn only_text(item: &ClaimTree) -> Result<&str, TokenError> {
    match item {
        ClaimTree::Text(text) => Ok(text),
        _ => Err(TokenError::Claim),
    }
}

impl Claims for ForeignClaims {
    fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        let members: ForeignMembers =
            json::parse_object(payload).map_err(|invalid| match invalid {
                InvalidJson::Syntax => TokenError::Malformed,
                InvalidJson::Member => TokenError::Claim,
            })?;
        members.finish(payload)
    }
}

#[derive(Default)]
struct ForeignMembers {
    iss: Option<ClaimText>,
    sub: Option<ClaimText>,
    aud: Option<Audience>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: Option<ClaimText>,
    others: Vec<(Box<str>, ClaimTree)>,
}

impl<'de> Members<'de> for ForeignMembers {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => json::once(&mut self.iss, map)?,
            "sub" => json::once(&mut self.sub, map)?,
            "aud" => json::once(&mut self.aud, map)?,
            "exp" => json::once(&mut self.exp, map)?,
            "nbf" => json::once(&mut self.nbf, map)?,
            "iat" => json::once(&mut self.iat, map)?,
            "jti" => json::once(&mut self.jti, map)?,
            _ => {
                let value = map.next_value_seed(Keep { depth: 1 })?;
                claim_tree::put(&mut self.others, name, value)?;
            }
        }
        Ok(true)
    }
}

impl ForeignMembers {
    fn finish(self, payload: &[u8]) -> Result<ForeignClaims, TokenError> {
        let token_id = match self.jti {
            Some(token_id) => token_id,
            None => format!("sha256:{}", Thumbprint::of(payload))
                .parse()
                .map_err(|_| TokenError::Claim)?,
        };
        Ok(ForeignClaims {
            // RFC 9068 section 2.2: iss, exp, aud, sub and iat are required of
            // every issuer. jti is left out by several and made up for.
            issuer: required(self.iss, "iss")?,
            subject: required(self.sub, "sub")?,
            audience: required(self.aud, "aud")?,
            expires_at: required(self.exp, "exp")?.0,
            not_before: self.nbf.map(|not_before| not_before.0),
            issued_at: required(self.iat, "iat")?.0,
            token_id,
            // RFC 7800 section 3.1: whatever it says, it is no bearer token.
            is_bound: self.others.iter().any(|(name, _)| **name == *"cnf"),
            others: self.others,
        })
    }
}

fn required<T>(claim: Option<T>, name: &'static str) -> Result<T, TokenError> {
    claim.ok_or(TokenError::ClaimMissing(name))
}
