//! Nothing that is committed names the machine it was written on.

use crate::tidy::exception::is_excepted;
use crate::tidy::finding::Finding;
use crate::tracked::Tracked;

/// Directories at the root of a developer's machine.
const DIRECTORIES: &[&str] = &["work", "root", "home"];

/// Judges every line of every text file.
pub(crate) fn check(file: &Tracked) -> Vec<Finding> {
    if is_excepted("machine_path", &file.path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for directory in DIRECTORIES {
            if names(line, directory) {
                findings.push(Finding::line(
                    &file.path,
                    index + 1,
                    format!("a path under /{directory} of one machine: name files relative to the repository"),
                ));
            }
        }
    }
    findings
}

/// Whether the line holds `/directory/` and a name, from the root of a machine:
/// not as the middle of a longer path or of an address.
fn names(line: &str, directory: &str) -> bool {
    let path = format!("/{directory}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let inside =
            |one: char| one.is_alphanumeric() || matches!(one, '_' | '.' | '/' | '-' | '}' | '*');
        let after = line
            .get(at + path.len()..)
            .and_then(|text| text.chars().next());
        // A home directory alone is a word of any manual; a user's is not.
        let named = directory != "home" || after.is_some_and(char::is_alphanumeric);
        !before.is_some_and(inside) && named
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> usize {
        check(&Tracked {
            path: "docs/page.md".to_owned(),
            text: format!("first\n{line}\n"),
        })
        .len()
    }

    #[test]
    fn a_path_of_a_machine_is_found() {
        for (directory, rest) in [
            ("work", "main/Cargo.toml"),
            ("root", ".cargo"),
            ("home", "ada/doorward"),
        ] {
            for before in ["", "see ", "`", "(", "\"file=", "path:"] {
                let line = format!("{before}/{directory}/{rest}");
                assert_eq!(found(&line), 1, "{line}");
            }
        }
    }

    #[test]
    fn a_longer_path_an_address_and_a_placeholder_pass() {
        for line in [
            format!("https://example.com/{}/item", "work"),
            format!("target/{}/x", "work"),
            format!("./{}/x", "root"),
            format!("{{base}}/{}/x", "work"),
            format!("/{}/<you>/doorward", "home"),
            "/homework/x and /worker/y".to_owned(),
        ] {
            assert_eq!(found(&line), 0, "{line}");
        }
    }
}
