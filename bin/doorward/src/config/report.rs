//! A fault in the configuration, shown at its place.

use std::ops::Range;
use std::path::Path;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};

use secret_source::SourceUri;

use crate::answer::Fault;

/// What `toml` says, with the line under it.
pub(super) fn unreadable(path: &Path, text: &str, error: &toml::de::Error) -> Fault {
    let message = format!("{} is not a configuration", path.display());
    // Should it not render, the plain words are there still.
    let rendered =
        shown(path, text, error.message(), error.span()).unwrap_or_else(|| error.to_string());
    Fault::new(
        format!("{message}\n{rendered}"),
        "`doorward init DIR` writes a commented one to compare with",
    )
}

/// A fault of what is a configuration, with the lines under it that it is about.
pub(super) fn placed(path: &Path, text: &str, span: Range<usize>, fault: &Fault) -> Fault {
    let rendered = shown(path, text, &fault.message, Some(span));
    Fault::new(
        rendered.unwrap_or_else(|| fault.message.clone()),
        fault.fix.clone(),
    )
}

fn shown(path: &Path, text: &str, message: &str, span: Option<Range<usize>>) -> Option<String> {
    let mut diagnostic = MietteDiagnostic::new(message.to_owned());
    if let Some(span) = span {
        diagnostic = diagnostic.with_label(LabeledSpan::at(span, "here"));
    }
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(
        path.display().to_string(),
        without_secrets(text),
    ));
    let mut rendered = String::new();
    let theme = GraphicalTheme::unicode_nocolor();
    let handler = GraphicalReportHandler::new_themed(theme);
    let is_rendered = handler.render_report(&mut rendered, report.as_ref());
    is_rendered.is_ok().then_some(rendered)
}

/// The text with every value blanked out that may be a secret: all of
/// `[secrets]` and its sub-sections, and whatever stands beside a name that
/// speaks of one, but for secret sources, which are names. Every character
/// keeps its place, so that the marks stay right.
fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut in_secrets = false;
    let mut in_block = false;
    let mut in_list = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start();
        if in_block {
            blank(line, &mut shown);
        } else if in_list {
            // A list of secrets goes on over several lines, up to its end.
            blank_all_but_sources(line, &mut shown);
            in_list = !line.contains(']');
        } else if bare.starts_with('[') && !line.contains('=') {
            in_secrets = line.contains("secrets");
            shown.push_str(line);
        } else if in_secrets || speaks_of_a_secret(line) {
            match line.split_once('=') {
                Some((name, value)) if !name.contains(['"', '\'']) => {
                    shown.push_str(name);
                    shown.push('=');
                    blank_all_but_sources(value, &mut shown);
                    in_list = value.contains('[') && !value.contains(']');
                }
                _ if bare.starts_with('#') || bare.is_empty() => shown.push_str(line),
                _ => blank(line, &mut shown),
            }
        } else {
            shown.push_str(line);
        }
        // A text of several lines goes on until its marks come again.
        let marks = line.matches(r#"""""#).count() + line.matches("'''").count();
        in_block ^= marks % 2 == 1;
    }
    shown
}

fn speaks_of_a_secret(line: &str) -> bool {
    let line = line.to_lowercase();
    ["secret", "key", "token", "password", "pin"]
        .iter()
        .any(|word| line.contains(word))
}

/// Blanks a value, but for its punctuation and for quoted secret sources.
fn blank_all_but_sources(value: &str, shown: &mut String) {
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('"') {
        blank(before, shown);
        shown.push('"');
        let Some((quoted, after)) = after.split_once('"') else {
            rest = after;
            break;
        };
        if quoted.parse::<SourceUri>().is_ok() {
            shown.push_str(quoted);
        } else {
            blank(quoted, shown);
        }
        shown.push('"');
        rest = after;
    }
    blank(rest, shown);
}

fn blank(text: &str, shown: &mut String) {
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' | ' ' | '{' | '}' | '[' | ']' | ',' | '=' => shown.push(character),
            _ => shown.extend(std::iter::repeat_n('*', character.len_utf8())),
        }
    }
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

    #[test]
    fn a_secret_is_blanked_wherever_somebody_puts_it() {
        for text in [
            "[secrets]\ndigest_key = hunter2\n",
            "[secrets]\ndigest_key = \"hunter2\n",
            "[secrets]\ndigest_key = 'hunter2'\n",
            "[secrets]\ndigest_key = \"file:a\" # hunter2\n",
            "[secrets]\ndigest_key = { wrapped = \"hunter2\", by = \"env:A\" }\n",
            "[secrets]\ndigest_key = \"\"\"\nhunter2\n\"\"\"\n",
            "[secrets]\nhunter2\n",
            "[secrets]\n\"hunter2\" = 1\n",
            "[secrets.vault]\ntoken = \"hunter2\"\n",
            "[ secrets . vault ]\naddress = \"https://hunter2@v\"\n",
            "secrets.digest_key = \"hunter2\"\n",
            "secrets = { digest_key = \"hunter2\" }\n",
            "secrets.digest_key = '''\nhunter2\n'''\n",
            "[gate]\npassword = \"hunter2\"\n",
            "[issuer]\nclient_secret = [\"hunter2\"]\n",
        ] {
            let shown = without_secrets(text);
            assert!(!shown.contains("hunter2"), "{text} -> {shown}");
            assert_eq!(shown.len(), text.len());
            assert_eq!(shown.lines().count(), text.lines().count());
        }
    }

    #[test]
    fn a_fault_in_the_secrets_is_marked_and_not_echoed() {
        for value in ["\"hunter2\"", "4711", "{ wrapped = \"hunter2\" }"] {
            let text = format!("[secrets]\nsealing_key = {value}\n");
            let error = toml::from_str::<crate::config::Config>(&text).unwrap_err();
            let fault = unreadable(Path::new("doorward.toml"), &text, &error);
            let said = fault.to_string();
            assert!(said.contains("sealing_key ="), "{said}");
            assert!(said.contains("file:"), "{said}");
            assert!(
                !said.contains("hunter2") && !said.contains("4711"),
                "{said}"
            );
        }
    }
}
