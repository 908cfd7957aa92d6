//! The catalogue of attacks on tokens, and the tests that show each row.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::fault::Fault;
use crate::source::is_test_file;
use crate::source::test_module_start;
use crate::tracked::Tracked;

/// The file that lists them.
const CATALOGUE: &str = "docs/spec/attacks.toml";

/// What the ids of the catalogue begin with.
const PREFIX: &str = "JWT-";

/// Where a test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// In the pure crates.
    Unit,
    /// At a running gate.
    Gate,
}

impl Level {
    const ALL: [Self; 2] = [Self::Unit, Self::Gate];

    /// Its name in the catalogue.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Gate => "gate",
        }
    }

    /// The level of a file, whatever stands in it.
    fn of(path: &str) -> Self {
        match path.starts_with("core/") {
            true => Self::Unit,
            false => Self::Gate,
        }
    }
}

/// One row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attack {
    /// Such as `JWT-001`.
    pub(crate) id: String,
    /// What the attacker does.
    pub(crate) says: String,
    /// Where a test must show that it fails.
    pub(crate) at: Vec<Level>,
    /// Why not at every level.
    #[serde(default)]
    pub(crate) open: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    attack: Vec<Attack>,
}

/// The rows and the places that show them.
#[derive(Debug)]
pub(crate) struct Attacks {
    /// In the order of the catalogue.
    pub(crate) rows: Vec<Attack>,
    shown: BTreeMap<(String, Level), Vec<String>>,
}

impl Attacks {
    /// Reads the catalogue and every test.
    pub(crate) fn read(files: &[Tracked]) -> Result<Self, Fault> {
        let fault = |why: String| Fault::new(format!("cannot read {CATALOGUE}"), why);
        let file = files.iter().find(|file| file.path == CATALOGUE);
        let text = &file
            .ok_or_else(|| fault("it is not there".to_owned()))?
            .text;
        let catalogue: Catalogue =
            toml::from_str(text).map_err(|error| fault(error.message().to_owned()))?;
        let mut attacks = Self {
            rows: catalogue.attack,
            shown: BTreeMap::new(),
        };
        for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
            attacks.gather(file);
        }
        Ok(attacks)
    }

    fn gather(&mut self, file: &Tracked) {
        let tests_from = if is_test_file(&file.path) {
            0
        } else {
            test_module_start(&file.text).unwrap_or(usize::MAX)
        };
        for (index, line) in file.text.lines().enumerate().skip(tests_from) {
            for id in ids(line.trim_start()) {
                let place = format!("{}:{}", file.path, index + 1);
                let level = Level::of(&file.path);
                self.shown.entry((id, level)).or_default().push(place);
            }
        }
    }

    /// Where a row is shown at one level.
    pub(crate) fn tests(&self, attack: &Attack, level: Level) -> &[String] {
        self.shown
            .get(&(attack.id.clone(), level))
            .map_or(&[], Vec::as_slice)
    }

    /// What is wrong: a level without a test, one left out without a reason, a
    /// test of no row.
    pub(crate) fn findings(&self) -> Vec<String> {
        let mut found = Vec::new();
        for row in &self.rows {
            for level in Level::ALL {
                let named = row.at.contains(&level);
                if named && self.tests(row, level).is_empty() {
                    let level = level.as_str();
                    found.push(format!("{}: no test shows it at the level {level}", row.id));
                }
                if !named && row.open.is_none() {
                    let level = level.as_str();
                    found.push(format!(
                        "{}: say in `open` why not at the level {level}",
                        row.id
                    ));
                }
            }
        }
        for ((id, _), places) in &self.shown {
            if !self.rows.iter().any(|row| row.id == *id) {
                found.push(format!("{id}: not in {CATALOGUE}: {}", places.join(" ")));
            }
        }
        found
    }
}

/// The rows that a line of test code names: in a comment that is not about the
/// whole file, or in the name of a function.
fn ids(line: &str) -> Vec<String> {
    let numbers = match line.strip_prefix("//") {
        Some(comment) if comment.starts_with('!') => Vec::new(),
        Some(comment) => in_words(comment),
        None => in_name(line),
    };
    numbers
        .into_iter()
        .map(|number| format!("{PREFIX}{number:03}"))
        .collect()
}

/// `JWT-001, JWT-003 to JWT-005`.
fn in_words(comment: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let words: Vec<&str> = comment.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let Some(number) = number_of(word) else {
            continue;
        };
        let before = at.checked_sub(2).and_then(|before| words.get(before));
        let first = before.and_then(|word| number_of(word));
        let ranged = at > 0 && words.get(at - 1) == Some(&"to");
        match first {
            Some(first) if ranged => found.extend(first + 1..=number),
            _ => found.push(number),
        }
    }
    found
}

fn number_of(word: &str) -> Option<u32> {
    let rest = word.trim_start_matches('(').strip_prefix(PREFIX)?;
    rest.get(..3)?.parse().ok()
}

/// `fn rfc7515_4_1_11_jwt_021_to_023_025_...(`.
fn in_name(line: &str) -> Vec<u32> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let Some((name, _)) = line
        .strip_prefix("fn ")
        .and_then(|rest| rest.split_once('('))
    else {
        return Vec::new();
    };
    let words = name.split('_').skip_while(|word| *word != "jwt").skip(1);
    let mut found: Vec<u32> = Vec::new();
    let mut ranged = false;
    for word in words {
        match (word, word.parse::<u32>()) {
            (_, Ok(number)) if word.len() == 3 => {
                match found.last() {
                    Some(&first) if ranged => found.extend(first + 1..=number),
                    _ => found.push(number),
                }
                ranged = false;
            }
            ("to", _) => ranged = true,
            _ => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attacks(catalogue: &str, tests: &[(&str, &str)]) -> Attacks {
        let file = |path: &str, text: &str| Tracked {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let mut files = vec![file(CATALOGUE, catalogue)];
        files.extend(tests.iter().map(|(path, text)| file(path, text)));
        Attacks::read(&files).unwrap()
    }

    #[test]
    fn rows_are_named_by_tests_in_words_and_in_names() {
        for (line, wanted) in [
            (
                "/// JWT-001, JWT-003 to JWT-005. RFC 8725 section 3.1",
                "001 003 004 005",
            ),
            ("// JWT-016: without a key id", "016"),
            ("//! The header (JWT-001 to JWT-025)", ""),
            ("fn jwt_001_none(", "001"),
            ("async fn jwt_001_none(", "001"),
            ("fn rfc7515_4_1_11_jwt_021_022_crit(", "021 022"),
            ("fn jwt_017_to_019_023_forbidden(", "017 018 019 023"),
            ("fn jwt_016_at_most_4_keys(", "016"),
            ("fn a_token_has_8_kib(", ""),
            ("let text = \"JWT-001\";", ""),
        ] {
            let wanted: Vec<String> = wanted
                .split_whitespace()
                .map(|number| format!("JWT-{number}"))
                .collect();
            assert_eq!(ids(line), wanted, "{line}");
        }
    }

    const CATALOGUE_TEXT: &str = r#"
        attack = [
          { id = "JWT-001", at = ["unit", "gate"], says = "a" },
          { id = "JWT-002", at = ["unit"], says = "b", open = "because" },
          { id = "JWT-003", at = ["unit"], says = "c" },
        ]
    "#;

    #[test]
    fn a_row_without_a_test_or_a_reason_is_found() {
        let unit = "fn jwt_001_to_003_a() {}\n";
        let attacks = attacks(CATALOGUE_TEXT, &[("core/jose/tests/a.rs", unit)]);
        assert_eq!(
            attacks.findings(),
            [
                "JWT-001: no test shows it at the level gate",
                "JWT-003: say in `open` why not at the level gate",
            ]
        );
    }

    #[test]
    fn a_test_of_no_row_is_found_and_code_that_ships_shows_nothing() {
        let attacks = attacks(
            CATALOGUE_TEXT,
            &[
                ("core/jose/src/a.rs", "// JWT-001 to JWT-003\nfn a() {}\n"),
                ("e2e/tests/a.rs", "/// JWT-999\nfn a() {}\n"),
            ],
        );
        let found = attacks.findings();
        assert!(found.contains(&"JWT-001: no test shows it at the level unit".to_owned()));
        assert!(
            found
                .last()
                .unwrap()
                .starts_with("JWT-999: not in docs/spec/attacks.toml: e2e/tests/a.rs:1"),
            "{found:?}"
        );
    }
}
