//! An access token: RFC 9068 section 4, and what has been withdrawn since it
//! was signed.

use std::sync::Arc;

use base::Timestamp;
use credential::{ApiKeyId, CredentialKind};
use jose::{TokenError, Unverified};
use snapshot::Snapshot;

use super::{foreign_token, revoked};
use crate::{
    Denial, Judge, Principal, Rule, TokenClient, TokenFact, TokenPrincipal, Unverifiable, View,
};

pub(super) fn check(text: &str, judge: &Judge<'_>, now: Timestamp) -> Result<Principal, Denial> {
    let snapshot = judge.view.snapshot();
    let claims = match judge.facts.verify(text, judge.view).map_err(unverifiable)? {
        TokenFact::Own(claims) => claims,
        TokenFact::Foreign(fact) => return foreign_token::check(fact, judge, now),
    };
    if judge.view.has_ended_keys(now) && !is_key_live(text, snapshot, now) {
        return Err(Denial::new(Rule::SigningKeyEnded).judged(true));
    }
    // RFC 9068 section 4: the issuer, byte for byte. A genuine signature under
    // a key that two environments share must not carry over.
    let issuer = snapshot.issuer().as_str();
    let foreign = |error| Denial::new(Rule::Token(error)).judged(true);
    claims.check_issuer(issuer).map_err(foreign)?;
    let client = client(&claims.client_id, judge.view, now)?;
    let token = TokenPrincipal { claims, client };
    let no_longer = no_longer(&token, judge, now);
    let principal = Principal::Token(token);
    match no_longer {
        None => Ok(principal),
        Some(rule) => Err(Denial::new(rule).genuine_as(&principal)),
    }
}

/// Who the token was issued to. An API key that was exchanged for it is looked
/// up anew on every request, so that what ends the key ends its tokens. The ids
/// of the two kinds start with different letters.
fn client(id: &str, view: &View, now: Timestamp) -> Result<TokenClient, Denial> {
    if let Some(client) = view.snapshot().shared_client(id) {
        return Ok(TokenClient::Client(Arc::clone(client)));
    }
    let unknown = || Denial::new(Rule::ClientUnknown).judged(true);
    // What is no key's id is asked of nobody.
    let key: ApiKeyId = id.parse().map_err(|_| unknown())?;
    match view.api_key(id, now) {
        Ok(api_key) => Ok(TokenClient::ApiKey(api_key)),
        // It is genuine; whether its key still stands is not known yet.
        Err(Rule::ApiKeyNotLoaded) => Err(Denial::new(Rule::ApiKeyNotLoaded)
            .judged(true)
            .wanting_api_key(Some(key))),
        Err(_) => Err(unknown()),
    }
}

/// Unverifiable is not genuine, save where a genuine token says what no rule
/// accepts: there is no third answer.
fn unverifiable(why: Unverifiable) -> Denial {
    let rule = why.rule();
    let denial = Denial::new(rule);
    let denial = match rule {
        // Nothing was judged: there is nothing to judge it by.
        Rule::IssuerKeysUnavailable => denial,
        _ => denial.judged(why.is_genuine()),
    };
    match why.into_wanted() {
        Some(key) => denial.wanting(key),
        None => denial,
    }
}

/// Why a genuine token is not accepted any more, or not here.
fn no_longer(token: &TokenPrincipal, judge: &Judge<'_>, now: Timestamp) -> Option<Rule> {
    let snapshot = judge.view.snapshot();
    let TokenPrincipal { claims, client } = token;
    if let Err(error) = claims.check_time(&judge.time_limits, now) {
        return Some(Rule::Token(error));
    }
    // RFC 7800 section 3.1: a bound token must not pass as a bearer token, and
    // no proof can be checked yet.
    if claims.confirmation.is_some() {
        return Some(Rule::TokenConfirmation);
    }
    if client.environment() != snapshot.environment().name.as_str() {
        return Some(Rule::ClientEnvironment);
    }
    if client.revoked_at().is_some() {
        return Some(Rule::ClientRevoked);
    }
    if snapshot.owner_disabled_at(client.owner()).is_some() {
        return Some(Rule::ClientOwnerDisabled);
    }
    if client.suspended_at().is_some_and(|from| now >= from) {
        return Some(Rule::ClientSuspended);
    }
    if now >= client.ends_at() {
        return Some(Rule::ClientExpired);
    }
    let own = token.kind() == CredentialKind::ClientCredentials;
    if own && client.organisation() != claims.organisation.as_str() {
        return Some(Rule::ClientOrganisation);
    }
    revoked::check(token, snapshot)
}

/// Whether the key that the token names is still accepted. A token that names
/// none is refused while some key has ended: it could be that one.
fn is_key_live(text: &str, snapshot: &Snapshot, now: Timestamp) -> bool {
    let named: Result<_, TokenError> = Unverified::parse(text);
    let Ok(named) = named else { return false };
    named.key_id().is_some_and(|key_id| {
        let mut published = snapshot.published_keys().iter();
        published.any(|key| {
            key.jwk.key_id() == Some(key_id) && key.is_accepted() && key.expires_at > now
        })
    })
}
