//! A signing key as it is remembered, and how it goes from stage to stage.

use base::Timestamp;
use jose::{Algorithm, Jwk, KeyId};
use serde::{Deserialize, Serialize};
use snapshot::{KeyStage, PublishedKey};

use super::Custody;
use super::schedule::{LIFETIME, LONGEST_LIFE, SETTLING};

/// A signing key. Members that came later have a default, so that what an
/// older version wrote is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SigningKeyRecord {
    /// Its key id.
    pub key_id: KeyId,
    /// The environment that it signs for, alone.
    pub environment: base::Name,
    /// Its one algorithm: its lane.
    pub algorithm: Algorithm,
    /// Its stage.
    pub stage: KeyStage,
    /// The public half.
    pub public: Jwk,
    /// Who holds the private half.
    #[serde(flatten)]
    pub custody: Custody,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends by itself. Until it is active, when it is too old to become so.
    pub expires_at: Timestamp,
    /// When it was published.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
    /// When it last became active.
    #[serde(default)]
    pub activated_at: Option<Timestamp>,
    /// When it last stopped signing, its tokens still accepted.
    #[serde(default)]
    pub retiring_since: Option<Timestamp>,
    /// When it was retired.
    #[serde(default)]
    pub retired_at: Option<Timestamp>,
    /// Why.
    #[serde(default)]
    pub retired_because: Option<String>,
}

/// One step of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageChange {
    /// Which key.
    pub key_id: KeyId,
    /// The stage that it must be in.
    pub from: KeyStage,
    /// The stage that it gets.
    pub to: KeyStage,
    /// When.
    pub at: Timestamp,
    /// Why, if it is retired.
    #[serde(default)]
    pub because: Option<String>,
}

impl SigningKeyRecord {
    /// What the gates and the key set learn of it.
    pub fn published(&self) -> PublishedKey {
        PublishedKey {
            jwk: self.public.clone(),
            stage: self.stage,
            expires_at: self.expires_at,
            since: match self.stage {
                KeyStage::Next => Some(self.published_since()),
                KeyStage::Active => self.active_since(),
                KeyStage::Retiring => self.retiring_since,
                KeyStage::Retired => self.retired_at,
            },
        }
    }

    /// Whether a token may be recorded at `now` that it signed: it is active,
    /// or was until a moment ago, when not every gate knew its successor.
    pub fn may_sign(&self, now: Timestamp) -> bool {
        match self.stage {
            KeyStage::Active => true,
            KeyStage::Retiring => {
                let since = self.retiring_since;
                since.is_some_and(|since| now < since.after(SETTLING))
            }
            KeyStage::Next | KeyStage::Retired => false,
        }
    }

    /// Since when it is published. A key of an older version was published
    /// when it was made.
    pub fn published_since(&self) -> Timestamp {
        self.published_at.unwrap_or(self.created_at)
    }

    /// Since when it signs, if it does. A key of an older version was active
    /// from the start.
    pub fn active_since(&self) -> Option<Timestamp> {
        let known = self.activated_at.unwrap_or(self.created_at);
        (self.stage == KeyStage::Active).then_some(known)
    }

    /// Whether it is neither retired nor past its end.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.stage != KeyStage::Retired && self.expires_at > now
    }

    /// Makes the step, if this is its key and it stands where the step begins;
    /// says whether it did. No step leads out of `retired` or into `next`: what
    /// has ended never comes back.
    pub fn step(&mut self, change: &StageChange) -> bool {
        use KeyStage::{Active, Next, Retired, Retiring};
        let is_a_way = matches!(
            (change.from, change.to),
            (Next | Retiring, Active) | (Active, Retiring) | (Next | Active | Retiring, Retired)
        );
        if !is_a_way || self.stage != change.from || self.key_id != change.key_id {
            return false;
        }
        self.stage = change.to;
        match change.to {
            Active => {
                if change.from == Next {
                    self.expires_at = self.end_if_activated(change.at);
                }
                self.activated_at = Some(change.at);
                self.retiring_since = None;
            }
            Retiring => self.retiring_since = Some(change.at),
            Retired => {
                self.retired_at = Some(change.at);
                self.retired_because.clone_from(&change.because);
                // Nothing will sign with it again, so nobody needs to hold it.
                if let Custody::Sealed(_) = self.custody {
                    self.custody = Custody::Erased;
                }
            }
            Next => {}
        }
        true
    }

    /// It signs for its lifetime from its activation on, and never beyond the
    /// longest life of a private key.
    pub(super) fn end_if_activated(&self, now: Timestamp) -> Timestamp {
        now.after(LIFETIME).min(self.created_at.after(LONGEST_LIFE))
    }
}
