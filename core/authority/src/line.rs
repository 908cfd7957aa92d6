//! What somebody says in one line: what a credential is for, why it ends, where
//! its secret lies. It is kept, shown to whoever may read, and audited for good:
//! a credential that is pasted there would be lost.

use crate::FieldFinding;

/// The longest line, in characters.
pub const LONGEST_LINE: usize = 200;

/// The line that was said for `field`, without the blanks around it. The
/// finding says what is wrong and repeats nothing.
pub fn line(field: &'static str, text: Option<&str>, fix: &str) -> Result<String, FieldFinding> {
    let wrong = |detail: &str, fix: &str| FieldFinding {
        field,
        detail: detail.to_owned(),
        fix: fix.to_owned(),
    };
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Err(wrong("it is missing", fix));
    };
    if text.chars().count() > LONGEST_LINE || text.chars().any(char::is_control) {
        let detail = "it has more than 200 characters or a control character";
        return Err(wrong(detail, fix));
    }
    if has_credential(text) {
        return Err(wrong("a credential of ours stands in it", LEAVE_OUT));
    }
    Ok(text.to_owned())
}

/// What to do about a credential in a text that is kept.
pub(crate) const LEAVE_OUT: &str = "leave it out, and replace it: whoever saw this text has it";

/// Whether a whole credential of ours stands in `text`, in whatever form a scan
/// finds.
pub(crate) fn has_credential(text: &str) -> bool {
    !credential::scan::find(text.as_bytes()).is_empty()
}

/// The start of what was sent, quoted, to be told in a finding; a credential is
/// not repeated.
pub(crate) fn shown(text: &str, longest: usize) -> String {
    if has_credential(text) {
        return "a credential of ours".to_owned();
    }
    let start: String = text.chars().take(longest).collect();
    format!("{start:?}")
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;
    use credential::{DigestKey, EnvironmentClass, MintedApiKey, MintedOperatorToken};
    use proptest::prelude::*;

    use super::*;

    fn secrets() -> [String; 2] {
        let key = DigestKey::new([7; 32]);
        let class = EnvironmentClass::Production;
        let entropy = &mut SeededEntropy::new(1);
        [
            MintedApiKey::mint(class, &key, entropy).secret,
            MintedOperatorToken::mint(class, &key, entropy).secret,
        ]
        .map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_line_says_something_within_bounds() {
        let read = |text: Option<&str>| line("reason", text, "say why");
        assert_eq!(read(Some(" leaked ")).unwrap(), "leaked");
        assert!(read(Some(&"é".repeat(LONGEST_LINE))).is_ok());
        let long = "é".repeat(LONGEST_LINE + 1);
        for wrong in [None, Some(""), Some(" \t"), Some("a\nb"), Some(&long)] {
            let finding = read(wrong).unwrap_err();
            assert_eq!((finding.field, finding.fix.as_str()), ("reason", "say why"));
        }
    }

    proptest! {
        /// Wherever it stands in a line, and however a scan would find it.
        #[test]
        fn a_credential_is_refused_and_not_repeated(
            before in "[a-zé =:\"/]{0,40}[ =:\"/]",
            after in "[ ,;\"][a-zé =:\"/]{0,40}",
            which in 0..2_usize,
            is_encoded in any::<bool>(),
        ) {
            let secret = &secrets()[which];
            let told = if is_encoded { secret.replace('_', "%5F") } else { secret.clone() };
            let text = format!("{before}{told}{after}");
            let finding = line("reason", Some(&text), "say why").unwrap_err();
            prop_assert_eq!(&finding.fix, LEAVE_OUT);
            let shown_finding = format!("{finding:?}");
            prop_assert!(!shown_finding.contains(&told));
            prop_assert!(!shown(&text, 500).contains(&told));
            prop_assert!(line("reason", Some(&before.replace('\t', " ")), "say why").is_ok() || before.trim().is_empty());
        }
    }
}
