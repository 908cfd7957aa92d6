//! An API key as it is remembered, and what each part of its life adds to it.

use base::{Digest, Name, Timestamp};
use credential::{ApiKeyId, Audience, DigestKeyId, ScopeSet};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use snapshot::{ApiKeyEntry, RateLimit, SuccessorEntry};

use crate::accountability::{Accountability, Revocation};

/// An API key as it is remembered. Its texts are not: only digests are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its public id: the same through every rotation.
    pub id: ApiKeyId,
    /// How many acts have made it what it is. An act says which version it
    /// read, so two acts on the same version cannot both be written.
    #[serde(default)]
    pub version: u64,
    /// The environment that it belongs to.
    pub environment: Name,
    /// Who stands behind it.
    pub accountability: Accountability,
    /// Whether its owner is a person or a service.
    #[serde(default)]
    pub owner_kind: OwnerKind,
    /// What it may do.
    pub scopes: ScopeSet,
    /// The one API that it is for.
    pub audience: Audience,
    /// The keyed digest of its text: of the older one, while it is being rotated.
    pub digest: Digest,
    /// The key of that digest; nothing in a record from before they had ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_key: Option<DigestKeyId>,
    /// Counts the secrets that this id has had: that of `digest`, from 1.
    #[serde(default = "first_generation")]
    pub generation: u32,
    /// How many secrets it has had, with those that were withdrawn: none gets
    /// the number of another. 0 before the first rotation.
    #[serde(default)]
    pub generations: u32,
    /// When that secret was made; nothing: with the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_created_at: Option<Timestamp>,
    /// When the key was created.
    pub created_at: Timestamp,
    /// When that secret ends by itself.
    pub expires_at: Timestamp,
    /// How often it is rotated and reviewed.
    #[serde(default)]
    pub rotation_policy: RotationPolicy,
    /// The rotation that is going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Rotation>,
    /// When somebody must look at it next, and who did last; nothing in a
    /// record from before reviews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Why it is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// From where it may be used; empty: from everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    /// How many requests it may make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<RateLimit>,
    /// The public JWK, as JSON, that signs on whose behalf a call is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of_key: Option<Box<str>>,
    /// The system that its first secret was imported from; nothing: it was
    /// minted here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_from: Option<Name>,
    /// The batch that it was made in; nothing: it was made alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Name>,
    /// Where its holder keeps it, and the way it took there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_path: Option<SecretPath>,
    /// When and why it was revoked.
    #[serde(default)]
    pub revocation: Option<Revocation>,
}

/// Who an owner is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// A person.
    Person,
    /// A service or the team behind it.
    #[default]
    Service,
}

/// How old a secret may become, and how often its key is reviewed (article 004,
/// "quarterly rotation is a good baseline; start semiannual and improve").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "preset")]
pub enum RotationPolicy {
    /// 90 days.
    #[default]
    Quarterly,
    /// 180 days, until it becomes quarterly.
    Semiannual {
        /// From when on the key is quarterly.
        improve_by: Timestamp,
    },
}

/// A rotation: two secrets, both accepted until the older one's end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rotation {
    /// When the newer secret was made.
    pub staged_at: Timestamp,
    /// The newer secret.
    pub successor: Successor,
    /// When the older secret ends by itself, and the rotation with it.
    pub ends_at: Timestamp,
    /// Since when the older secret is refused ahead of that.
    #[serde(default)]
    pub cut_over_at: Option<Timestamp>,
    /// How many requests had been reported with the older secret by then: what
    /// is more came while both were accepted.
    #[serde(default)]
    pub used_before: u64,
}

/// The newer secret of a rotation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Successor {
    /// The keyed digest of its text.
    pub digest: Digest,
    /// The key of that digest.
    pub digest_key: DigestKeyId,
    /// Its number among the secrets of the id.
    pub generation: u32,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The periodic look at a key: is it still needed, with these permissions?
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Review {
    /// By when somebody must have looked.
    pub due_at: Timestamp,
    /// When it is suspended if nobody has.
    pub suspends_at: Timestamp,
    /// When the notice about it was recorded.
    #[serde(default)]
    pub noticed_at: Option<Timestamp>,
    /// When its lapse was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed_at: Option<Timestamp>,
    /// Who looked last.
    #[serde(default)]
    pub last: Option<Reviewed>,
}

/// That somebody looked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reviewed {
    /// When.
    pub at: Timestamp,
    /// Who: an operator token's id.
    pub by: String,
    /// What they say, in one line.
    pub note: String,
}

/// That a key is refused for the time being.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub at: Timestamp,
    /// Why, in one line.
    pub reason: String,
}

/// Where a secret is kept and how it came there (article 002, "audit the path
/// each secret takes from creation to use").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretPath {
    /// On which level it is kept.
    pub level: StorageLevel,
    /// Where, such as `vault:secret/ci/weather`; never the secret itself.
    pub place: String,
    /// How it travelled from its creation to there, such as `sealed envelope`.
    pub transport: String,
    /// Who can read it there.
    pub readers: Vec<Name>,
}

/// On which level a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageLevel {
    /// A secrets manager: encrypted, with an access log.
    SecretsManager,
    /// A file that only its reader can open.
    File,
    /// A `.env` file.
    DotEnv,
    /// An environment variable that is set at the start of the program.
    Environment,
    /// A variable of a build system, readable by its jobs.
    CiVariable,
    /// A share, a wiki, a chat, a mailbox.
    SharedStorage,
}

const fn first_generation() -> u32 {
    1
}

impl ApiKey {
    /// A key with nothing but what every key has: its first secret, quarterly,
    /// not limited, not reviewed yet.
    pub fn new(
        id: ApiKeyId,
        environment: Name,
        accountability: Accountability,
        (scopes, audience): (ScopeSet, Audience),
        (digest, digest_key): (Digest, DigestKeyId),
        (created_at, expires_at): (Timestamp, Timestamp),
    ) -> Self {
        Self {
            id,
            version: 0,
            environment,
            accountability,
            owner_kind: OwnerKind::default(),
            scopes,
            audience,
            digest,
            digest_key: Some(digest_key),
            generation: first_generation(),
            generations: 0,
            secret_created_at: None,
            created_at,
            expires_at,
            rotation_policy: RotationPolicy::default(),
            rotation: None,
            review: None,
            suspension: None,
            networks: Vec::new(),
            limit: None,
            on_behalf_of_key: None,
            imported_from: None,
            batch: None,
            secret_path: None,
            revocation: None,
        }
    }

    /// What the gates learn of it.
    pub fn entry(&self) -> ApiKeyEntry {
        let accountability = &self.accountability;
        // What somebody has done holds as soon as it is known: a gate whose clock
        // is behind, or was set back, must not wait for the instant of it.
        let older_ends = self
            .rotation
            .as_ref()
            .map_or(self.expires_at, |rotation| match rotation.cut_over_at {
                Some(_) => Timestamp::EPOCH,
                None => rotation.ends_at.min(self.expires_at),
            });
        let suspended_at = match self.suspension {
            Some(_) => Some(Timestamp::EPOCH),
            None => self.suspended_at(),
        };
        ApiKeyEntry {
            digest_key: self.digest_key,
            generation: self.generation,
            revoked_at: self.revocation.as_ref().map(|revocation| revocation.at),
            successor: self
                .rotation
                .as_ref()
                .map(|rotation| rotation.successor.entry()),
            suspended_at,
            networks: self.networks.clone(),
            limit: self.limit,
            on_behalf_of_key: self.on_behalf_of_key.clone(),
            imported: self.is_imported(),
            ..ApiKeyEntry::new(
                self.id.clone(),
                self.digest,
                (
                    self.environment.clone(),
                    accountability.organisation.clone(),
                    accountability.owner.clone(),
                ),
                (self.scopes.clone(), self.audience.clone()),
                older_ends,
            )
        }
    }

    /// Whether the secret of `digest` was made elsewhere: the first one of an
    /// imported key, and none after it.
    pub fn is_imported(&self) -> bool {
        self.imported_from.is_some() && self.generation == first_generation()
    }

    /// From when on it is suspended: because somebody did, or because nobody
    /// will have reviewed it.
    pub fn suspended_at(&self) -> Option<Timestamp> {
        let suspended = self.suspension.as_ref().map(|suspension| suspension.at);
        let lapses = self.review.as_ref().map(|review| review.suspends_at);
        match (suspended, lapses) {
            (Some(suspended), Some(lapses)) => Some(suspended.min(lapses)),
            (suspended, lapses) => suspended.or(lapses),
        }
    }

    /// When the secret of `digest` was made.
    pub fn secret_created_at(&self) -> Timestamp {
        self.secret_created_at.unwrap_or(self.created_at)
    }

    /// Whether nobody has reviewed it in time.
    pub fn is_lapsed(&self, now: Timestamp) -> bool {
        let review = self.review.as_ref();
        review.is_some_and(|review| now >= review.suspends_at)
    }

    /// Whether it is refused for the time being: what an operator has said needs
    /// no clock.
    pub fn is_suspended(&self, now: Timestamp) -> bool {
        self.suspension.is_some() || self.is_lapsed(now)
    }

    /// When the last of its secrets ends. The older one of a rotation ends with
    /// the overlap, however long it would have lived by itself.
    pub fn ends_at(&self) -> Timestamp {
        self.rotation.as_ref().map_or(self.expires_at, |rotation| {
            let older = rotation.ends_at.min(self.expires_at);
            older.max(rotation.successor.expires_at)
        })
    }
}

impl Rotation {
    /// Whether the older secret is refused: since somebody cut it over, or by
    /// the end of the overlap.
    pub fn refuses_older(&self, now: Timestamp) -> bool {
        self.cut_over_at.is_some() || now >= self.ends_at
    }
}

impl Successor {
    fn entry(&self) -> SuccessorEntry {
        SuccessorEntry {
            digest: self.digest,
            digest_key: self.digest_key,
            generation: self.generation,
            expires_at: self.expires_at,
        }
    }
}
