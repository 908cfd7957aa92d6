//! The machine's wall clock: the only place that reads it.

use std::sync::atomic::{AtomicI64, Ordering};

use base::{Clock, Lifetime, Timestamp};

/// A step back of more than this is reported by [`SystemClock::is_behind`];
/// less is what an ordinary clock discipline does.
const TOLERATED_STEP: Lifetime = Lifetime::from_secs(1);

/// The wall clock, held at its high-water mark: it never goes back, so that
/// what has expired stays expired when somebody sets the clock.
#[derive(Debug)]
pub struct SystemClock {
    high_water: AtomicI64,
}

impl SystemClock {
    /// A clock that has not been read.
    pub const fn new() -> Self {
        Self {
            high_water: AtomicI64::new(i64::MIN),
        }
    }

    /// A clock that has already shown `seen`, such as the youngest record of
    /// a store: it never shows less.
    pub const fn at_least(seen: Timestamp) -> Self {
        Self {
            high_water: AtomicI64::new(seen.unix_micros()),
        }
    }

    /// Whether the machine's clock stands more than a second behind what this
    /// clock has shown: time does not advance until it has caught up, so what
    /// depends on fresh time must refuse and somebody must be told.
    pub fn is_behind(&self) -> bool {
        let shown = self.high_water.load(Ordering::SeqCst);
        lies_behind(wall(), shown)
    }

    fn show(&self, wall: Timestamp) -> Timestamp {
        let micros = wall.unix_micros();
        let shown = self.high_water.fetch_max(micros, Ordering::SeqCst);
        Timestamp::from_unix_micros(micros.max(shown)).unwrap_or(wall)
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.show(wall())
    }
}

fn lies_behind(wall: Timestamp, shown: i64) -> bool {
    wall.after(TOLERATED_STEP).unix_micros() < shown
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the wall clock"
)]
fn wall() -> Timestamp {
    // A machine whose clock stands before 1970 reads as 1970: everything that
    // needs fresh time is then refused, and nothing wraps.
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::EPOCH.after(since_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn it_never_goes_back() {
        let clock = SystemClock::new();
        assert_eq!(clock.show(at(100)), at(100));
        assert_eq!(clock.show(at(40)), at(100));
        assert_eq!(clock.show(at(101)), at(101));
    }

    #[test]
    fn it_says_when_the_machine_stepped_back_and_forgives_a_small_step() {
        assert!(lies_behind(at(98), at(100).unix_micros()));
        assert!(!lies_behind(at(99), at(100).unix_micros()));
        assert!(!lies_behind(at(200), at(100).unix_micros()));
        assert!(!SystemClock::new().is_behind());
        assert!(SystemClock::at_least(at(250_000_000_000)).is_behind());
    }

    #[test]
    fn many_readers_see_time_in_one_order() {
        let clock = SystemClock::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut before = clock.now();
                    for _ in 0..10_000 {
                        let now = clock.now();
                        assert!(now >= before);
                        before = now;
                    }
                });
            }
        });
        assert!(clock.now() > at(1_700_000_000));
    }
}
