//! Our kinds as rules for scanners that are not ours.

use credential::scan::{Pattern, patterns};

/// All of them, one section for each scanner.
pub(super) fn text() -> String {
    let patterns = patterns();
    let sections = [
        "Our credentials for other scanners. None of them can compute the checksum, so\nwhat they report is to be confirmed with `doorward scan`.".to_owned(),
        github(&patterns),
        gitleaks(&patterns),
        trufflehog(&patterns),
        detect_secrets(&patterns),
    ];
    sections.join("\n\n")
}

fn each(patterns: &[Pattern], line: impl Fn(&Pattern, &str) -> String) -> String {
    let lines: Vec<String> = patterns
        .iter()
        .map(|pattern| line(pattern, &pattern.kind.to_string().replace('_', "-")))
        .collect();
    lines.join("\n")
}

fn github(patterns: &[Pattern]) -> String {
    let lines = each(patterns, |pattern, name| {
        format!("doorward-{name}\n    {}", pattern.regex)
    });
    format!(
        "# GitHub: a custom pattern each (Settings, Advanced Security), the secret format\n\n{lines}"
    )
}

fn gitleaks(patterns: &[Pattern]) -> String {
    let lines = each(patterns, |pattern, name| {
        format!(
            "[[rules]]\nid = \"doorward-{name}\"\ndescription = \"Doorward {}\"\nregex = '''{}'''\nkeywords = [\"{}_\"]\n",
            name.replace('-', " "),
            pattern.regex,
            pattern.prefix
        )
    });
    format!("# gitleaks: .gitleaks.toml\n\n{}", lines.trim_end())
}

fn trufflehog(patterns: &[Pattern]) -> String {
    let lines = each(patterns, |pattern, name| {
        format!(
            "  - name: doorward-{name}\n    keywords:\n      - {}_\n    regex:\n      secret: '{}'",
            pattern.prefix, pattern.regex
        )
    });
    format!("# trufflehog: --config FILE\n\ndetectors:\n{lines}")
}

fn detect_secrets(patterns: &[Pattern]) -> String {
    let lines = each(patterns, |pattern, _| {
        format!("        re.compile(r'{}'),", pattern.regex)
    });
    format!(
        "# detect-secrets: doorward.py, --plugin doorward.py\n\nimport re\nfrom detect_secrets.plugins.base import RegexBasedDetector\n\n\nclass DoorwardDetector(RegexBasedDetector):\n    secret_type = 'Doorward credential'\n    denylist = [\n{lines}\n    ]"
    )
}
