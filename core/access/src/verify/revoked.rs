//! Tokens that were withdrawn before they ended: one by one, or all that were
//! issued to someone before an instant.

use credential::ClientId;
use snapshot::{CutoffTarget, Snapshot};

use crate::{Rule, TokenClient, TokenPrincipal};

/// Judged on every request, after everything that a cache may remember.
pub(super) fn check(token: &TokenPrincipal, snapshot: &Snapshot) -> Option<Rule> {
    if snapshot.is_token_denied(&token.claims.token_id) {
        return Some(Rule::TokenDenied);
    }
    if snapshot.has_cutoffs() && is_cut_off(token, snapshot) {
        return Some(Rule::TokenCutOff);
    }
    if !snapshot.retired_digest_keys().is_empty() && is_of_retired(token, snapshot) {
        return Some(Rule::TokenCutOff);
    }
    None
}

/// Whether the token was got for an API key while a digest key was good that one
/// of its secrets stands under and that is retired by now. Which secret it was,
/// the token does not say; one that was got since was got with another, for the
/// issuer refuses that one.
fn is_of_retired(token: &TokenPrincipal, snapshot: &Snapshot) -> bool {
    let Some(api_key) = token.client.api_key() else {
        return false;
    };
    let retired = snapshot.retired_digest_keys();
    let older = retired.refused_since(api_key.digest_key());
    let newer = api_key.successor();
    let newer = newer.and_then(|newer| retired.refused_since(Some(newer.digest_key)));
    // `iat` has whole seconds: one of this very second counts as issued before.
    older
        .max(newer)
        .is_some_and(|since| token.claims.issued_at < since.after(base::Lifetime::from_secs(1)))
}

fn is_cut_off(token: &TokenPrincipal, snapshot: &Snapshot) -> bool {
    let claims = &token.claims;
    // What cannot be named cannot be cut off, and so is not accepted.
    let Ok(organisation) = claims.organisation.parse() else {
        return true;
    };
    // An API key that was exchanged is cut off as the subject that it is.
    let client = match (&token.client, claims.client_id.parse::<ClientId>()) {
        (_, Ok(client)) => Some(CutoffTarget::Client(client)),
        (TokenClient::ApiKey(_), Err(_)) => None,
        (TokenClient::Client(_), Err(_)) => return true,
    };
    let family = claims.family.as_ref();
    let targets = [
        Some(CutoffTarget::Environment),
        Some(CutoffTarget::Organisation(organisation)),
        client,
        Some(CutoffTarget::Subject(claims.subject.to_string())),
        family.map(|family| CutoffTarget::Family(family.to_string())),
    ];
    // `iat` has whole seconds: a token of the very second of the cutoff counts
    // as issued before it, which is the safe side.
    targets.iter().flatten().any(|target| {
        let not_before = snapshot.cutoff(target);
        not_before.is_some_and(|not_before| claims.issued_at < not_before)
    })
}
