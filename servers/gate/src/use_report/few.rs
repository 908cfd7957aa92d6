//! A few things told apart, and when each was seen.

use snapshot::{MOST_TOLD, Seen};

/// At most [`MOST_TOLD`] things. A credential has one or two of each, so a look
/// at all of them is quicker than any index.
#[derive(Debug)]
pub(super) struct Few<T>(Vec<(T, Seen)>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Few<T> {
    /// Adds to the thing that `is` says it is, or to a new one that `make`
    /// makes; whether there was room.
    pub(super) fn add(
        &mut self,
        seen: Seen,
        is: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> bool {
        if let Some((_, known)) = self.0.iter_mut().find(|(thing, _)| is(thing)) {
            *known = known.and(seen);
            return true;
        }
        let has_room = self.0.len() < MOST_TOLD;
        if has_room {
            self.0.push((make(), seen));
        }
        has_room
    }

    /// All of them.
    pub(super) fn into_all(self) -> impl Iterator<Item = (T, Seen)> {
        self.0.into_iter()
    }
}
