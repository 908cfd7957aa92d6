//! Finding an id among ids in order, beginning where it most likely is.
//!
//! Ids are random, so they lie evenly between the lowest and the highest: from
//! the place of an id between the two follows about where it stands. Each probe
//! of a million keys is a wait for memory, and this makes two or three of them
//! where halving makes six. Ids that are not even cost what halving costs.

use std::cmp::Ordering;

use super::{Id, order};

/// The characters that make a rank: five bits each, after the letter of the kind.
const RANKED: usize = 12;

/// One more than the highest rank.
pub(super) const END: u64 = 1 << (5 * RANKED);

/// How far up an id stands among all that there can be. A rank only says where
/// to begin, so characters that no id has may stand anywhere.
pub(super) fn rank(id: &Id) -> u64 {
    let digits = id.iter().skip(1).take(RANKED);
    digits.fold(0, |rank, &symbol| {
        let value = VALUES.get(usize::from(symbol)).copied().unwrap_or(0);
        rank << 5 | u64::from(value)
    })
}

/// The value of each symbol: a look-up for each is quicker than a comparison.
static VALUES: [u8; 256] = {
    let mut values = [0; 256];
    let mut symbol = 0_u8;
    while symbol < u8::MAX {
        // An index that no byte exceeds.
        #[expect(clippy::indexing_slicing, reason = "256 values, and a byte")]
        {
            values[symbol as usize] = value(symbol);
        }
        symbol += 1;
    }
    values
};

/// The value of a symbol of `base`'s alphabet, which leaves out i, l, o and u.
const fn value(symbol: u8) -> u8 {
    let value = match symbol {
        b'0'..=b'9' => symbol - b'0',
        b'a'..=b'h' => symbol - b'a' + 10,
        b'j'..=b'k' => symbol - b'j' + 18,
        b'm'..=b'n' => symbol - b'm' + 20,
        b'p'..=b't' => symbol - b'p' + 22,
        b'v'..=b'z' => symbol - b'v' + 27,
        _ => 0,
    };
    value & 31
}

/// Between which ranks the ids of a list lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    pub(super) lower: u64,
    pub(super) upper: u64,
}

impl Between {
    /// Where among `length` ids one of that rank most likely is.
    fn guess(self, length: usize, rank: u64) -> usize {
        let width = self.upper.saturating_sub(self.lower).max(1);
        let above = rank.saturating_sub(self.lower).min(width);
        // A guess may be rounded; whole numbers of this size divide slowly.
        let share = above as f64 / width as f64;
        (share * length as f64) as usize
    }
}

/// An id that is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) order: u128,
    pub(super) rank: u64,
}

impl Wanted {
    pub(super) fn new(id: &Id) -> Self {
        Self {
            order: order(id),
            rank: rank(id),
        }
    }
}

/// Where `wanted` is among `length` ids in order, `at` their places; else where
/// it would be. As `binary_search`, but begun at the likeliest place.
pub(super) fn find(
    length: usize,
    wanted: Wanted,
    between: Between,
    at: impl Fn(usize) -> Id,
) -> Result<usize, usize> {
    let order_of = |place: usize| order(&at(place));
    // Every place below `low` has a lower id, every one from `high` on a higher one.
    let (mut low, mut high) = (0, length);
    let mut next = between.guess(length, wanted.rank);
    let mut step = 1;
    while low < high {
        let place = next.clamp(low, high - 1);
        match order_of(place).cmp(&wanted.order) {
            Ordering::Equal => return Ok(place),
            Ordering::Less => {
                low = place + 1;
                next = place + step;
            }
            Ordering::Greater => {
                high = place;
                next = place.saturating_sub(step);
            }
        }
        // It was not near: halve what is left.
        step *= 2;
        if step > NEAR {
            next = low + (high - low) / 2;
        }
    }
    Err(low)
}

/// How far from the likeliest place single steps go on.
const NEAR: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededEntropy;
    use proptest::prelude::*;

    fn id(text: &str) -> Id {
        text.as_bytes().try_into().unwrap()
    }

    #[test]
    fn ranks_are_in_the_order_of_the_alphabet() {
        let symbols = b"0123456789abcdefghjkmnpqrstvwxyz";
        let values: Vec<u8> = symbols.iter().map(|&symbol| value(symbol)).collect();
        assert_eq!(values, (0..32).collect::<Vec<u8>>());
        assert_eq!(rank(&id("k000000000000000")), 0);
        assert_eq!(rank(&id("kzzzzzzzzzzzzzzz")), END - 1);
        assert_eq!(rank(&id("k000000000001zzz")), 1);
    }

    fn even(number: u16) -> Id {
        let text = base::generate_id_text('k', &mut SeededEntropy::new(number.into()));
        id(&text)
    }

    fn crowded(number: u16) -> Id {
        id(&format!("k{number:015}"))
    }

    proptest! {
        /// Whatever the ids, and however wrong the bounds are.
        #[test]
        fn it_finds_what_halving_finds(
            numbers in prop::collection::btree_set(0_u16..500, 0..130),
            wanted in 0_u16..500,
            is_even in any::<bool>(),
            bounds in prop::option::of((0..END, 0..END)),
        ) {
            let make = if is_even { even } else { crowded };
            let mut ids: Vec<Id> = numbers.into_iter().map(make).collect();
            ids.sort_unstable();
            let wanted = make(wanted);
            let between = match bounds {
                Some((lower, upper)) => Between { lower, upper },
                None => Between {
                    lower: ids.first().map_or(0, rank),
                    upper: ids.last().map_or(END, rank),
                },
            };
            let found = find(ids.len(), Wanted::new(&wanted), between, |place| ids[place]);
            prop_assert_eq!(found, ids.binary_search(&wanted));
        }
    }
}
