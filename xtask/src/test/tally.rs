//! The sum of every `test result:` line.

use std::fmt;

/// How many tests did what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed, and steps that failed without naming a test.
    pub(crate) failed: u64,
    /// Tests that are ignored, and parts that were left out.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Adds another tally to this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// The counts of a line, when it is one that a test binary closes with.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let (_, counts) = line
            .trim()
            .strip_prefix("test result: ")?
            .split_once(". ")?;
        let mut tally = Self::default();
        for count in counts.split("; ") {
            let Some((number, word)) = count.split_once(' ') else {
                continue;
            };
            let field = match word.trim_end_matches(';') {
                "passed" => &mut tally.passed,
                "failed" => &mut tally.failed,
                "ignored" => &mut tally.skipped,
                _ => continue,
            };
            *field = number.parse().ok()?;
        }
        Some(tally)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "total: {} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_test_binaries_are_summed() {
        let output = [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 7 filtered out; finished in 0.01s",
            "",
            "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ];
        let mut sum = Tally::default();
        for tally in output.iter().filter_map(|line| Tally::of_line(line)) {
            sum.add(tally);
        }
        assert_eq!(sum.to_string(), "total: 16 passed, 2 failed, 4 skipped");
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            "test result is unknown",
            "test tally::tests::of_line ... ok",
            "note: test result: ok. 5 passed; 0 failed",
            "test result: ok. many passed; 0 failed",
        ] {
            assert_eq!(Tally::of_line(line), None, "{line}");
        }
    }
}
