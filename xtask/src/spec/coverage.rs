//! Citations, gathered by section.

use std::collections::BTreeMap;

use crate::citation::{Mention, Section, in_comments, in_test_name};
use crate::source::{is_test_file, test_module_start};
use crate::tracked::Tracked;

/// Every cited section, in the order of the documents.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// Each section and the places that cite it.
    pub(crate) sections: BTreeMap<Section, Cited>,
}

/// The places that cite one section.
#[derive(Debug, Default)]
pub(crate) struct Cited {
    /// `path:line` in code that ships.
    pub(crate) checks: Vec<String>,
    /// `path:line` in test code, with the name of the test when that cites it.
    pub(crate) tests: Vec<String>,
}

impl Coverage {
    /// The sections that code cites and no test does.
    pub(crate) fn untested(&self) -> impl Iterator<Item = (&Section, &Cited)> {
        self.sections
            .iter()
            .filter(|(_, cited)| !cited.checks.is_empty() && cited.tests.is_empty())
    }
}

/// Reads the citations of every Rust file.
pub(crate) fn cover(files: &[Tracked]) -> Coverage {
    let mut coverage = Coverage::default();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        read(file, &mut coverage);
    }
    coverage
}

fn read(file: &Tracked, coverage: &mut Coverage) {
    let tests_from = if is_test_file(&file.path) {
        0
    } else {
        test_module_start(&file.text).unwrap_or(usize::MAX)
    };
    for (line, mention) in in_comments(&file.text) {
        let Mention::Cited(section) = mention else {
            continue;
        };
        let cited = coverage.sections.entry(section).or_default();
        let place = format!("{}:{line}", file.path);
        if line > tests_from {
            cited.tests.push(place);
        } else {
            cited.checks.push(place);
        }
    }
    for (index, line) in file.text.lines().enumerate() {
        let Some((name, section)) = test_name(line) else {
            continue;
        };
        let place = format!("{}:{} {name}", file.path, index + 1);
        let cited = coverage.sections.entry(section).or_default();
        cited.tests.push(place);
    }
}

/// The name of the function that `line` opens and the section it is named
/// after.
fn test_name(line: &str) -> Option<(&str, Section)> {
    let line = line.trim_start();
    let line = line.strip_prefix("async ").unwrap_or(line);
    let (name, _) = line.strip_prefix("fn ")?.split_once('(')?;
    Some((name, in_test_name(name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
// RFC 7515 section 4.1.11
fn check() {}
// RFC 7515 section 4.1.9
fn other() {}
/// RFC 8725 section 3.1
fn third() {}

#[cfg(test)]
mod tests {
    #[test]
    fn rfc7515_4_1_11_unknown_crit_is_refused() {}

    // RFC 8725 section 3.1
    #[test]
    fn the_algorithm_is_ours() {}
}
";

    fn coverage(path: &str) -> Coverage {
        cover(&[Tracked {
            path: path.to_owned(),
            text: FILE.to_owned(),
        }])
    }

    #[test]
    fn a_section_without_a_test_is_named() {
        let coverage = coverage("core/jose/src/header.rs");
        let untested: Vec<String> = coverage
            .untested()
            .map(|(section, cited)| format!("{section} {}", cited.checks.join(" ")))
            .collect();
        assert_eq!(
            untested,
            ["RFC 7515 section 4.1.9 core/jose/src/header.rs:3"]
        );
    }

    #[test]
    fn a_test_cites_by_its_name_or_by_a_comment() {
        let coverage = coverage("core/jose/src/header.rs");
        let tests: Vec<String> = coverage
            .sections
            .values()
            .flat_map(|cited| cited.tests.clone())
            .collect();
        assert_eq!(
            tests,
            [
                "core/jose/src/header.rs:11 rfc7515_4_1_11_unknown_crit_is_refused",
                "core/jose/src/header.rs:13",
            ]
        );
    }

    #[test]
    fn sections_stand_in_the_order_of_the_document() {
        let coverage = coverage("core/jose/src/header.rs");
        let sections: Vec<String> = coverage.sections.keys().map(ToString::to_string).collect();
        assert_eq!(
            sections,
            [
                "RFC 7515 section 4.1.9",
                "RFC 7515 section 4.1.11",
                "RFC 8725 section 3.1",
            ]
        );
    }

    #[test]
    fn a_test_file_checks_nothing() {
        let coverage = coverage("e2e/tests/api_key.rs");
        assert!(coverage.sections.values().all(|one| one.checks.is_empty()));
    }
}
