//! Whether a text is a secret of the record that it names, and whether that
//! secret still opens anything.

use base::{Digest, Timestamp};
use credential::{
    CredentialKind, DigestKeyId, DigestKeys, Environment, PresentedApiKey, PresentedClientSecret,
    PresentedOperatorToken, RetiredDigestKeys,
};

use super::Candidate;
use crate::accountability::Revocation;
use crate::api_key::ApiKey;
use crate::client::Client;
use crate::operator_token::OperatorToken;

/// The record that a candidate names.
#[derive(Debug, Clone)]
pub enum Leaked {
    /// An API key.
    ApiKey(Box<ApiKey>),
    /// The client whose secret it is.
    Client(Box<Client>),
    /// An operator token.
    OperatorToken(Box<OperatorToken>),
}

/// What a candidate is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It names another class of environment: ask there.
    OtherEnvironment,
    /// Nothing here has that id or that secret: it was forgotten, or made up.
    Unknown,
    /// The id is here; the secret is none that it has now. It is an earlier one
    /// that has ended, or made up: it opens nothing.
    OtherSecret,
    /// It is a secret of that record.
    Genuine(Condition),
}

/// Whether a genuine secret opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It does.
    Accepted,
    /// Not until somebody resumes the key.
    Suspended,
    /// Not until somebody reviews the key, which nobody has in time. It is no
    /// answer to a leak: who reviews it later may not know of that.
    Lapsed,
    /// Not any more: a newer secret of the same key has taken its place. A
    /// rollback would bring it back.
    Superseded,
    /// Not any more: its time is over.
    Expired,
    /// Not any more: the digest key that it stands under was retired.
    DigestKeyRetired,
    /// Not any more: it was revoked.
    Revoked,
}

impl Standing {
    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherEnvironment => "other_environment",
            Self::Unknown => "unknown",
            Self::OtherSecret => "other_secret",
            Self::Genuine(Condition::Accepted) => "accepted",
            Self::Genuine(Condition::Suspended) => "suspended",
            Self::Genuine(Condition::Lapsed) => "lapsed",
            Self::Genuine(Condition::Superseded) => "superseded",
            Self::Genuine(Condition::Expired) => "expired",
            Self::Genuine(Condition::DigestKeyRetired) => "digest_key_retired",
            Self::Genuine(Condition::Revoked) => "revoked",
        }
    }
}

impl Leaked {
    /// Its kind: that of what leaked.
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::Client(_) => CredentialKind::ClientSecret,
            Self::OperatorToken(_) => CredentialKind::OperatorToken,
        }
    }

    /// Its public id.
    pub fn id(&self) -> &str {
        match self {
            Self::ApiKey(api_key) => api_key.id.as_str(),
            Self::Client(client) => client.id.as_str(),
            Self::OperatorToken(operator_token) => operator_token.id.as_str(),
        }
    }
}

/// What a client secret would be looked up by: its digest under every key.
pub fn client_digests(candidate: &Candidate, digest_keys: &DigestKeys) -> Vec<Digest> {
    match PresentedClientSecret::parse(candidate.text.expose()) {
        Ok(presented) => digest_keys
            .iter()
            .map(|key| presented.digest(key))
            .collect(),
        Err(_) => Vec::new(),
    }
}

/// Judges a candidate by the record that it names, if there is one. Retired
/// digest keys are among `digest_keys`: what stands under one is still ours.
pub fn standing(
    candidate: &Candidate,
    record: Option<&Leaked>,
    (environment, digest_keys, retired): (&Environment, &DigestKeys, &RetiredDigestKeys),
    now: Timestamp,
) -> Standing {
    if candidate.class != environment.class {
        return Standing::OtherEnvironment;
    }
    let Some(record) = record else {
        return Standing::Unknown;
    };
    let text = candidate.text.expose();
    let condition = match record {
        Leaked::ApiKey(api_key) => of_api_key(text, api_key, (digest_keys, retired), now),
        Leaked::Client(client) => PresentedClientSecret::parse(text)
            .is_ok_and(|presented| {
                client.secret_digest.as_ref().is_some_and(|digest| {
                    presented.matches(digest_keys, digest, client.secret_digest_key)
                })
            })
            .then(|| simple(client.revocation.as_ref(), client.expires_at, now))
            .map(|condition| under(client.secret_digest_key, condition, retired)),
        Leaked::OperatorToken(token) => PresentedOperatorToken::parse(text)
            .is_ok_and(|presented| {
                presented.id() == token.id.as_str()
                    && presented.matches(digest_keys, &token.digest, token.digest_key)
            })
            .then(|| simple(token.revocation.as_ref(), token.expires_at, now))
            .map(|condition| under(token.digest_key, condition, retired)),
    };
    condition.map_or(Standing::OtherSecret, Standing::Genuine)
}

fn simple(revocation: Option<&Revocation>, expires_at: Timestamp, now: Timestamp) -> Condition {
    match revocation {
        Some(_) => Condition::Revoked,
        None if now >= expires_at => Condition::Expired,
        None => Condition::Accepted,
    }
}

/// What a secret under that digest key comes to: nothing brings it back once the
/// key is retired. That it was revoked says more.
fn under(
    digest_key: Option<DigestKeyId>,
    condition: Condition,
    retired: &RetiredDigestKeys,
) -> Condition {
    match condition {
        Condition::Revoked => condition,
        _ if retired.refuses(digest_key) => Condition::DigestKeyRetired,
        _ => condition,
    }
}

fn of_api_key(
    text: &str,
    api_key: &ApiKey,
    (digest_keys, retired): (&DigestKeys, &RetiredDigestKeys),
    now: Timestamp,
) -> Option<Condition> {
    let presented = PresentedApiKey::parse(text).ok()?;
    if presented.id() != api_key.id.as_str() {
        return None;
    }
    let older = presented.matches(digest_keys, &api_key.digest, api_key.digest_key);
    let newer = api_key.rotation.as_ref().filter(|rotation| {
        let successor = &rotation.successor;
        presented.matches(digest_keys, &successor.digest, Some(successor.digest_key))
    });
    let ended = match (older, newer) {
        (true, _) => api_key.rotation.as_ref().and_then(|rotation| {
            let is_over = rotation.refuses_older(now);
            is_over.then_some(Condition::Superseded)
        }),
        (false, Some(_)) => None,
        (false, None) => return None,
    };
    let expires_at = newer.map_or(api_key.expires_at, |rotation| rotation.successor.expires_at);
    let digest_key = match newer {
        Some(rotation) if !older => Some(rotation.successor.digest_key),
        _ => api_key.digest_key,
    };
    let condition = match (simple(api_key.revocation.as_ref(), expires_at, now), ended) {
        (Condition::Revoked, _) => Condition::Revoked,
        (_, Some(superseded)) => superseded,
        (Condition::Accepted, None) if api_key.suspension.is_some() => Condition::Suspended,
        (Condition::Accepted, None) if api_key.is_lapsed(now) => Condition::Lapsed,
        (condition, None) => condition,
    };
    Some(under(digest_key, condition, retired))
}
