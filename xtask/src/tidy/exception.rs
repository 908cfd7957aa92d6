//! Files that a rule lets pass, each with its reason.

/// A file that one rule does not judge.
#[derive(Debug)]
pub(crate) struct Exception {
    /// The rule's module.
    pub(crate) rule: &'static str,
    /// The file, from the root.
    pub(crate) path: &'static str,
    /// Why the rule is wrong here; said when the exception is no longer needed.
    pub(crate) reason: &'static str,
}

/// Every exception. An empty list is the aim.
pub(crate) const EXCEPTIONS: &[Exception] = &[];

/// Whether `rule` lets the file at `path` pass.
pub(crate) fn is_excepted(rule: &str, path: &str) -> bool {
    named(EXCEPTIONS, rule, path)
}

fn named(exceptions: &[Exception], rule: &str, path: &str) -> bool {
    exceptions
        .iter()
        .any(|one| one.rule == rule && one.path == path && !one.reason.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_for_one_rule_and_one_file_and_has_a_reason() {
        let list = [
            Exception {
                rule: "file_budget",
                path: "core/jose/src/table.rs",
                reason: "one table",
            },
            Exception {
                rule: "file_budget",
                path: "core/jose/src/other.rs",
                reason: "",
            },
        ];
        assert!(named(&list, "file_budget", "core/jose/src/table.rs"));
        assert!(!named(&list, "empty_name", "core/jose/src/table.rs"));
        assert!(!named(&list, "file_budget", "core/jose/src/lib.rs"));
        assert!(!named(&list, "file_budget", "core/jose/src/other.rs"));
    }
}
