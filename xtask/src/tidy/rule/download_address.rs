//! Where packages come from is the reader's choice, not a committed file's.

use crate::tidy::exception::is_excepted;
use crate::tidy::finding::Finding;
use crate::tracked::Tracked;

/// The one source that a cargo lock file may name.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Judges lock files and the settings of package tools.
pub(crate) fn check(file: &Tracked) -> Vec<Finding> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let Some(names_an_address) = judge_of(name, &file.path) else {
        return Vec::new();
    };
    if is_excepted("download_address", &file.path) {
        return Vec::new();
    }
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| names_an_address(line.trim()))
        .map(|(index, _)| {
            Finding::line(
                &file.path,
                index + 1,
                "names a download address: leave it to the package tool, and take crates from crates.io alone".to_owned(),
            )
        })
        .collect()
}

fn judge_of(name: &str, path: &str) -> Option<fn(&str) -> bool> {
    let settings = [".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "uv.toml"];
    let locks = [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "uv.lock",
        "poetry.lock",
    ];
    if name == "Cargo.lock" {
        Some(foreign_crate_source)
    } else if locks.contains(&name) {
        Some(resolved_address)
    } else if settings.contains(&name)
        || path.ends_with(".cargo/config.toml")
        || (name.contains("requirements") && name.ends_with(".txt"))
    {
        Some(index_address)
    } else {
        None
    }
}

fn foreign_crate_source(line: &str) -> bool {
    line.strip_prefix("source = ")
        .is_some_and(|source| source.trim_matches('"') != CRATES_IO)
}

fn resolved_address(line: &str) -> bool {
    let place = ["resolved", "tarball", "url", "registry"]
        .iter()
        .any(|word| line.contains(word));
    place && has_scheme(line)
}

fn index_address(line: &str) -> bool {
    !line.starts_with(['#', ';']) && has_scheme(line)
}

fn has_scheme(line: &str) -> bool {
    ["http://", "https://", "git+", "ssh://"]
        .iter()
        .any(|scheme| line.contains(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        check(&Tracked {
            path: path.to_owned(),
            text: format!("{line}\n"),
        })
        .len()
    }

    #[test]
    fn a_cargo_lock_file_names_crates_io_alone() {
        let line = |source: &str| format!("source = \"{source}\"");
        assert_eq!(found("Cargo.lock", &line(CRATES_IO)), 0);
        for source in [
            "git+https://example.com/a#0123",
            "registry+https://example.com/index",
            "sparse+https://example.com/index/",
            "registry+https://github.com/rust-lang/crates.io-index2",
        ] {
            assert_eq!(found("Cargo.lock", &line(source)), 1, "{source}");
            assert_eq!(found("e2e/fixture/Cargo.lock", &line(source)), 1);
        }
    }

    #[test]
    fn other_lock_files_and_settings_name_no_address() {
        for (path, line) in [
            (
                "package-lock.json",
                "\"resolved\": \"https://example.com/a.tgz\",",
            ),
            ("web/yarn.lock", "  resolved \"https://example.com/a.tgz\""),
            (
                "pnpm-lock.yaml",
                "resolution: {tarball: https://example.com/a}",
            ),
            (".npmrc", "registry=https://example.com/"),
            ("pip.conf", "index-url = https://example.com/simple"),
            (
                "e2e/python/requirements.txt",
                "--index-url https://example.com/simple",
            ),
            (
                ".cargo/config.toml",
                "registry = \"sparse+https://example.com/\"",
            ),
        ] {
            assert_eq!(found(path, line), 1, "{path}");
        }
    }

    #[test]
    fn pinned_versions_comments_and_other_files_pass() {
        assert_eq!(found("e2e/python/requirements.txt", "requests==2.32.5"), 0);
        assert_eq!(
            found("e2e/python/requirements.txt", "# https://example.com"),
            0
        );
        assert_eq!(
            found("package-lock.json", "\"integrity\": \"sha512-abc\""),
            0
        );
        assert_eq!(found("README.md", "registry = \"https://example.com\""), 0);
    }
}
