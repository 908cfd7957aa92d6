//! The authorization code grant: RFC 6749 section 4.1.3, RFC 7636 section 4.6.
//! In this order:
//!
//! | # | rule | if not |
//! |---|---|---|
//! | 1 | a code is there, and has the shape of one | `invalid_request`, `invalid_grant` |
//! | 2 | we issued it | `invalid_grant` |
//! | 3 | it was not used before | `invalid_grant`, and what the first use got ends |
//! | 4 | it is the client's, in time, for that redirect URI, and the verifier is right | `invalid_grant`, and the code is burned |
//! | 5 | who granted it, what they granted and their session still stand | `invalid_grant`, and the code is burned |
//!
//! A failed proof burns the code: whoever holds it without the verifier has no
//! second try (RFC 7636 section 7).

use base::{Entropy, Timestamp};
use credential::PresentedAuthorizationCode;

use super::{Decided, Facts, NotIssued, TokenRefusal, TokenRequest, delegated};
use crate::account::Account;
use crate::audit::Origin;
use crate::authorization_code::AuthorizationCode;
use crate::authorize::CodeVerifier;
use crate::client::Client;
use crate::client::authenticate::AuthenticatedClient;
use crate::token_family::{self, EndReason};
use crate::versioned::Versioned;
use crate::{Effect, Writes};

pub(super) fn issue(
    request: &TokenRequest,
    client: AuthenticatedClient<'_>,
    facts: Facts<'_>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Decided, NotIssued> {
    let client = client
        .client()
        .ok_or_else(|| refused("code_of_another_client"))?;
    let code = known(request, facts)?;
    if code.used.is_some() {
        let family = facts.delegation.family;
        let writes = family.map_or_else(Writes::default, |family| {
            token_family::end(family, EndReason::CodeReuse, origin, now)
        });
        return Err(NotIssued::Refused(refused("code_used_before"), writes));
    }
    let account = match proved(request, code, client, facts, now) {
        Ok(account) => account,
        Err(refusal) => {
            let burned = code.used(None, now).into_record();
            let writes = Writes {
                effects: vec![Effect::put(code.version, burned)],
                ..Writes::default()
            };
            return Err(NotIssued::Refused(refusal, writes));
        }
    };
    let digest_key = facts.digest_keys.current();
    let family = token_family::begin(code, true, digest_key, now, entropy);
    let nonce = code.nonce.as_deref();
    let at = (facts, now);
    let mut decided = delegated::issue(request, (client, account), &family, nonce, at, entropy)?;
    let used = code.used(Some(family.id.clone()), now);
    decided.writes.effects = vec![
        Effect::put(code.version, used.into_record()),
        Effect::put(0, family.into_record()),
    ];
    Ok(decided)
}

/// Rules 1 and 2.
fn known<'a>(
    request: &TokenRequest,
    facts: Facts<'a>,
) -> Result<&'a AuthorizationCode, TokenRefusal> {
    let Some(text) = &request.code else {
        return Err(TokenRefusal::invalid_request("code", "code is missing"));
    };
    let presented =
        PresentedAuthorizationCode::parse(text.expose()).map_err(|_| refused("code_malformed"))?;
    let record = facts.delegation.code;
    let record = record.filter(|record| record.id.as_str() == presented.id());
    let record = record.ok_or_else(|| refused("code_unknown"))?;
    if !presented.matches(facts.digest_keys, &record.digest, Some(record.digest_key)) {
        return Err(refused("code_wrong"));
    }
    let is_here = presented.class() == facts.environment.class
        && record.environment == facts.environment.name;
    match is_here {
        true => Ok(record),
        false => Err(refused("wrong_environment")),
    }
}

/// Rules 4 and 5.
fn proved<'a>(
    request: &TokenRequest,
    code: &AuthorizationCode,
    client: &Client,
    facts: Facts<'a>,
    now: Timestamp,
) -> Result<&'a Account, TokenRefusal> {
    // RFC 6749 section 4.1.3: it was issued to this client.
    if code.client != client.id {
        return Err(refused("code_of_another_client"));
    }
    if now >= code.expires_at {
        return Err(refused("code_expired"));
    }
    // RFC 6749 section 4.1.3; OAuth 2.1 no longer asks for it, but what is sent must be true.
    let redirected = request.redirect_uri.as_deref();
    if redirected.is_some_and(|uri| uri != code.redirect_uri) {
        return Err(refused("redirect_uri"));
    }
    // RFC 7636 section 4.6.
    let Some(verifier) = &request.code_verifier else {
        return Err(refused("code_verifier_missing"));
    };
    let verifier = CodeVerifier::parse(verifier.expose()).map_err(|_| refused("code_verifier"))?;
    if !code.challenge.is_of(&verifier) {
        return Err(refused("code_verifier"));
    }
    let of_account = (code.account.as_str(), code.subject_version);
    let account = delegated::standing(of_account, &code.scopes, facts)?;
    // Ended, or at its end: the login that the code speaks of is over.
    let session = facts.delegation.session;
    let session = session.filter(|session| session.id == code.session);
    match session.is_some_and(|session| session.is_standing(account, now)) {
        true => Ok(account),
        false => Err(refused("session_ended")),
    }
}

/// To whoever presents it every failure is one; the audit tells them apart.
fn refused(rule: &'static str) -> TokenRefusal {
    TokenRefusal::invalid_grant(
        rule,
        "the code is unknown, used, too old or another client's, or its proof is wrong",
    )
}
