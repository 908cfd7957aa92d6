//! A citation that a tool cannot read is a citation that nobody counts.

use crate::citation::{Mention, in_comments};
use crate::tidy::exception::is_excepted;
use crate::tidy::finding::Finding;
use crate::tracked::Tracked;

/// Judges the comments of Rust files.
pub(crate) fn check(file: &Tracked) -> Vec<Finding> {
    if !file.path.ends_with(".rs") || is_excepted("citation_form", &file.path) {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = in_comments(&file.text)
        .into_iter()
        .filter_map(|(line, mention)| match mention {
            Mention::Malformed(fix) => Some(Finding::line(
                &file.path,
                line,
                format!("a citation that cannot be read: {fix}"),
            )),
            Mention::Cited(_) | Mention::Document => None,
        })
        .collect();
    for (index, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("//=") {
            let sentence =
                "a citation in another tool's syntax: write `// RFC N section N.N`".to_owned();
            findings.push(Finding::line(&file.path, index + 1, sentence));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<Option<usize>> {
        let file = Tracked {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&file)
            .into_iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_malformed_citation_is_found_on_its_line() {
        let text = "fn a() {}\n// RFC 7515 section 4.1\n\n// RFC 7515, section 4.1\nfn b() {}\n//= https://example.com/rfc\n";
        assert_eq!(found("core/jose/src/lib.rs", text), [Some(4), Some(6)]);
    }

    #[test]
    fn prose_outside_rust_is_free() {
        assert_eq!(found("docs/page.md", "// RFC7515 sec 4\n"), []);
    }
}
