//! Counters of one process.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use base::Timestamp;

use super::{Counted, CounterFault, Counters, Step};

/// Counters that have one lock: those of two callers seldom meet in one.
const SHARDS: usize = 64;

/// Counters in memory, at most a fixed number of them. They end with the
/// process, and other processes do not see them.
#[derive(Debug)]
pub struct InProcessCounters {
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
    most_each: usize,
}

#[derive(Debug, Default)]
struct Shard {
    kept: HashMap<Box<str>, Kept>,
    /// Nothing ends before this, as far as is known.
    looked_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
struct Kept {
    number: i64,
    needed_until: Timestamp,
}

impl InProcessCounters {
    /// Room for `most` counters at once, or a few more.
    pub fn new(most: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            most_each: most.div_ceil(SHARDS).max(1),
        }
    }

    /// How many counters are kept now.
    pub fn len(&self) -> usize {
        let each = self.shards.iter();
        each.map(|shard| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.kept.len()
        })
        .sum()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn change_now(
        &self,
        name: &str,
        now: Timestamp,
        step: &mut Step<'_>,
    ) -> Result<(), CounterFault> {
        let place = usize::try_from(self.hasher.hash_one(name) % SHARDS as u64).unwrap_or_default();
        let Some(shard) = self.shards.get(place) else {
            return Err(CounterFault("it has no place".to_owned()));
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = shard.kept.get_mut(name) {
            // One that is no longer needed is given all the same: a clock that
            // went back would need it again.
            *kept = Kept::of(step(Some(kept.number)), now);
            return Ok(());
        }
        if shard.kept.len() >= self.most_each {
            shard.forget(now);
        }
        if shard.kept.len() >= self.most_each {
            return Err(CounterFault("there are too many at once".to_owned()));
        }
        let kept = Kept::of(step(None), now);
        shard.kept.insert(name.into(), kept);
        Ok(())
    }
}

impl Kept {
    fn of(counted: Counted, now: Timestamp) -> Self {
        Self {
            number: counted.number,
            needed_until: now.after(counted.needed_for),
        }
    }
}

impl Shard {
    /// Drops what is no longer needed. A full shard in which nothing has ended
    /// is not looked through again before something has.
    fn forget(&mut self, now: Timestamp) {
        if self.looked_until.is_some_and(|until| now < until) {
            return;
        }
        self.kept.retain(|_, kept| kept.needed_until > now);
        self.looked_until = self.kept.values().map(|kept| kept.needed_until).min();
    }
}

#[async_trait]
impl Counters for InProcessCounters {
    async fn change(
        &self,
        name: &str,
        now: Timestamp,
        step: &mut Step<'_>,
    ) -> Result<(), CounterFault> {
        self.change_now(name, now, step)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::counters::check_counters;

    #[tokio::test]
    async fn it_keeps_what_every_counter_keeps() {
        check_counters(&InProcessCounters::new(1000)).await;
    }

    #[tokio::test]
    async fn there_are_never_more_than_it_has_room_for() {
        let counters = InProcessCounters::new(SHARDS);
        let at = |second| Timestamp::from_unix_seconds(second).unwrap();
        let mut refused = 0;
        for number in 0..10_000 {
            let mut step = |_| Counted {
                number: 1,
                needed_for: Duration::from_secs(10),
            };
            let name = format!("k{number}");
            let changed = counters.change(&name, at(0), &mut step).await;
            refused += usize::from(changed.is_err());
        }
        assert_eq!((counters.len(), refused), (SHARDS, 10_000 - SHARDS));
        // One that is there is still counted, and there is room again once
        // those that are there are no longer needed.
        let mut seen = 0;
        for number in 0..10_000 {
            let mut step = |held: Option<i64>| {
                seen += usize::from(held.is_some());
                Counted {
                    number: 2,
                    needed_for: Duration::from_secs(10),
                }
            };
            let changed = counters
                .change(&format!("k{number}"), at(5), &mut step)
                .await;
            assert!(changed.is_ok() || counters.len() == SHARDS);
        }
        assert_eq!(seen, SHARDS);
        let mut step = |held: Option<i64>| Counted {
            number: held.map_or(3, |_| 0),
            needed_for: Duration::from_secs(10),
        };
        let changed = counters.change("another", at(15), &mut step).await;
        assert_eq!(changed, Ok(()));
    }
}
