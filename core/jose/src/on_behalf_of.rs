//! The claims of a statement on whose behalf a call is made.

use base::{Lifetime, Timestamp};
use serde::Serialize;
use serde::de::MapAccess;

use crate::json::{self, InvalidJson, Members};
use crate::time::{self, NumericDate, TokenTimes, as_numeric_date};
use crate::verify::{Claims, TypedClaims};
use crate::{Audience, ClaimText, TimeLimits, TokenError, TokenType};

/// The most characters that say who.
const LONGEST_SUBJECT: usize = 128;
/// The most characters that say why.
const LONGEST_PURPOSE: usize = 200;
/// The longest that a statement holds: it is made for the call.
const LONGEST_LIFE: Lifetime = Lifetime::from_secs(300);

/// What a service that shares one API key among its users says of a call, in
/// its own name and signed with its own key: for whom, and why. It authorises
/// nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnBehalfOfClaims {
    /// `iss`: the id of the API key that the call is made with.
    #[serde(rename = "iss")]
    pub issuer: ClaimText,
    /// `sub`: who.
    #[serde(rename = "sub")]
    pub subject: ClaimText,
    /// `purpose`: why.
    pub purpose: ClaimText,
    /// `aud`: the one API that is called.
    #[serde(rename = "aud")]
    pub audience: Audience,
    /// `iat`: when it was made.
    #[serde(rename = "iat", serialize_with = "as_numeric_date")]
    pub issued_at: Timestamp,
    /// `exp`: refused from this instant on; at most five minutes after `iat`.
    #[serde(rename = "exp", serialize_with = "as_numeric_date")]
    pub expires_at: Timestamp,
    /// `jti`: its own id.
    #[serde(rename = "jti")]
    pub token_id: ClaimText,
}

impl OnBehalfOfClaims {
    /// Whether it was made by the holder of `api_key`, for `audience` and no
    /// other, and holds at `now`.
    pub fn check(
        &self,
        (api_key, audience): (&str, &str),
        leeway: Lifetime,
        now: Timestamp,
    ) -> Result<(), TokenError> {
        if self.issuer.as_str() != api_key {
            return Err(TokenError::Issuer);
        }
        let mut audiences = self.audience.iter();
        if !matches!((audiences.next(), audiences.next()), (Some(one), None) if one.as_str() == audience)
        {
            return Err(TokenError::Audience);
        }
        let times = TokenTimes {
            issued_at: self.issued_at,
            not_before: self.issued_at,
            expires_at: self.expires_at,
        };
        // More leeway than clocks are given is no leeway at all.
        let limits = TimeLimits::new(leeway, LONGEST_LIFE);
        time::check(times, &limits.map_err(|_| TokenError::Claim)?, now)
    }
}

impl TypedClaims for OnBehalfOfClaims {
    const TYPE: TokenType = TokenType::OnBehalfOf;
}

impl Claims for OnBehalfOfClaims {
    fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        let members: OnBehalfOfMembers =
            json::parse_object(payload).map_err(|invalid| match invalid {
                InvalidJson::Syntax => TokenError::Malformed,
                InvalidJson::Member => TokenError::Claim,
            })?;
        members.finish()
    }
}

#[derive(Default)]
struct OnBehalfOfMembers {
    iss: Option<ClaimText>,
    sub: Option<ClaimText>,
    purpose: Option<ClaimText>,
    aud: Option<Audience>,
    iat: Option<NumericDate>,
    exp: Option<NumericDate>,
    jti: Option<ClaimText>,
}

impl<'de> Members<'de> for OnBehalfOfMembers {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => json::once(&mut self.iss, map)?,
            "sub" => json::once(&mut self.sub, map)?,
            "purpose" => json::once(&mut self.purpose, map)?,
            "aud" => json::once(&mut self.aud, map)?,
            "iat" => json::once(&mut self.iat, map)?,
            "exp" => json::once(&mut self.exp, map)?,
            "jti" => json::once(&mut self.jti, map)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl OnBehalfOfMembers {
    fn finish(self) -> Result<OnBehalfOfClaims, TokenError> {
        Ok(OnBehalfOfClaims {
            issuer: required(self.iss, "iss")?,
            subject: at_most(LONGEST_SUBJECT, required(self.sub, "sub")?)?,
            purpose: at_most(LONGEST_PURPOSE, required(self.purpose, "purpose")?)?,
            audience: required(self.aud, "aud")?,
            issued_at: required(self.iat, "iat")?.0,
            expires_at: required(self.exp, "exp")?.0,
            token_id: required(self.jti, "jti")?,
        })
    }
}

fn required<T>(claim: Option<T>, name: &'static str) -> Result<T, TokenError> {
    claim.ok_or(TokenError::ClaimMissing(name))
}

fn at_most(characters: usize, text: ClaimText) -> Result<ClaimText, TokenError> {
    if text.chars().count() > characters {
        return Err(TokenError::Claim);
    }
    Ok(text)
}
