//! What the standards require, and where it is checked and tested.

use serde::Deserialize;

use super::coverage::Coverage;
use crate::fault::Fault;
use crate::source::is_test_file;
use crate::tracked::Tracked;

/// The file that lists them.
const LIST: &str = "docs/spec/requirements.toml";

/// One requirement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requirement {
    /// Such as `RFC 7515 section 4.1.11`.
    pub(crate) section: String,
    /// What it requires, in our words.
    pub(crate) says: String,
    /// Why it does not apply.
    #[serde(default)]
    pub(crate) why_not: Option<String>,
    /// A file and a word in it, where no citation says where it is checked.
    #[serde(default)]
    check: Option<String>,
    /// The function of a test, where no citation says what tests it.
    #[serde(default)]
    test: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    requirement: Vec<Requirement>,
}

/// A requirement and what was found of it.
#[derive(Debug)]
pub(crate) struct Met {
    /// The requirement.
    pub(crate) requirement: Requirement,
    /// Places that check it.
    pub(crate) checks: Vec<String>,
    /// Places that test it.
    pub(crate) tests: Vec<String>,
}

impl Met {
    /// What is missing.
    pub(crate) fn findings(&self) -> Vec<String> {
        let Requirement { section, says, .. } = &self.requirement;
        if self.requirement.why_not.is_some() {
            return Vec::new();
        }
        let missing = |what: &str, places: &[String]| {
            places
                .is_empty()
                .then(|| format!("{section}: no {what} of: {says}"))
        };
        let found = [missing("check", &self.checks), missing("test", &self.tests)];
        found.into_iter().flatten().collect()
    }
}

/// Reads the list and finds each requirement in the files.
pub(crate) fn read(files: &[Tracked], coverage: &Coverage) -> Result<Vec<Met>, Fault> {
    let fault = |why: String| Fault::new(format!("cannot read {LIST}"), why);
    let file = files.iter().find(|file| file.path == LIST);
    let text = &file
        .ok_or_else(|| fault("it is not there".to_owned()))?
        .text;
    let list: List = toml::from_str(text).map_err(|error| fault(error.message().to_owned()))?;
    Ok(list
        .requirement
        .into_iter()
        .map(|requirement| find(requirement, files, coverage))
        .collect())
}

fn find(requirement: Requirement, files: &[Tracked], coverage: &Coverage) -> Met {
    let cited = coverage
        .sections
        .iter()
        .find(|(section, _)| section.to_string() == requirement.section)
        .map(|(_, cited)| cited);
    let mut checks = cited.map(|cited| cited.checks.clone()).unwrap_or_default();
    if let Some(check) = &requirement.check {
        // A pointer counts alone: what it names has to be there.
        checks = named_check(check, files).into_iter().collect();
    }
    let mut tests = cited.map(|cited| cited.tests.clone()).unwrap_or_default();
    if let Some(test) = &requirement.test {
        tests = named_test(test, files).into_iter().collect();
    }
    Met {
        requirement,
        checks,
        tests,
    }
}

/// The place of `path word word`, if the file has the words.
fn named_check(check: &str, files: &[Tracked]) -> Option<String> {
    let (path, words) = check.split_once(' ')?;
    let file = files.iter().find(|file| file.path == path)?;
    let line = file.text.lines().position(|line| line.contains(words))?;
    Some(format!("{path}:{}", line + 1))
}

/// The place of the test function of that name.
fn named_test(name: &str, files: &[Tracked]) -> Option<String> {
    let opening = format!("fn {name}(");
    files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
        .filter(|file| is_test_file(&file.path) || file.text.contains("#[cfg(test)]"))
        .find_map(|file| {
            let line = file.text.lines().position(|line| line.contains(&opening))?;
            Some(format!("{}:{} {name}", file.path, line + 1))
        })
}

#[cfg(test)]
mod tests {
    use super::super::coverage::cover;
    use super::*;

    fn met(list: &str) -> Vec<Vec<String>> {
        let file = |path: &str, text: &str| Tracked {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(LIST, list),
            file(
                "core/jose/src/a.rs",
                "// RFC 7515 section 2\nfn decode() {}\n",
            ),
            file(
                "core/jose/tests/a.rs",
                "fn rfc7515_2_b() {}\nfn other() {}\n",
            ),
        ];
        let met = read(&files, &cover(&files)).unwrap();
        met.iter().map(Met::findings).collect()
    }

    #[test]
    fn citations_and_pointers_count_and_nothing_else() {
        let found = met(r#"requirement = [
            { section = "RFC 7515 section 2", says = "a" },
            { section = "RFC 7515 section 3", says = "b" },
            { section = "RFC 7515 section 3", says = "c", why_not = "because" },
            { section = "RFC 7515 section 3", says = "d", check = "core/jose/src/a.rs decode", test = "other" },
            { section = "RFC 7515 section 2", says = "e", check = "core/jose/src/a.rs gone", test = "gone" },
        ]"#);
        let none: [&str; 0] = [];
        assert_eq!(found[0], none);
        assert_eq!(found[1].len(), 2);
        assert_eq!(found[2], none);
        assert_eq!(found[3], none);
        assert_eq!(
            found[4],
            [
                "RFC 7515 section 2: no check of: e",
                "RFC 7515 section 2: no test of: e",
            ]
        );
    }
}
