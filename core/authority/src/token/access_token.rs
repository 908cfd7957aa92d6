//! The access token: an RFC 9068 JWT, but for its signature.

use base::{Entropy, Lifetime, Timestamp};
use credential::Audience;
use jose::{AccessTokenClaims, ClaimText, SigningInput, TokenType};

use super::signing_key::Signs;
use super::{ErrorCode, Facts, TokenRefusal};
use crate::grant::{GrantedScopes, IdentityScope};

/// The letter that a `jti` starts with.
const JTI_PREFIX: char = 't';

/// What a token says.
pub(super) struct Said<'a> {
    /// On whose authority.
    pub(super) subject: &'a str,
    /// The version of the subject.
    pub(super) subject_version: u64,
    /// Which client asked.
    pub(super) client: &'a str,
    /// The organisation of the subject.
    pub(super) organisation: &'a str,
    /// The family that it belongs to.
    pub(super) family: Option<&'a str>,
    /// What it allows.
    pub(super) scopes: &'a GrantedScopes,
    /// The API that it is for; none: it opens nothing but who its subject is.
    pub(super) audience: Option<&'a Audience>,
    /// How long it lives at most.
    pub(super) longest: Lifetime,
    /// What it does not outlive, beside its key.
    pub(super) until: Option<Timestamp>,
}

/// A token that waits for its signature.
pub(super) struct Unsigned {
    pub(super) input: SigningInput,
    pub(super) jti: String,
    pub(super) expires_in: u64,
}

/// Makes the token, which does not outlive its key.
pub(super) fn make(
    said: &Said<'_>,
    signs: &Signs<'_>,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Unsigned, TokenRefusal> {
    let jti = base::generate_id_text(JTI_PREFIX, entropy);
    // Whole seconds: that is all that a NumericDate carries, and `exp - iat` must be exact.
    let issued_at = Timestamp::from_unix_seconds(now.unix_seconds()).unwrap_or(now);
    let expires_at = issued_at.after(said.longest).min(signs.expires_at);
    let expires_at = said.until.map_or(expires_at, |until| expires_at.min(until));
    let claims = claims(said, facts, &jti, (issued_at, expires_at)).map_err(|_| unwritable())?;
    let input =
        SigningInput::new(TokenType::AccessToken, &claims, signs.key).map_err(|_| unwritable())?;
    Ok(Unsigned {
        input,
        jti,
        expires_in: expires_at.since(issued_at).as_secs(),
    })
}

/// RFC 9068 section 2.2: the claims of a JWT access token. None of them is
/// personal: not a name, not an address.
fn claims(
    said: &Said<'_>,
    facts: Facts<'_>,
    jti: &str,
    (issued_at, expires_at): (Timestamp, Timestamp),
) -> Result<AccessTokenClaims, jose::InvalidClaimText> {
    Ok(AccessTokenClaims {
        issuer: facts.issuer.as_str().parse()?,
        subject: said.subject.parse()?,
        audience: audience(said, facts)?,
        expires_at,
        not_before: issued_at,
        issued_at,
        token_id: jti.parse()?,
        client_id: said.client.parse()?,
        scope: said.scopes.to_string().parse().ok(),
        organisation: said.organisation.parse()?,
        subject_version: said.subject_version,
        family: said.family.map(str::parse).transpose()?,
        confirmation: None,
    })
}

/// The API; and the issuer, whose userinfo endpoint takes a token with `openid`
/// (OpenID Connect Core section 5.3).
fn audience(said: &Said<'_>, facts: Facts<'_>) -> Result<jose::Audience, jose::InvalidClaimText> {
    let api: Option<ClaimText> = said.audience.map(|api| api.as_str().parse()).transpose()?;
    let issuer: ClaimText = facts.issuer.as_str().parse()?;
    let has_openid = said.scopes.has(IdentityScope::Openid);
    Ok(match api {
        Some(api) if has_openid => jose::Audience::both(api, issuer),
        Some(api) => jose::Audience::only(api),
        None => jose::Audience::only(issuer),
    })
}

/// Names, ids and audiences always fit a claim; should one not, nothing is issued.
pub(super) fn unwritable() -> TokenRefusal {
    TokenRefusal::new(
        ErrorCode::InvalidRequest,
        "claims",
        "a token cannot be made for this client",
    )
}
