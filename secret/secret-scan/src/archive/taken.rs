//! The parts of an archive that somebody else has told of.

use std::ops::Range;

/// Some places of a file, told apart from the others in logarithmic time
/// however many they are: a hostile archive has many, and as many findings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    /// In their order; none is empty and none meets another.
    ranges: Vec<Range<u64>>,
}

impl Taken {
    /// All that lies in one of these. They may overlap, as the entries of a
    /// hostile archive do.
    pub(crate) fn new(mut ranges: Vec<Range<u64>>) -> Self {
        ranges.retain(|range| !range.is_empty());
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup_by(|later, earlier| {
            let meets = later.start <= earlier.end;
            if meets {
                earlier.end = earlier.end.max(later.end);
            }
            meets
        });
        Self { ranges }
    }

    /// Whether the place lies in it.
    pub(crate) fn contains(&self, place: u64) -> bool {
        let after = self.ranges.partition_point(|range| range.start <= place);
        let last = after.checked_sub(1).and_then(|at| self.ranges.get(at));
        last.is_some_and(|range| place < range.end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ranges that are empty, equal, adjacent, nested, apart, and at the end.
    fn ranges() -> impl Strategy<Value = Vec<Range<u64>>> {
        let range = prop_oneof![
            (0_u64..60, 0_u64..12).prop_map(|(start, length)| start..start + length),
            (0_u64..3).prop_map(|back| u64::MAX - back..u64::MAX),
        ];
        proptest::collection::vec(range, 0..20)
    }

    proptest! {
        #[test]
        fn it_has_every_place_that_one_of_its_ranges_has(ranges in ranges()) {
            let taken = Taken::new(ranges.clone());
            for place in (0..80).chain(u64::MAX - 4..=u64::MAX) {
                let is_in_one = ranges.iter().any(|range| range.contains(&place));
                prop_assert_eq!(taken.contains(place), is_in_one, "{}", place);
            }
            // What makes looking one up logarithmic.
            let apart = taken.ranges.windows(2).all(|two| two[0].end < two[1].start);
            prop_assert!(apart, "{:?}", taken);
        }
    }
}
