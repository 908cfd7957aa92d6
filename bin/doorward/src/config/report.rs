//! A fault in the configuration, shown at its place.

use std::path::Path;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};

use crate::answer::Fault;

/// What `toml` says, with the line under it.
pub(super) fn unreadable(path: &Path, text: &str, error: &toml::de::Error) -> Fault {
    let message = format!("{} is not a configuration", path.display());
    let mut diagnostic = MietteDiagnostic::new(error.message().to_owned());
    if let Some(span) = error.span() {
        diagnostic = diagnostic.with_label(LabeledSpan::at(span, "here"));
    }
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(
        path.display().to_string(),
        without_secrets(text),
    ));
    let mut rendered = String::new();
    let theme = GraphicalTheme::unicode_nocolor();
    // Should it not render, the plain words are there still.
    if GraphicalReportHandler::new_themed(theme)
        .render_report(&mut rendered, report.as_ref())
        .is_err()
    {
        rendered = error.to_string();
    }
    Fault::new(
        format!("{message}\n{rendered}"),
        "`doorward init DIR` writes a commented one to compare with",
    )
}

/// The text with everything in `[secrets]` that is not a `file:` source
/// blanked out: somebody may have put a secret itself there. Every character
/// keeps its place, so that the marks stay right.
fn without_secrets(text: &str) -> String {
    let mut in_secrets = false;
    let mut in_list = false;
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if !in_list && line.trim_start().starts_with('[') {
            in_secrets = line.contains("secrets");
        }
        let mentions_a_secret = in_secrets || line.contains("_key");
        let blanked = |c: char| match c {
            '\n' => "\n".to_owned(),
            _ => "*".repeat(c.len_utf8()),
        };
        // A list of secrets goes on over several lines, up to its end.
        if in_list {
            shown.extend(line.chars().map(blanked));
            in_list = !line.contains(']');
            continue;
        }
        in_list = mentions_a_secret && line.contains("= [") && !line.contains(']');
        match line.split_once('=') {
            Some((name, value))
                if mentions_a_secret && !value.trim_start().starts_with("\"file:") =>
            {
                shown.push_str(name);
                shown.push('=');
                shown.extend(value.chars().map(blanked));
            }
            _ => shown.push_str(line),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_blanked_in_place() {
        let text = "[secrets]\nsealing_key = \"file:a\"\ndigest_key = \"hunter2é\"\n[gate]\nlisten = \"x\"\n";
        let shown = without_secrets(text);
        assert_eq!(shown.len(), text.len());
        assert!(
            !shown.contains("hunter2")
                && shown.contains("file:a")
                && shown.contains("listen = \"x\"")
        );
    }

    #[test]
    fn a_list_of_what_may_be_secrets_is_blanked_to_its_end() {
        for text in [
            "[gate]\ndecryption_keys = [\"hunter2\"]\nlisten = \"x\"\n",
            "[gate]\ndecryption_keys = [\n  \"file:a\",\n  \"hunter2\",\n]\nlisten = \"x\"\n",
            "[gate]\ndecryption_keys = [ \"file:a\",\n\"hunter2\" ]\nlisten = \"x\"\n",
        ] {
            let shown = without_secrets(text);
            assert_eq!(shown.len(), text.len());
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains("listen = \"x\""), "{shown}");
        }
    }
}
