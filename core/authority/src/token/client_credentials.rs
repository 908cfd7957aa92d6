//! The client credentials grant: RFC 6749 section 4.4. The token is an
//! RFC 9068 JWT; no refresh token comes with it (RFC 6749 section 4.4.3). An
//! API key that is exchanged is the client of its tokens.

use base::{Entropy, Timestamp};

use credential::{Audience, ScopeSet};
use jose::{AccessTokenClaims, ClaimText, SigningInput, TokenType};

use super::{
    ErrorCode, Facts, Issued, NotIssued, TokenRefusal, TokenRequest, lifetime, resource, scope,
    signing_key,
};
use crate::client::authenticate::AuthenticatedClient;

/// The letter that a `jti` starts with.
const JTI_PREFIX: char = 't';

/// The version of a client as a subject: a client is cut off as a whole.
const SUBJECT_VERSION: u64 = 1;

pub(super) fn issue(
    request: &TokenRequest,
    client: AuthenticatedClient<'_>,
    facts: Facts<'_>,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<(Issued, String), NotIssued> {
    let scope = scope::check(request, client)?;
    let audience = resource::check(request, &scope, client, facts.inventory)?;
    let longest = lifetime::of(&audience, &scope, client, facts.inventory);
    let signs = signing_key::choose(&audience, facts, now)?;
    let jti = base::generate_id_text(JTI_PREFIX, entropy);
    // Whole seconds: that is all that a NumericDate carries, and `exp - iat` must be exact.
    let issued_at = Timestamp::from_unix_seconds(now.unix_seconds()).unwrap_or(now);
    let expires_at = issued_at.after(longest).min(signs.expires_at);
    // No token outlives the secret that it was got with.
    let secret = client.api_key_secret();
    let expires_at = secret.map_or(expires_at, |secret| expires_at.min(secret.ends_at));
    let times = (issued_at, expires_at);
    let claims = claims(client, facts, &scope, &audience, times, &jti).map_err(|_| unwritable())?;
    let access_token =
        SigningInput::new(TokenType::AccessToken, &claims, signs.key).map_err(|_| unwritable())?;
    let issued = Issued {
        access_token,
        expires_in: expires_at.since(issued_at).as_secs(),
        scope,
        api_key_generation: secret.map(|secret| secret.generation),
    };
    Ok((issued, jti))
}

/// RFC 9068 section 2.2: the claims of a JWT access token.
fn claims(
    client: AuthenticatedClient<'_>,
    facts: Facts<'_>,
    scope: &ScopeSet,
    audience: &Audience,
    (issued_at, expires_at): (Timestamp, Timestamp),
    jti: &str,
) -> Result<AccessTokenClaims, jose::InvalidClaimText> {
    let client_id: ClaimText = client.id().parse()?;
    Ok(AccessTokenClaims {
        issuer: facts.issuer.as_str().parse()?,
        // RFC 9068 section 2.2: with no resource owner involved, sub is the client.
        subject: client_id.clone(),
        audience: jose::Audience::only(audience.as_str().parse()?),
        expires_at,
        not_before: issued_at,
        issued_at,
        token_id: jti.parse()?,
        client_id,
        scope: scope.to_string().parse().ok(),
        organisation: client.organisation().as_str().parse()?,
        subject_version: SUBJECT_VERSION,
        family: None,
        confirmation: None,
    })
}

/// Names, ids and audiences always fit a claim; should one not, nothing is issued.
fn unwritable() -> TokenRefusal {
    TokenRefusal::new(
        ErrorCode::InvalidRequest,
        "claims",
        "a token cannot be made for this client",
    )
}
