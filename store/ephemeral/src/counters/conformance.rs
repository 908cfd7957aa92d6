//! What every keeper of counters keeps to: one test for all of them.

use std::time::Duration;

use base::Timestamp;

use super::{Counted, Counters};

/// Runs the whole of it; panics where something is wrong.
#[expect(clippy::panic, reason = "a test for the tests of adapters")]
pub async fn check_counters(counters: &dyn Counters) {
    let check = |found: Option<i64>, expected: Option<i64>, what: &str| {
        if found != expected {
            panic!("{what}: {found:?}, not {expected:?}");
        }
    };
    let now = Timestamp::EPOCH.after(Duration::from_secs(1_000_000));
    let put = async |name: &str, at: Timestamp, number: i64| {
        let mut found = None;
        let mut step = |held: Option<i64>| {
            found = held;
            Counted {
                number,
                needed_for: Duration::from_secs(5),
            }
        };
        if let Err(fault) = counters.change(name, at, &mut step).await {
            panic!("{fault}");
        }
        found
    };
    check(
        put("one", now, 1).await,
        None,
        "the first time there is none",
    );
    check(
        put("two", now, -7).await,
        None,
        "another name is another counter",
    );
    check(put("one", now, 2).await, Some(1), "what was put is found");
    check(put("two", now, 0).await, Some(-7), "and each its own");
    check(
        put("One", now, 0).await,
        None,
        "names are compared byte for byte",
    );
    let before = now.before(Duration::from_secs(60));
    check(
        put("one", before, i64::MAX).await,
        Some(2),
        "a clock that goes back forgets nothing",
    );
    check(
        put("one", before, i64::MIN).await,
        Some(i64::MAX),
        "a number is any number",
    );
    let mut asked = 0;
    for _ in 0..100 {
        let mut step = |held: Option<i64>| {
            asked = held.unwrap_or(0) + 1;
            Counted {
                number: asked,
                needed_for: Duration::from_secs(5),
            }
        };
        if let Err(fault) = counters.change("sum", now, &mut step).await {
            panic!("{fault}");
        }
    }
    check(Some(asked), Some(100), "no change is lost");
}
