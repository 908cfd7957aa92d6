//! Which part of a Rust file ships and which part tests it.

/// Whether the whole file is test code: `tests/`, `benches/`, the `e2e` crate,
/// and beside its module a `tests.rs` or somebody's `..._vectors.rs`.
pub(crate) fn is_test_file(path: &str) -> bool {
    path.starts_with("e2e/")
        || path.starts_with("fuzz/")
        || path.ends_with("_vectors.rs")
        || path
            .split('/')
            .any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
}

/// The index of the line at which the inline test module begins: the first
/// `#[cfg(test)]` whose item is `mod name {`. A `mod name;` under the same
/// attribute only points at another file and ends nothing.
pub(crate) fn test_module_start(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().find_map(|(index, line)| {
        let opens = *line == "#[cfg(test)]"
            && lines
                .iter()
                .skip(index + 1)
                .find(|next| !next.starts_with("#[") && !next.starts_with("//"))
                .is_some_and(|item| is_inline_module(item));
        opens.then_some(index)
    })
}

fn is_inline_module(item: &str) -> bool {
    item.trim_start_matches("pub(crate) ")
        .trim_start_matches("pub ")
        .starts_with("mod ")
        && item.ends_with('{')
}

/// How many lines of the file ship: those before its test module.
pub(crate) fn production_lines(path: &str, text: &str) -> usize {
    if is_test_file(path) {
        return 0;
    }
    test_module_start(text).unwrap_or_else(|| text.lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INLINE: &str = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";

    #[test]
    fn production_ends_at_the_inline_test_module() {
        assert_eq!(production_lines("core/jose/src/lib.rs", INLINE), 2);
    }

    #[test]
    fn an_attribute_between_does_not_hide_the_test_module() {
        let text = "fn a() {}\n#[cfg(test)]\n#[path = \"x.rs\"]\nmod tests {\n}\n";
        assert_eq!(production_lines("core/jose/src/lib.rs", text), 1);
    }

    #[test]
    fn a_pointer_to_a_test_file_does_not_end_production() {
        let text = "#[cfg(test)]\nmod tests;\n\nfn a() {}\nfn b() {}\n";
        assert_eq!(production_lines("core/jose/src/lib.rs", text), 5);
    }

    #[test]
    fn a_test_only_function_does_not_end_production() {
        let text = "#[cfg(test)]\nfn only() {}\nfn a() {}\n";
        assert_eq!(production_lines("core/jose/src/lib.rs", text), 3);
    }

    #[test]
    fn a_test_file_ships_nothing() {
        for path in [
            "core/jose/tests/vectors.rs",
            "core/jose/src/parse/tests.rs",
            "core/jose/src/verification_key/wycheproof_vectors.rs",
            "core/jose/benches/verify.rs",
            "e2e/src/lib.rs",
        ] {
            assert_eq!(production_lines(path, INLINE), 0, "{path}");
        }
    }
}
