//! An access token of a trusted issuer: that its keys still count, that it
//! holds now, and that it was not withdrawn here.

use std::sync::Arc;

use base::Timestamp;
use snapshot::{CutoffTarget, Snapshot};

use crate::foreign::{ForeignFact, WantedKey};
use crate::{Denial, ForeignPrincipal, Judge, Principal, Rule};

pub(super) fn check(
    fact: Arc<ForeignFact>,
    judge: &Judge<'_>,
    now: Timestamp,
) -> Result<Principal, Denial> {
    // A fact of other rules or other keys than those in force proves nothing.
    let Some(issuer) = fact.issuer_in(judge.view) else {
        return Err(Denial::new(Rule::IssuerKeysUnavailable));
    };
    let ended = |until: Timestamp| now >= until;
    if issuer
        .keys()
        .is_some_and(|keys| keys.until.is_some_and(ended))
    {
        let wanted = WantedKey {
            origin: issuer.origin().clone(),
            key_id: None,
        };
        return Err(Denial::new(Rule::IssuerKeysUnavailable).wanting(wanted));
    }
    let limits = issuer.limits();
    let no_longer = match fact.claims().check_time(limits, now) {
        Err(error) => Some(Rule::Token(error)),
        // RFC 7800 section 3.1: a bound token must not pass as a bearer token,
        // and no proof can be checked yet.
        Ok(()) if fact.claims().is_bound => Some(Rule::TokenConfirmation),
        Ok(()) => withdrawn(&fact, judge.view.snapshot()),
    };
    let principal = Principal::Foreign(ForeignPrincipal { fact });
    match no_longer {
        None => Ok(principal),
        Some(rule) => Err(Denial::new(rule).genuine_as(&principal)),
    }
}

/// Judged on every request, after everything that a cache may remember. The
/// issuer is part of every name: its `alice` is not ours, and a token id of
/// ours that it happens to use is not that token.
fn withdrawn(fact: &ForeignFact, snapshot: &Snapshot) -> Option<Rule> {
    if !snapshot.has_cutoffs() {
        return None;
    }
    let claims = fact.claims();
    let issuer = || claims.issuer.to_string();
    let token = CutoffTarget::ForeignToken {
        issuer: issuer(),
        token: claims.token_id.to_string(),
    };
    if snapshot.cutoff(&token).is_some() {
        return Some(Rule::TokenDenied);
    }
    let targets = [
        CutoffTarget::Environment,
        CutoffTarget::Organisation(fact.identity().organisation.clone()),
        CutoffTarget::TrustedIssuer(issuer()),
        CutoffTarget::ForeignClient {
            issuer: issuer(),
            client: fact.identity().client.to_string(),
        },
        CutoffTarget::ForeignSubject {
            issuer: issuer(),
            subject: claims.subject.to_string(),
        },
    ];
    // `iat` has whole seconds: a token of the very second of the cutoff counts
    // as issued before it, which is the safe side.
    let cut_off = targets.iter().any(|target| {
        let not_before = snapshot.cutoff(target);
        not_before.is_some_and(|not_before| claims.issued_at < not_before)
    });
    cut_off.then_some(Rule::TokenCutOff)
}
