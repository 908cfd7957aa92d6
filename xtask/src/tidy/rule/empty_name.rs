//! A module is named after what it knows, not after the shape of its contents.

use crate::tidy::exception::is_excepted;
use crate::tidy::finding::Finding;
use crate::tracked::Tracked;

/// Names that say nothing; a plural is the same name.
const EMPTY: &[&str] = &[
    "util", "common", "helper", "misc", "manager", "service", "handler", "provider", "context",
    "data", "info", "type",
];

/// Judges each directory and file name of a Rust file, and each module that is
/// written out in it.
pub(crate) fn check(file: &Tracked) -> Vec<Finding> {
    let Some(path) = file.path.strip_suffix(".rs") else {
        return Vec::new();
    };
    if is_excepted("empty_name", &file.path) {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = path
        .split('/')
        .filter(|part| is_empty(part))
        .map(|part| Finding::file(&file.path, sentence(part)))
        .collect();
    for (index, line) in file.text.lines().enumerate() {
        if let Some(name) = inline_module(line).filter(|name| is_empty(name)) {
            findings.push(Finding::line(&file.path, index + 1, sentence(name)));
        }
    }
    findings
}

fn sentence(name: &str) -> String {
    format!("`{name}` says nothing: name the module after the rule or the thing that it holds")
}

fn is_empty(name: &str) -> bool {
    let name = name.trim_start_matches("r#");
    EMPTY.contains(&name)
        || name
            .strip_suffix('s')
            .is_some_and(|one| EMPTY.contains(&one))
}

fn inline_module(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let line = line.strip_prefix("pub ").unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix('{').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Tracked {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn an_empty_name_is_found_as_file_directory_and_module() {
        for name in EMPTY {
            for name in [(*name).to_owned(), format!("{name}s")] {
                assert_eq!(found(&format!("core/jose/src/{name}.rs"), ""), 1, "{name}");
                assert_eq!(found(&format!("core/{name}/src/lib.rs"), ""), 1, "{name}");
                let module = format!("pub(crate) mod {name} {{\n}}\n");
                assert_eq!(found("core/jose/src/lib.rs", &module), 1, "{name}");
            }
        }
    }

    #[test]
    fn a_name_that_only_contains_an_empty_one_passes() {
        assert_eq!(found("core/access/src/database.rs", ""), 0);
        assert_eq!(found("core/jose/src/token_type.rs", ""), 0);
        assert_eq!(found("docs/common/page.md", "mod util {\n"), 0);
        assert_eq!(found("core/jose/src/lib.rs", "// mod util {\n"), 0);
    }
}
