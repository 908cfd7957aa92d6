//! Which shard an id is in.

use std::sync::Arc;

use super::search::{self, Between, END, Wanted, rank};
use super::shard::Shard;
use super::{Id, order};

/// Before every id: where the first shard begins.
const LOWEST: Id = [0; base::ID_LENGTH];

/// Shards, each under an id that none of its own is below, and none of the next
/// shard's: every id has one shard where it is, or would be. Two steps, each a
/// search in ids that lie side by side, so that a look-up misses the caches of
/// the processor seldom. Cheap to clone; a change copies the first step and one
/// part of the second.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    pages: Arc<Vec<Entry<Vec<Entry<Shard>>>>>,
}

#[derive(Debug)]
struct Entry<T> {
    /// The rank of `first`.
    rank: u64,
    first: Id,
    held: Arc<T>,
}

impl<T> Entry<T> {
    fn new(first: Id, held: Arc<T>) -> Self {
        Self {
            rank: rank(&first),
            first,
            held,
        }
    }
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self {
            rank: self.rank,
            first: self.first,
            held: Arc::clone(&self.held),
        }
    }
}

impl Default for Directory {
    /// One shard, for every id.
    fn default() -> Self {
        Self::of(Shard::default())
    }
}

/// The entry that the id of that order belongs to.
fn place<T>(entries: &[Entry<T>], wanted: u128) -> usize {
    let upper = entries.partition_point(|entry| order(&entry.first) <= wanted);
    upper.saturating_sub(1)
}

impl Directory {
    /// The most shards of a page.
    const MOST: usize = 128;

    pub(super) fn of(shard: Shard) -> Self {
        let page = vec![Entry::new(LOWEST, Arc::new(shard))];
        let page = Entry::new(LOWEST, Arc::new(page));
        Self {
            pages: Arc::new(vec![page]),
        }
    }

    /// The shard that `id` is in, if it is anywhere.
    pub(super) fn get(&self, id: &Id) -> Option<&Arc<Shard>> {
        self.find(Wanted::new(id)).map(|(shard, _)| shard)
    }

    /// The same, and between which ranks the ids of that shard lie.
    pub(super) fn find(&self, wanted: Wanted) -> Option<(&Arc<Shard>, Between)> {
        let at = place(&self.pages, wanted.order);
        let page = self.pages.get(at)?;
        let end = self.pages.get(at + 1);
        let of_page = Between {
            lower: page.rank,
            upper: end.map_or(END, |next| next.rank),
        };
        let shards = page.held.as_slice();
        let first = |place: usize| shards.get(place).map_or(LOWEST, |entry| entry.first);
        let at = match search::find(shards.len(), wanted, of_page, first) {
            Ok(place) => place,
            Err(after) => after.saturating_sub(1),
        };
        let shard = shards.get(at)?;
        let end = shards.get(at + 1);
        let of_shard = Between {
            lower: shard.rank,
            upper: end.map_or(of_page.upper, |next| next.rank),
        };
        Some((&shard.held, of_shard))
    }

    /// The same, to be changed: what others hold of it is copied.
    pub(super) fn get_mut(&mut self, id: &Id) -> Option<&mut Shard> {
        let wanted = order(id);
        let at = place(&self.pages, wanted);
        let page = Arc::make_mut(&mut self.pages).get_mut(at)?;
        let page = Arc::make_mut(&mut page.held);
        let at = place(page, wanted);
        Some(Arc::make_mut(&mut page.get_mut(at)?.held))
    }

    /// Adds a shard, for the ids from its first one on.
    pub(super) fn add(&mut self, shard: Shard) {
        let Some(first) = shard.first_id() else {
            return;
        };
        let held = Arc::new(shard);
        let wanted = order(&first);
        let at = place(&self.pages, wanted);
        let pages = Arc::make_mut(&mut self.pages);
        let Some(page) = pages.get_mut(at) else {
            return;
        };
        let page = Arc::make_mut(&mut page.held);
        let place = place(page, wanted) + 1;
        let is_last = place == page.len();
        page.insert(place, Entry::new(first, held));
        if page.len() > Self::MOST {
            // What comes in order leaves full pages behind.
            let lower = if is_last { Self::MOST } else { Self::MOST / 2 };
            let upper = page.split_off(lower);
            if let Some(first) = upper.first().map(|entry| entry.first) {
                pages.insert(at + 1, Entry::new(first, Arc::new(upper)));
            }
        }
    }

    /// Every shard, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Shard>> {
        let pages = self.pages.iter();
        pages.flat_map(|page| page.held.iter().map(|entry| &entry.held))
    }

    /// Every shard for which `is_wanted`, to be changed; of the others nothing
    /// is copied.
    pub(super) fn change(
        &mut self,
        is_wanted: impl Fn(&Shard) -> bool,
        mut change: impl FnMut(&mut Shard),
    ) {
        let wanted: Vec<Id> = self
            .pages
            .iter()
            .flat_map(|page| {
                let entries = page.held.iter();
                entries
                    .filter(|entry| is_wanted(&entry.held))
                    .map(|entry| entry.first)
            })
            .collect();
        for first in wanted {
            if let Some(shard) = self.get_mut(&first) {
                change(shard);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pages.iter().map(|page| page.held.len()).sum()
    }

    #[cfg(test)]
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pages, &other.pages)
    }
}
