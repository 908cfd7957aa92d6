//! One key in a row of one size.

use std::sync::Arc;

use base::{Digest, Name, Timestamp};
use credential::DigestKeyId;
use ipnet::IpNet;

use super::Id;
use super::reach::{Reach, Reaches};
use crate::{ApiKeyEntry, RateLimit, SuccessorEntry};

/// What every key has. Its id and its names stand in its shard.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) digest: Digest,
    pub(super) digest_key: Option<DigestKeyId>,
    pub(super) generation: u32,
    pub(super) organisation: Span,
    pub(super) owner: Span,
    pub(super) reach: Arc<Reach>,
    pub(super) expires_at: Timestamp,
    revoked_at: Micros,
    /// What few keys have; nothing where a key has nothing of it.
    pub(super) rare: Option<Arc<Rare>>,
}

/// A [`Row`] is what a loaded key costs: whoever makes it longer measures.
const _: () = assert!(size_of::<Row>() <= 80);

/// Part of the text of a shard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// Two bytes, not a number: a span is to be no longer than its three.
    start: [u8; 2],
    length: u8,
}

impl Span {
    /// The next `length` bytes of a text that has `start`. A shard is never so
    /// long, and a name never is; a span beyond would be of no text at all.
    pub(super) fn new(start: usize, length: usize) -> Self {
        Self {
            start: u16::try_from(start).unwrap_or(u16::MAX).to_ne_bytes(),
            length: u8::try_from(length).unwrap_or(u8::MAX),
        }
    }

    pub(super) fn len(self) -> usize {
        self.length.into()
    }

    pub(super) fn of(self, text: &str) -> &str {
        let start = usize::from(u16::from_ne_bytes(self.start));
        // Every span was made for the text that it is used on.
        text.get(start..start + self.len()).unwrap_or_default()
    }
}

/// Who answers for a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<T> {
    pub(super) organisation: T,
    pub(super) owner: T,
}

impl Names<Name> {
    pub(super) fn as_str(&self) -> Names<&str> {
        Names {
            organisation: self.organisation.as_str(),
            owner: self.owner.as_str(),
        }
    }
}

/// What few keys have.
#[derive(Debug)]
pub(super) struct Rare {
    pub(super) successor: Option<SuccessorEntry>,
    pub(super) suspended_at: Option<Timestamp>,
    pub(super) networks: Box<[IpNet]>,
    pub(super) limit: Option<RateLimit>,
    pub(super) on_behalf_of_key: Option<Box<str>>,
    pub(super) imported: bool,
}

impl Row {
    /// The row of a key, and the id and the names that a shard is to keep for it.
    pub(super) fn new(entry: ApiKeyEntry, reaches: &mut Reaches) -> (Id, Self, Names<Name>) {
        // Named one by one: a field that is added does not get lost here.
        let ApiKeyEntry {
            id,
            digest,
            digest_key,
            generation,
            environment,
            organisation,
            owner,
            scopes,
            audience,
            expires_at,
            revoked_at,
            successor,
            suspended_at,
            networks,
            limit,
            on_behalf_of_key,
            imported,
        } = entry;
        let rare = Rare {
            successor,
            suspended_at,
            networks: networks.into(),
            limit,
            on_behalf_of_key,
            imported,
        };
        let reach = Reach {
            environment,
            scopes,
            audience,
        };
        // An id has exactly this length: it could not be read or made otherwise.
        let mut bytes = Id::default();
        for (to, from) in bytes.iter_mut().zip(id.as_str().bytes()) {
            *to = from;
        }
        let row = Self {
            digest,
            digest_key,
            generation,
            organisation: Span::default(),
            owner: Span::default(),
            reach: reaches.hold(reach),
            expires_at,
            revoked_at: Micros::from(revoked_at),
            rare: rare.is_anything().then(|| Arc::new(rare)),
        };
        let names = Names {
            organisation,
            owner,
        };
        (bytes, row, names)
    }

    pub(super) fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at.into()
    }

    pub(super) fn revoke(&mut self, at: Timestamp) {
        self.revoked_at = Micros::from(Some(at));
    }

    pub(super) fn successor(&self) -> Option<&SuccessorEntry> {
        self.rare.as_ref()?.successor.as_ref()
    }

    /// As [`ApiKeyEntry::ends_at`].
    pub(super) fn ends_at(&self) -> Timestamp {
        let newer = self.successor().map(|newer| newer.expires_at);
        newer.map_or(self.expires_at, |newer| newer.max(self.expires_at))
    }
}

impl Rare {
    fn is_anything(&self) -> bool {
        self.successor.is_some()
            || self.suspended_at.is_some()
            || !self.networks.is_empty()
            || self.limit.is_some()
            || self.on_behalf_of_key.is_some()
            || self.imported
    }
}

/// An instant or none, in 8 bytes.
#[derive(Debug, Clone, Copy)]
struct Micros(i64);

impl From<Option<Timestamp>> for Micros {
    fn from(at: Option<Timestamp>) -> Self {
        // No instant is so early.
        Self(at.map_or(i64::MIN, Timestamp::unix_micros))
    }
}

impl From<Micros> for Option<Timestamp> {
    fn from(micros: Micros) -> Self {
        Timestamp::from_unix_micros(micros.0).ok()
    }
}
