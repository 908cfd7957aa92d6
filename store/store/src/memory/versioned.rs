//! Records with a version.

use std::ops::Bound;

use authority::versioned::{Lookup, VersionedKind, VersionedRecord};
use base::Timestamp;

use super::state::State;
use crate::{Conflict, wall};

impl State {
    pub(super) fn put_record(
        &mut self,
        from: u64,
        record: VersionedRecord,
    ) -> Result<(), Conflict> {
        let key = (record.kind(), record.id());
        let found = self.versioned.get(&key).map_or(0, VersionedRecord::version);
        wall::check_record(found, from, &record)?;
        for (lookup, value) in record.lookups() {
            let others = self.versioned_by(record.kind(), (lookup, &value), None, 2);
            if lookup.is_unique() && others.iter().any(|other| other.id() != key.1) {
                let kind = record.kind();
                return Err(Conflict::NotUnique { kind, lookup });
            }
            self.lookups.insert((key.0, lookup, value, key.1.clone()));
        }
        self.versioned.insert(key, record);
        Ok(())
    }

    pub(super) fn versioned_by(
        &self,
        kind: VersionedKind,
        (lookup, value): (Lookup, &str),
        after: Option<&str>,
        limit: usize,
    ) -> Vec<VersionedRecord> {
        // No id is empty, so every one comes after the empty text.
        let first = (
            kind,
            lookup,
            value.to_owned(),
            after.unwrap_or("").to_owned(),
        );
        self.lookups
            .range((Bound::Excluded(first), Bound::Unbounded))
            .take_while(|(of, by, found, _)| (*of, *by, found.as_str()) == (kind, lookup, value))
            .take(limit)
            .filter_map(|(_, _, _, id)| self.versioned.get(&(kind, id.clone())).cloned())
            .collect()
    }

    pub(super) fn forget_records(&mut self, now: Timestamp, limit: usize) {
        let over = |record: &VersionedRecord| record.forget_at().is_some_and(|end| end <= now);
        let ended: Vec<VersionedRecord> = self
            .versioned
            .values()
            .filter(|record| over(record))
            .take(limit)
            .cloned()
            .collect();
        for record in &ended {
            let (kind, id) = (record.kind(), record.id());
            for (lookup, value) in record.lookups() {
                self.lookups.remove(&(kind, lookup, value, id.clone()));
            }
            self.versioned.remove(&(kind, id));
        }
    }
}
