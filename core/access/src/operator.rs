//! Who may use the admin API: the same strictness, with operator tokens.

use base::{Digest, Name, Timestamp};
use credential::{
    DigestKeyId, DigestKeys, Environment, OperatorTokenId, PresentedOperatorToken, Scope, ScopeSet,
};
use http::HeaderMap;

use crate::{Denial, Rule, present};

/// An operator token as its store knows it.
#[derive(Debug, Clone)]
pub struct OperatorEntry<'a> {
    /// Its public id.
    pub id: &'a OperatorTokenId,
    /// The keyed digest of its text.
    pub digest: &'a Digest,
    /// The key of that digest; nothing in a record from before they had ids.
    pub digest_key: Option<DigestKeyId>,
    /// The environment that it administers.
    pub environment: &'a Name,
    /// Who holds it.
    pub owner: &'a Name,
    /// Whether they are gone: nothing of theirs is accepted.
    pub is_owner_disabled: bool,
    /// What it may do.
    pub scopes: &'a ScopeSet,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What an operator token is judged by.
#[derive(Debug, Clone, Copy)]
pub struct OperatorJudge<'a> {
    /// The environment that is administered here.
    pub environment: &'a Environment,
    /// The keys of the stored digests.
    pub digest_keys: &'a DigestKeys,
}

/// Who is using the admin API. Only [`decide_operator`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    id: OperatorTokenId,
    owner: Name,
}

impl Operator {
    /// The id of the operator token.
    pub fn id(&self) -> &OperatorTokenId {
        &self.id
    }

    /// Who holds it.
    pub fn owner(&self) -> &Name {
        &self.owner
    }
}

/// What an unknown id is compared with. Even a match would not count.
const NOBODY: Digest = Digest::new([0; 32]);

/// Whether the operator token in `headers` may do what takes `demanded`.
/// `entry` is what the store holds under [`operator_token_id`](crate::operator_token_id);
/// nothing if it holds nothing.
pub fn decide_operator(
    headers: &HeaderMap,
    entry: Option<&OperatorEntry<'_>>,
    demanded: &Scope,
    judge: OperatorJudge<'_>,
    now: Timestamp,
) -> Result<Operator, Denial> {
    let text = present::operator_token_text(headers)?;
    let presented = PresentedOperatorToken::parse(text)
        .map_err(|_| Denial::new(Rule::OperatorTokenMalformed).judged(false))?;
    // An unknown id costs the same comparison as a known one.
    let entry = entry.filter(|entry| entry.id.as_str() == presented.id());
    let current = Some(judge.digest_keys.current().id());
    let (digest, key) = entry.map_or((&NOBODY, current), |entry| (entry.digest, entry.digest_key));
    let genuine = presented.matches(judge.digest_keys, digest, key);
    let Some(entry) = entry else {
        return Err(Denial::new(Rule::OperatorTokenUnknown).judged(false));
    };
    if !genuine {
        return Err(Denial::new(Rule::OperatorTokenDigest).judged(false));
    }
    if presented.class() != judge.environment.class || *entry.environment != judge.environment.name
    {
        return Err(Denial::new(Rule::OperatorTokenEnvironment).judged(true));
    }
    if entry.revoked_at.is_some() {
        return Err(Denial::new(Rule::OperatorTokenRevoked).judged(true));
    }
    if entry.is_owner_disabled {
        return Err(Denial::new(Rule::OperatorTokenOwnerDisabled).judged(true));
    }
    if now >= entry.expires_at {
        return Err(Denial::new(Rule::OperatorTokenExpired).judged(true));
    }
    if !entry.scopes.contains(demanded.as_str()) {
        let missing: ScopeSet = [demanded.clone()].into_iter().collect();
        return Err(Denial::new(Rule::OperatorScope)
            .judged(true)
            .with_missing(missing));
    }
    Ok(Operator {
        id: entry.id.clone(),
        owner: entry.owner.clone(),
    })
}
