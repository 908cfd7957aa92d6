//! Some dozens of keys in the order of their ids, and their names.

use base::Timestamp;

use super::row::{Names, Row, Span};
use super::search::{self, Between, Wanted};
use super::{Id, order};

/// Rows in the order of their ids. Equal names stand once in the text. The ids
/// stand by themselves: to find one, no row is touched.
#[derive(Debug, Clone, Default)]
pub(super) struct Shard {
    ids: Vec<Id>,
    /// As many as ids.
    rows: Vec<Row>,
    text: String,
}

impl Shard {
    /// The most rows of a shard. What one change copies grows with it, and what
    /// the map of the shards costs shrinks.
    pub(super) const MOST_ROWS: usize = 64;

    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (&Id, &Row)> {
        self.ids.iter().zip(&self.rows)
    }

    pub(super) fn id(&self, place: usize) -> Option<&Id> {
        self.ids.get(place)
    }

    pub(super) fn row(&self, place: usize) -> Option<&Row> {
        self.rows.get(place)
    }

    pub(super) fn first_id(&self) -> Option<Id> {
        self.ids.first().copied()
    }

    /// Where that id is; else where it would be.
    pub(super) fn place(&self, id: &Id) -> Result<usize, usize> {
        self.ids.binary_search_by_key(&order(id), order)
    }

    /// The same, where it is known between which ids those of the shard lie.
    pub(super) fn place_between(&self, wanted: Wanted, between: Between) -> Result<usize, usize> {
        let at = |place: usize| self.ids.get(place).copied().unwrap_or_default();
        search::find(self.ids.len(), wanted, between, at)
    }

    pub(super) fn text(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    #[cfg(test)]
    pub(super) const fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The names of a row of this shard.
    pub(super) fn names<'a>(&'a self, row: &Row) -> Names<&'a str> {
        Names {
            organisation: self.text(row.organisation),
            owner: self.text(row.owner),
        }
    }

    /// Adds a row, or puts it in the place of the one with its id, which it
    /// gives back.
    pub(super) fn put(&mut self, id: Id, mut row: Row, names: Names<&str>) -> Option<Row> {
        row.organisation = self.keep(names.organisation);
        row.owner = self.keep(names.owner);
        match self.place(&id) {
            Ok(place) => {
                let held = self.rows.get_mut(place)?;
                let renamed = held.organisation != row.organisation || held.owner != row.owner;
                let replaced = std::mem::replace(held, row);
                if renamed {
                    self.write_anew();
                }
                Some(replaced)
            }
            Err(place) => {
                // Not one row more than there are: there are many shards.
                self.ids.reserve_exact(1);
                self.ids.insert(place, id);
                self.rows.reserve_exact(1);
                self.rows.insert(place, row);
                None
            }
        }
    }

    pub(super) fn revoke(&mut self, id: &Id, at: Timestamp) {
        if let Ok(place) = self.place(id)
            && let Some(row) = self.rows.get_mut(place)
        {
            row.revoke(at);
        }
    }

    /// Keeps the lower rows and gives back the upper ones, after `newest` has
    /// made it too long.
    pub(super) fn split(&mut self, newest: &Id) -> Self {
        // Keys that come in order leave full shards behind.
        let at_end = self.ids.last().is_some_and(|id| id == newest);
        let lower = match at_end {
            true => self.rows.len().saturating_sub(1),
            false => self.rows.len() / 2,
        };
        let mut upper = Self {
            ids: self.ids.split_off(lower),
            rows: self.rows.split_off(lower),
            text: self.text.clone(),
        };
        self.write_anew();
        upper.write_anew();
        upper
    }

    /// Whether the last secret of one of its keys has ended.
    pub(super) fn has_ended(&self, now: Timestamp) -> bool {
        self.rows.iter().any(|row| row.ends_at() <= now)
    }

    /// Takes out the keys whose last secret has ended.
    pub(super) fn take_ended(&mut self, now: Timestamp) -> Vec<Row> {
        let rows = std::mem::take(&mut self.rows);
        let ids = std::mem::take(&mut self.ids);
        let (ended, kept): (Vec<_>, Vec<_>) = ids
            .into_iter()
            .zip(rows)
            .partition(|(_, row)| row.ends_at() <= now);
        (self.ids, self.rows) = kept.into_iter().unzip();
        self.write_anew();
        ended.into_iter().map(|(_, row)| row).collect()
    }

    /// Leaves out of the text what no row says any more.
    fn write_anew(&mut self) {
        let text = std::mem::take(&mut self.text);
        let rows = std::mem::take(&mut self.rows);
        self.rows.reserve_exact(rows.len());
        for mut row in rows {
            row.organisation = self.keep(row.organisation.of(&text));
            row.owner = self.keep(row.owner.of(&text));
            self.rows.push(row);
        }
        self.ids.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// Where that name stands in the text; it is added if it does not yet.
    fn keep(&mut self, name: &str) -> Span {
        let spans = self
            .rows
            .iter()
            .flat_map(|row| [row.organisation, row.owner]);
        let mut same = spans.filter(|span| span.len() == name.len());
        if let Some(span) = same.find(|span| self.text(*span) == name) {
            return span;
        }
        // A name has at most 64 characters, and there are at most 65 rows of two.
        let span = Span::new(self.text.len(), name.len());
        self.text.reserve_exact(name.len());
        self.text.push_str(name);
        span
    }
}
