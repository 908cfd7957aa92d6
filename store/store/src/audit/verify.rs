//! Walking the chain.

use serde::Serialize;

use super::{AuditBody, EntryDigest, link};

/// An entry exactly as an adapter stored it.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// Its place.
    pub sequence: u64,
    /// The digest that it names as the one before it.
    pub previous: EntryDigest,
    /// Its digest.
    pub digest: EntryDigest,
    /// The request id by which it is found.
    pub request_id: &'a str,
    /// Its body, to the byte.
    pub body: &'a str,
}

/// Where the chain ends, as an adapter keeps it apart from the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AuditHead {
    /// The number of the newest entry; 0 for none.
    pub sequence: u64,
    /// Its digest; [`EntryDigest::GENESIS`] for none.
    pub digest: EntryDigest,
}

impl AuditHead {
    /// The head of an empty chain.
    pub const EMPTY: Self = Self {
        sequence: 0,
        digest: EntryDigest::GENESIS,
    };

    /// The number and the digest of a next entry with this body.
    pub fn next(&self, body: &[u8]) -> Self {
        let sequence = self.sequence.saturating_add(1);
        Self {
            sequence,
            digest: link(&self.digest, sequence, body),
        }
    }
}

/// What a walk found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum AuditVerdict {
    /// Every entry is as it was written, and none is missing.
    Intact(AuditHead),
    /// Something was altered: the first place where it shows.
    Broken(AuditBreak),
}

/// The first place where the chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("audit entry {sequence}: {damage}")]
pub struct AuditBreak {
    /// The number of the entry.
    pub sequence: u64,
    /// What is wrong with it.
    pub damage: Damage,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// It is not there, but later ones are, or the head says that it was.
    #[error("it is missing")]
    Missing,
    /// It is there, but the head does not know of it.
    #[error("it was added behind the head")]
    Added,
    /// It names another digest as the one before it.
    #[error("it does not follow the entry before it")]
    Previous,
    /// Its body or its digest was altered.
    #[error("its body or its digest was altered")]
    Altered,
    /// The request id by which it is found is not the one in its body.
    #[error("the request id by which it is found was altered")]
    RequestId,
    /// It cannot be read at all.
    #[error("it cannot be read")]
    Unreadable,
    /// It is the newest one, but the head names another digest.
    #[error("the head of the chain was altered")]
    Head,
}

/// Walks a chain entry by entry, in constant space.
#[derive(Debug)]
pub struct Verifier {
    head: AuditHead,
}

impl Verifier {
    /// Before the first entry.
    pub const fn new() -> Self {
        Self {
            head: AuditHead::EMPTY,
        }
    }

    /// The number of the last entry that was checked.
    pub const fn sequence(&self) -> u64 {
        self.head.sequence
    }

    /// Checks the next entry.
    pub fn check(&mut self, entry: StoredEntry<'_>) -> Result<(), AuditBreak> {
        let expected = self.head.next(entry.body.as_bytes());
        if entry.sequence != expected.sequence {
            return Err(broken(expected.sequence, Damage::Missing));
        }
        if entry.previous != self.head.digest {
            return Err(broken(entry.sequence, Damage::Previous));
        }
        if entry.digest != expected.digest {
            return Err(broken(entry.sequence, Damage::Altered));
        }
        let body: AuditBody = serde_json::from_str(entry.body)
            .map_err(|_| broken(entry.sequence, Damage::Unreadable))?;
        if body.request_id().as_str() != entry.request_id {
            return Err(broken(entry.sequence, Damage::RequestId));
        }
        self.head = expected;
        Ok(())
    }

    /// What is to be said of the next entry when it cannot even be read.
    pub fn unreadable(&self) -> AuditBreak {
        broken(self.head.sequence.saturating_add(1), Damage::Unreadable)
    }

    /// After the last entry: compares with the head that was kept apart.
    pub fn finish(self, kept: AuditHead) -> AuditVerdict {
        let here = self.head;
        let next = |sequence: u64| sequence.saturating_add(1);
        if here.sequence < kept.sequence {
            return AuditVerdict::Broken(broken(next(here.sequence), Damage::Missing));
        }
        if here.sequence > kept.sequence {
            return AuditVerdict::Broken(broken(next(kept.sequence), Damage::Added));
        }
        if here.digest != kept.digest {
            return AuditVerdict::Broken(broken(here.sequence, Damage::Head));
        }
        AuditVerdict::Intact(here)
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

const fn broken(sequence: u64, damage: Damage) -> AuditBreak {
    AuditBreak { sequence, damage }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conformance::fixture;

    #[derive(Debug, Clone)]
    struct Row {
        sequence: u64,
        previous: EntryDigest,
        digest: EntryDigest,
        request_id: String,
        body: String,
    }

    fn chain(length: u64) -> (Vec<Row>, AuditHead) {
        let mut head = AuditHead::EMPTY;
        let mut rows = Vec::new();
        for number in 0..length {
            let request = format!("r{number}");
            let body = fixture::decision(&request, &fixture::environment().name);
            let body = serde_json::to_string(&body).unwrap();
            let next = head.next(body.as_bytes());
            rows.push(Row {
                sequence: next.sequence,
                previous: head.digest,
                digest: next.digest,
                request_id: request,
                body,
            });
            head = next;
        }
        (rows, head)
    }

    fn walk(rows: &[Row], head: AuditHead) -> AuditVerdict {
        let mut verifier = Verifier::new();
        for row in rows {
            let checked = verifier.check(StoredEntry {
                sequence: row.sequence,
                previous: row.previous,
                digest: row.digest,
                request_id: &row.request_id,
                body: &row.body,
            });
            if let Err(broken) = checked {
                return AuditVerdict::Broken(broken);
            }
        }
        verifier.finish(head)
    }

    fn flip(digest: EntryDigest, at: usize, bits: u8) -> EntryDigest {
        let mut bytes = *digest.as_bytes();
        bytes[at % 32] ^= bits;
        EntryDigest::new(bytes)
    }

    #[test]
    fn an_untouched_chain_is_intact() {
        for length in 0..5 {
            let (rows, head) = chain(length);
            assert_eq!(walk(&rows, head), AuditVerdict::Intact(head));
        }
    }

    #[test]
    fn a_missing_a_cut_and_an_added_entry_are_named() {
        let (rows, head) = chain(5);
        for gone in 0..5 {
            let mut rows = rows.clone();
            rows.remove(gone);
            let expected = broken(gone as u64 + 1, Damage::Missing);
            assert_eq!(walk(&rows, head), AuditVerdict::Broken(expected));
        }
        let (longer, _) = chain(6);
        let expected = broken(6, Damage::Added);
        assert_eq!(walk(&longer, head), AuditVerdict::Broken(expected));
        assert_eq!(
            walk(&[], head),
            AuditVerdict::Broken(broken(1, Damage::Missing))
        );
    }

    #[test]
    fn two_entries_that_changed_places_are_named() {
        let (mut rows, head) = chain(5);
        rows.swap(1, 2);
        let expected = broken(2, Damage::Missing);
        assert_eq!(walk(&rows, head), AuditVerdict::Broken(expected));
    }

    proptest! {
        #[test]
        fn one_altered_byte_anywhere_is_found_and_named(
            row in 0_usize..5,
            field in 0_usize..6,
            at in any::<prop::sample::Index>(),
            bits in 1_u8..128,
        ) {
            let (mut rows, mut head) = chain(5);
            let target = &mut rows[row];
            let damage = match field {
                0 => {
                    target.previous = flip(target.previous, at.index(32), bits);
                    Damage::Previous
                }
                1 => {
                    target.digest = flip(target.digest, at.index(32), bits);
                    Damage::Altered
                }
                2 => {
                    let mut bytes = target.body.clone().into_bytes();
                    let at = at.index(bytes.len());
                    bytes[at] ^= bits;
                    // What is not UTF-8 any more, an adapter cannot even read.
                    target.body = String::from_utf8_lossy(&bytes).into_owned();
                    Damage::Altered
                }
                3 => {
                    target.request_id.push('x');
                    Damage::RequestId
                }
                4 => {
                    target.sequence += u64::from(bits);
                    Damage::Missing
                }
                _ => {
                    head.digest = flip(head.digest, at.index(32), bits);
                    let expected = broken(5, Damage::Head);
                    prop_assert_eq!(walk(&rows, head), AuditVerdict::Broken(expected));
                    return Ok(());
                }
            };
            let expected = broken(row as u64 + 1, damage);
            prop_assert_eq!(walk(&rows, head), AuditVerdict::Broken(expected));
        }
    }
}
