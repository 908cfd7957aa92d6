//! The claims of a JWT access token (RFC 9068 section 2.2).

use base::{Lifetime, Timestamp};
use serde::Serialize;
use serde::de::MapAccess;

use crate::json::{self, InvalidJson, Members};
use crate::time::{self, NumericDate, TokenTimes, as_numeric_date};
use crate::verify::{Claims, TypedClaims};
use crate::{Audience, ClaimText, Confirmation, Scope, TimeLimits, TokenError, TokenType};

/// The claims of an access token. In the token, instants are whole seconds:
/// a fraction is dropped when it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessTokenClaims {
    /// `iss`: who issued it.
    #[serde(rename = "iss")]
    pub issuer: ClaimText,
    /// `sub`: on whose authority the call is made.
    #[serde(rename = "sub")]
    pub subject: ClaimText,
    /// `aud`: for which APIs.
    #[serde(rename = "aud")]
    pub audience: Audience,
    /// `exp`: refused from this instant on.
    #[serde(rename = "exp", serialize_with = "as_numeric_date")]
    pub expires_at: Timestamp,
    /// `nbf`: refused before this instant.
    #[serde(rename = "nbf", serialize_with = "as_numeric_date")]
    pub not_before: Timestamp,
    /// `iat`: when it was issued.
    #[serde(rename = "iat", serialize_with = "as_numeric_date")]
    pub issued_at: Timestamp,
    /// `jti`: its own id.
    #[serde(rename = "jti")]
    pub token_id: ClaimText,
    /// `client_id`: which client asked for it (RFC 8693 section 4.3).
    pub client_id: ClaimText,
    /// `scope`: what it allows; nothing if absent (RFC 8693 section 4.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// `org`: the organisation.
    #[serde(rename = "org")]
    pub organisation: ClaimText,
    /// `sv`: the version of the subject when it was issued, for cutoffs.
    #[serde(rename = "sv")]
    pub subject_version: u64,
    /// `fam`: the token family that it belongs to, if any.
    #[serde(rename = "fam", skip_serializing_if = "Option::is_none")]
    pub family: Option<ClaimText>,
    /// `cnf`: the keys that the presenter must prove; a bearer token if absent.
    #[serde(rename = "cnf", skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
}

impl AccessTokenClaims {
    /// Whether it comes from `issuer`, byte for byte (RFC 9068 section 4).
    pub fn check_issuer(&self, issuer: &str) -> Result<(), TokenError> {
        if self.issuer.as_str() == issuer {
            Ok(())
        } else {
            Err(TokenError::Issuer)
        }
    }

    /// Whether it is for `audience`, byte for byte (RFC 9068 section 4).
    pub fn check_audience(&self, audience: &str) -> Result<(), TokenError> {
        if self.audience.contains(audience) {
            Ok(())
        } else {
            Err(TokenError::Audience)
        }
    }

    /// Whether it holds at `now`. Judged on every request, also when the other
    /// facts come from a cache.
    pub fn check_time(&self, limits: &TimeLimits, now: Timestamp) -> Result<(), TokenError> {
        let Self {
            issued_at,
            not_before,
            expires_at,
            ..
        } = *self;
        time::check(
            TokenTimes {
                issued_at,
                not_before,
                expires_at,
            },
            limits,
            now,
        )
    }

    /// How long ago it was issued; zero if that lies ahead.
    pub fn age(&self, now: Timestamp) -> Lifetime {
        now.since(self.issued_at)
    }
}

impl TypedClaims for AccessTokenClaims {
    const TYPE: TokenType = TokenType::AccessToken;
}

impl Claims for AccessTokenClaims {
    fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        let members: AccessTokenMembers =
            json::parse_object(payload).map_err(|invalid| match invalid {
                InvalidJson::Syntax => TokenError::Malformed,
                InvalidJson::Member => TokenError::Claim,
            })?;
        members.finish()
    }
}

#[derive(Default)]
struct AccessTokenMembers {
    iss: Option<ClaimText>,
    sub: Option<ClaimText>,
    aud: Option<Audience>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: Option<ClaimText>,
    client_id: Option<ClaimText>,
    scope: Option<Scope>,
    org: Option<ClaimText>,
    sv: Option<u64>,
    fam: Option<ClaimText>,
    cnf: Option<Confirmation>,
}

impl<'de> Members<'de> for AccessTokenMembers {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "iss" => json::once(&mut self.iss, map)?,
            "sub" => json::once(&mut self.sub, map)?,
            "aud" => json::once(&mut self.aud, map)?,
            "exp" => json::once(&mut self.exp, map)?,
            "nbf" => json::once(&mut self.nbf, map)?,
            "iat" => json::once(&mut self.iat, map)?,
            "jti" => json::once(&mut self.jti, map)?,
            "client_id" => json::once(&mut self.client_id, map)?,
            "scope" => json::once(&mut self.scope, map)?,
            "org" => json::once(&mut self.org, map)?,
            "sv" => json::once(&mut self.sv, map)?,
            "fam" => json::once(&mut self.fam, map)?,
            "cnf" => json::once(&mut self.cnf, map)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl AccessTokenMembers {
    fn finish(self) -> Result<AccessTokenClaims, TokenError> {
        Ok(AccessTokenClaims {
            // RFC 9068 section 2.2: iss, exp, aud, sub, client_id, iat and jti
            // are required; nbf, org and sv are required by us.
            issuer: required(self.iss, "iss")?,
            subject: required(self.sub, "sub")?,
            audience: required(self.aud, "aud")?,
            expires_at: required(self.exp, "exp")?.0,
            not_before: required(self.nbf, "nbf")?.0,
            issued_at: required(self.iat, "iat")?.0,
            token_id: required(self.jti, "jti")?,
            client_id: required(self.client_id, "client_id")?,
            scope: self.scope,
            organisation: required(self.org, "org")?,
            subject_version: required(self.sv, "sv")?,
            family: self.fam,
            confirmation: self.cnf,
        })
    }
}

fn required<T>(claim: Option<T>, name: &'static str) -> Result<T, TokenError> {
    claim.ok_or(TokenError::ClaimMissing(name))
}
