//! The issuer's verification keys, by stage.

use base::Timestamp;
use jose::{Jwk, VerificationKey};
use serde::{Deserialize, Serialize};

/// Where a signing key stands in its life. A key is published before it signs,
/// and stays published until the last token that it signed has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStage {
    /// Published, not yet signing.
    Next,
    /// Signing.
    Active,
    /// No longer signing; its tokens are still accepted.
    Retiring,
    /// Gone: nothing that it signed is accepted.
    Retired,
}

/// A public key as the key set and the gates know it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishedKey {
    /// The public half.
    pub jwk: Jwk,
    /// Its stage.
    pub stage: KeyStage,
    /// When it stops being accepted in any case.
    pub expires_at: Timestamp,
    /// Since when it is in that stage, where that is known.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

/// A key that signs now, ready for a rule to choose: it is parsed already.
#[derive(Debug, Clone)]
pub struct ActiveKey {
    /// The public half.
    pub key: VerificationKey,
    /// When it ends: no token outlives the key that signed it.
    pub expires_at: Timestamp,
    /// Since when it is active, where that is known.
    pub since: Option<Timestamp>,
    /// The key whose place it took, as long as that is accepted.
    pub predecessor: Option<RetiringKey>,
}

/// A key that has just stopped signing.
#[derive(Debug, Clone)]
pub struct RetiringKey {
    /// The public half.
    pub key: VerificationKey,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl ActiveKey {
    /// The active keys of a published list, in its order.
    pub(crate) fn all(accepted: &[(&PublishedKey, VerificationKey)]) -> Vec<Self> {
        let active = accepted
            .iter()
            .filter(|(published, _)| published.stage == KeyStage::Active);
        let active = active.map(|(published, key)| Self {
            key: key.clone(),
            expires_at: published.expires_at,
            since: published.since,
            predecessor: predecessor(key, accepted),
        });
        active.collect()
    }
}

/// The key of the same lane that stopped signing last.
fn predecessor(
    active: &VerificationKey,
    accepted: &[(&PublishedKey, VerificationKey)],
) -> Option<RetiringKey> {
    let (published, key) = accepted
        .iter()
        .filter(|(published, _)| published.stage == KeyStage::Retiring)
        .filter(|(_, key)| key.algorithm() == active.algorithm())
        .max_by_key(|(published, _)| published.since)?;
    Some(RetiringKey {
        key: key.clone(),
        expires_at: published.expires_at,
    })
}

impl KeyStage {
    /// The name in records, output and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

impl std::fmt::Display for KeyStage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PublishedKey {
    /// Whether a gate accepts what it signed. A token signed by a key that is
    /// only announced was not made by us.
    pub fn is_accepted(&self) -> bool {
        matches!(self.stage, KeyStage::Active | KeyStage::Retiring)
    }
}
