//! A file that cannot be read in one sitting holds more than one rule.

use crate::source::production_lines;
use crate::tidy::exception::is_excepted;
use crate::tidy::finding::Finding;
use crate::tracked::Tracked;

/// More production lines than this is a finding.
const MOST: usize = 400;
/// More than this is a warning.
const COMFORTABLE: usize = 300;

/// Judges the lines before the test module of a Rust file.
pub(crate) fn check(file: &Tracked) -> Vec<Finding> {
    if !file.path.ends_with(".rs") || is_excepted("file_budget", &file.path) {
        return Vec::new();
    }
    let lines = production_lines(&file.path, &file.text);
    if lines <= COMFORTABLE {
        return Vec::new();
    }
    let sentence = format!(
        "{lines} production lines; the budget is {MOST}, {COMFORTABLE} is comfortable: give the second idea its own file"
    );
    let finding = Finding::file(&file.path, sentence);
    vec![if lines > MOST {
        finding
    } else {
        finding.warning()
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::Weight;

    fn weight(path: &str, production: usize, tests: usize) -> Option<Weight> {
        let mut text = "//\n".repeat(production);
        text.push_str("#[cfg(test)]\nmod tests {\n");
        text.push_str(&"//\n".repeat(tests));
        text.push_str("}\n");
        let file = Tracked {
            path: path.to_owned(),
            text,
        };
        check(&file).first().map(|finding| finding.weight)
    }

    #[test]
    fn the_budget_counts_what_ships() {
        let path = "core/jose/src/lib.rs";
        assert_eq!(weight(path, 300, 900), None);
        assert_eq!(weight(path, 301, 0), Some(Weight::Warning));
        assert_eq!(weight(path, 400, 0), Some(Weight::Warning));
        assert_eq!(weight(path, 401, 0), Some(Weight::Error));
    }

    #[test]
    fn only_rust_that_ships_has_a_budget() {
        assert_eq!(weight("docs/ARCHITECTURE.md", 900, 0), None);
        assert_eq!(weight("core/jose/tests/vectors.rs", 900, 0), None);
    }
}
