//! The generic cell rate algorithm (ITU-T I.371 annex A), in nanoseconds.
//!
//! The state is one instant: when everything that was taken so far has been
//! worn off, at one request each `per_seconds / requests`. It may lie at most
//! `per_seconds` ahead; a request that would push it further is one too many.

use std::time::Duration;

use base::Timestamp;
use snapshot::RateLimit;

/// What is left of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The limit itself.
    pub limit: RateLimit,
    /// How many requests may be made at once now.
    pub remaining: u32,
    /// When one more may be made, if none may now.
    pub retry_after: Duration,
    /// When all of them may be made again.
    pub resets_in: Duration,
}

/// One request, asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether it is within the limit.
    pub is_within: bool,
    /// What is left after it.
    pub allowance: Allowance,
    /// The state to keep. A request that is refused takes nothing.
    pub state: i64,
    /// How long the state is needed: after that, none is the same.
    pub needed_for: Duration,
}

/// Takes one request of `limit` at `now`, from the `state` that was kept; with
/// none everything may be taken. Everything saturates.
///
/// A clock that goes back never opens: what was taken stays taken. A state
/// further ahead than can be is read as nothing being left, so that a clock
/// that was far ahead once does not shut a caller out for as long.
pub fn take(limit: RateLimit, state: Option<i64>, now: Timestamp) -> Taken {
    let requests = i64::from(limit.requests.max(1));
    let period = i64::from(limit.per_seconds.max(1)).saturating_mul(NANOS_A_SECOND);
    // Rounded up: a limit is never more than it says.
    let interval = period / requests + i64::from(period % requests != 0);
    let burst = interval.saturating_mul(requests);
    let now = now.unix_micros().saturating_mul(NANOS_A_MICRO);
    let held = state.unwrap_or(now).saturating_sub(now).clamp(0, burst);
    let asked = held.saturating_add(interval);
    let is_within = asked <= burst;
    let held = if is_within { asked } else { held };
    let free = burst.saturating_sub(held);
    Taken {
        is_within,
        allowance: Allowance {
            limit,
            remaining: u32::try_from(free / interval.max(1)).unwrap_or(u32::MAX),
            retry_after: nanos(held.saturating_add(interval).saturating_sub(burst)),
            resets_in: nanos(held),
        },
        state: now.saturating_add(held),
        needed_for: nanos(held),
    }
}

const NANOS_A_SECOND: i64 = 1_000_000_000;
const NANOS_A_MICRO: i64 = 1_000;

fn nanos(number: i64) -> Duration {
    Duration::from_nanos(u64::try_from(number).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_unix_micros(micros).unwrap()
    }

    fn limit(requests: u32, per_seconds: u32) -> RateLimit {
        RateLimit {
            requests,
            per_seconds,
        }
    }

    /// A bucket of tokens that fills evenly, in exact fractions of a token.
    struct Bucket {
        limit: RateLimit,
        /// Of `per_seconds` a million parts a token.
        level: i128,
        last: i64,
    }

    impl Bucket {
        fn token(&self) -> i128 {
            i128::from(self.limit.per_seconds) * 1_000_000
        }

        fn take(&mut self, now: i64) -> bool {
            let full = self.token() * i128::from(self.limit.requests);
            let elapsed = i128::from((now - self.last).max(0));
            self.level = full.min(self.level + elapsed * i128::from(self.limit.requests));
            self.last = now;
            let is_within = self.level >= self.token();
            if is_within {
                self.level -= self.token();
            }
            is_within
        }
    }

    fn run(limit: RateLimit, steps: &[i64]) -> Vec<(bool, bool)> {
        let start = 1_700_000_000_000_000;
        let mut bucket = Bucket {
            limit,
            level: 0,
            last: start,
        };
        bucket.level = bucket.token() * i128::from(limit.requests);
        let (mut now, mut state) = (start, None);
        let mut found = Vec::new();
        for step in steps {
            now += step;
            let taken = take(limit, state, at(now));
            state = Some(taken.state);
            found.push((taken.is_within, bucket.take(now)));
        }
        found
    }

    proptest! {
        /// Where a request each whole microsecond divides evenly nothing is
        /// rounded, and both agree to the microsecond.
        #[test]
        fn it_is_a_bucket_that_fills_evenly(
            (requests, per_seconds) in prop_oneof![
                (1..50_u32).prop_map(|n| (n, n * 3)),
                Just((1, 1)), Just((10, 1)), Just((100, 60)), Just((1000, 7)),
            ].prop_filter("divides", |(n, s)| (u64::from(*s) * 1_000_000_000) % u64::from(*n) == 0),
            steps in proptest::collection::vec(prop_oneof![
                Just(0), 1..5_i64, 0..2_000_000_i64, 0..200_000_000_i64,
            ], 1..200),
        ) {
            for (found, expected) in run(limit(requests, per_seconds), &steps) {
                prop_assert_eq!(found, expected);
            }
        }

        /// Whatever the numbers and wherever the clock goes, never more passes
        /// than through the exact bucket, whose level a clock cannot raise by
        /// going back.
        #[test]
        fn it_never_opens_wider(
            requests in prop_oneof![1..2_000_u32, any::<u32>().prop_map(|n| n.max(1))],
            per_seconds in prop_oneof![1..100_u32, any::<u32>().prop_map(|n| n.max(1))],
            steps in proptest::collection::vec(-50_000_000..50_000_000_i64, 1..200),
        ) {
            let mut passed = (0_u32, 0_u32);
            for (found, expected) in run(limit(requests, per_seconds), &steps) {
                passed = (passed.0 + u32::from(found), passed.1 + u32::from(expected));
                prop_assert!(passed.0 <= passed.1);
            }
        }

        #[test]
        fn no_number_overflows_and_what_it_says_holds(
            (requests, per_seconds) in (any::<u32>(), any::<u32>()),
            state in proptest::option::of(any::<i64>()),
            now in 0..253_000_000_000_000_000_i64,
        ) {
            let limit = limit(requests, per_seconds);
            let taken = take(limit, state, at(now));
            prop_assert_eq!(taken.is_within || taken.allowance.remaining == 0, true);
            prop_assert!(taken.allowance.remaining <= requests.max(1));
            if taken.allowance.remaining > 0 {
                prop_assert!(take(limit, Some(taken.state), at(now)).is_within);
            } else {
                prop_assert!(!take(limit, Some(taken.state), at(now)).is_within);
                let wait = i64::try_from(taken.allowance.retry_after.as_micros()).unwrap() + 1;
                if let Ok(later) = Timestamp::from_unix_micros(now.saturating_add(wait)) {
                    let state = Some(taken.state);
                    prop_assert!(state == Some(i64::MAX) || take(limit, state, later).is_within);
                }
            }
        }
    }

    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let limit = limit(3, 60);
        let (start, mut state) = (1_000_000_000_000, None);
        for left in [2, 1, 0] {
            let taken = take(limit, state, at(start));
            assert!(taken.is_within);
            assert_eq!(taken.allowance.remaining, left);
            state = Some(taken.state);
        }
        for _ in 0..5 {
            let taken = take(limit, state, at(start + 1_000_000));
            assert!(!taken.is_within);
            assert_eq!(taken.allowance.retry_after, Duration::from_secs(19));
            assert_eq!(taken.allowance.resets_in, Duration::from_secs(59));
            state = Some(taken.state);
        }
        assert!(take(limit, state, at(start + 20_000_000)).is_within);
    }

    #[test]
    fn a_clock_that_was_far_ahead_shuts_nobody_out_for_as_long() {
        let limit = limit(2, 10);
        let ahead = take(limit, None, at(2_000_000_000_000_000));
        let taken = take(limit, Some(ahead.state), at(1_000_000_000_000_000));
        assert!(!taken.is_within);
        let later = take(limit, Some(taken.state), at(1_000_000_005_000_000));
        assert!(later.is_within && later.allowance.remaining == 0);
    }
}
