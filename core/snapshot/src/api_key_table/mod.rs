//! The API keys of a snapshot: a million of them in little memory, and one
//! change to them without a copy of the others.
//!
//! | what | where |
//! |---|---|
//! | one key, with everything that most keys have, in a row of one size | `row` |
//! | some dozens of rows in the order of their ids, and their names | `shard` |
//! | which shard an id is in | `directory` |
//! | environment, scopes and audience, held once for all keys that share them | `reach` |
//! | a key as others see it: its shard and its place there | `api_key_ref` |
//!
//! A clone is a few pointers, and a change copies the path to one shard, and
//! that shard.

mod api_key_ref;
mod directory;
mod reach;
mod row;
mod search;
mod shard;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base::{ID_LENGTH, Timestamp};
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use api_key_ref::ApiKeyRef;

use self::directory::Directory;
use self::reach::Reaches;
use self::row::Row;
use self::search::Wanted;
use self::shard::Shard;
use crate::ApiKeyEntry;

/// The text of a key's id.
type Id = [u8; ID_LENGTH];

/// Where an id stands among all: its text as one number. Two numbers are
/// compared in two steps of the processor; two arrays by a call, and a look-up
/// compares some twenty of them.
const fn order(id: &Id) -> u128 {
    u128::from_be_bytes(*id)
}

/// When shards have on average fewer rows than this they are packed anew.
const FEWEST_ROWS: usize = Shard::MOST_ROWS / 4;

/// API keys by their id. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ApiKeyTable {
    shards: Directory,
    reaches: Reaches,
    count: usize,
}

impl ApiKeyTable {
    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The key with that id.
    pub(crate) fn get(&self, id: &str) -> Option<ApiKeyRef> {
        self.nearest(id).filter(|found| found.id() == id)
    }

    /// The key with that id, or else one that stands beside its place: found in
    /// the same steps. Nothing where nothing stands beside its place, or if the
    /// text has not the length of an id.
    pub(crate) fn nearest(&self, id: &str) -> Option<ApiKeyRef> {
        let id: Id = id.as_bytes().try_into().ok()?;
        let wanted = Wanted::new(&id);
        let (shard, between) = self.shards.find(wanted)?;
        let last = shard.len().checked_sub(1)?;
        let place = shard
            .place_between(wanted, between)
            .unwrap_or_else(|place| place);
        Some(ApiKeyRef::new(Arc::clone(shard), place.min(last)))
    }

    /// Every key, in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ApiKeyRef> + '_ {
        self.shards.iter().flat_map(|shard| {
            (0..shard.len()).map(|place| ApiKeyRef::new(Arc::clone(shard), place))
        })
    }

    /// Adds a key, or puts it in the place of the one with its id.
    pub(crate) fn put(&mut self, entry: ApiKeyEntry) {
        let (id, row, names) = Row::new(entry, &mut self.reaches);
        let Some(shard) = self.shards.get_mut(&id) else {
            return;
        };
        match shard.put(id, row, names.as_str()) {
            Some(replaced) => self.reaches.release(&replaced.reach),
            None => self.count += 1,
        }
        if shard.len() > Shard::MOST_ROWS {
            let upper = shard.split(&id);
            self.shards.add(upper);
        }
    }

    /// Marks a key as revoked; one that is not here stays unknown.
    pub(crate) fn revoke(&mut self, id: &str, at: Timestamp) {
        let Ok(id) = Id::try_from(id.as_bytes()) else {
            return;
        };
        // Looked at first, so that nothing is copied for a key that is not here.
        let known = |shard: &Arc<Shard>| shard.place(&id).is_ok();
        if self.shards.get(&id).is_some_and(known)
            && let Some(shard) = self.shards.get_mut(&id)
        {
            shard.revoke(&id, at);
        }
    }

    /// Drops the keys whose last secret has ended at `now`.
    pub(crate) fn forget_ended(&mut self, now: Timestamp) {
        let (reaches, count) = (&mut self.reaches, &mut self.count);
        let has_ended = |shard: &Shard| shard.has_ended(now);
        self.shards.change(has_ended, |shard| {
            for row in shard.take_ended(now) {
                reaches.release(&row.reach);
                *count = count.saturating_sub(1);
            }
        });
        let shards = self.shards.len();
        if shards > 1 && self.count < shards * FEWEST_ROWS {
            self.pack();
        }
    }

    /// The `most` keys that end last, none of them revoked.
    pub(crate) fn lasting(&self, most: usize) -> Self {
        let mut ends: Vec<Timestamp> = self.lasting_ends().collect();
        ends.sort_unstable_by(|one, other| other.cmp(one));
        // Those that end later than this all have a place; of those that end
        // just then, as many as there is room for.
        let last = ends.get(most).copied();
        let mut room = most
            - ends
                .iter()
                .filter(|end| Some(**end) > last)
                .count()
                .min(most);
        let mut table = Self::default();
        for api_key in self.iter().filter(|api_key| api_key.revoked_at().is_none()) {
            let end = Some(api_key.ends_at());
            if end == last {
                match room.checked_sub(1) {
                    Some(left) => room = left,
                    None => continue,
                }
            }
            if end >= last
                && let Some(entry) = api_key.to_entry()
            {
                table.put(entry);
            }
        }
        table
    }

    fn lasting_ends(&self) -> impl Iterator<Item = Timestamp> + '_ {
        let rows = self.shards.iter().flat_map(|shard| shard.rows());
        rows.map(|(_, row)| row)
            .filter(|row| row.revoked_at().is_none())
            .map(Row::ends_at)
    }

    /// Fills the shards again after many keys have gone.
    fn pack(&mut self) {
        let mut full = Vec::new();
        let mut filling = Shard::default();
        for shard in self.shards.iter() {
            for (id, row) in shard.rows() {
                if filling.len() >= Shard::MOST_ROWS {
                    full.push(std::mem::take(&mut filling));
                }
                filling.put(*id, row.clone(), shard.names(row));
            }
        }
        full.push(filling);
        let mut full = full.into_iter();
        self.shards = full.next().map_or_else(Directory::default, Directory::of);
        full.for_each(|shard| self.shards.add(shard));
    }
}

impl Serialize for ApiKeyTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.count))?;
        for api_key in self.iter() {
            list.serialize_element(&api_key)?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for ApiKeyTable {
    /// One key after the other: there is never a second form of all of them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = ApiKeyTable;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of API keys")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ApiKeyTable, A::Error> {
                let mut table = ApiKeyTable::default();
                while let Some(entry) = list.next_element()? {
                    table.put(entry);
                }
                Ok(table)
            }
        }
        deserializer.deserialize_seq(Entries)
    }
}
