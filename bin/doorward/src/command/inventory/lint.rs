//! `doorward inventory lint`: the same reading as the server's, on this machine.

use admin::answer::FindingAnswer;
use base::{Clock as _, Name, Timestamp};
use boundary::{Inventory, Reading};
use credential::{Environment, EnvironmentClass};
use ephemeral::SystemClock;
use serde_json::json;

use super::{Document, report};
use crate::answer::{Exit, Fault, print};
use crate::table::Paper;

pub(super) fn run(
    document: &Document,
    environment: Option<String>,
    class: EnvironmentClass,
    is_json: bool,
) -> Result<Exit, Fault> {
    let environment = Environment {
        name: name(document, environment)?,
        class,
    };
    let reading = read(document, &environment, SystemClock::new().now());
    let findings: Vec<FindingAnswer> = reading.findings.iter().map(FindingAnswer::from).collect();
    let refused = reading.inventory.is_none();
    if is_json {
        let answer = json!({
            "file": document.name,
            "environment": environment.name,
            "applicable": !refused,
            "findings": findings,
        });
        print(&serde_json::to_string_pretty(&answer).unwrap_or_default())?;
    } else {
        print(&text(document, &reading, &findings, Paper::of_stdout()))?;
    }
    Ok(if refused { Exit::Finding } else { Exit::Done })
}

fn read(document: &Document, environment: &Environment, now: Timestamp) -> Reading {
    Inventory::parse(&document.text, environment, now)
}

fn text(
    document: &Document,
    reading: &Reading,
    findings: &[FindingAnswer],
    paper: Paper,
) -> String {
    let mut out = report::render(document, findings, paper);
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    let count = report::count(findings);
    let name = &document.name;
    match &reading.inventory {
        Some(inventory) => {
            let apis = report::number(inventory.apis.len(), "API", "APIs");
            let endpoints = report::number(inventory.endpoints().count(), "endpoint", "endpoints");
            out.push_str(&format!(
                "{name} can be applied: {apis}, {endpoints}; {count}."
            ));
        }
        None => out.push_str(&format!("{name} would be refused: {count}.")),
    }
    out
}

/// The environment that was given, else the one that the document names.
fn name(document: &Document, given: Option<String>) -> Result<Name, Fault> {
    if let Some(given) = given {
        return given.parse().map_err(|error: base::InvalidName| {
            let fix = "name an environment, such as --environment production";
            Fault::new(format!("--environment {given:?}: {error}"), fix)
        });
    }
    let named = toml::from_str::<toml::Table>(&document.text)
        .ok()
        .and_then(|table| table.get("environment")?.as_str()?.parse().ok());
    match named {
        Some(named) => Ok(named),
        None => "production".parse().map_err(|error: base::InvalidName| {
            Fault::new(error.to_string(), "give --environment NAME")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"environment = "staging"

[api.payments]
audience = "https://api.example.com/payments"
upstream = "http://127.0.0.1:9000"
owner = "team-payments"
surface = "payments"
revoker = "payments-oncall"
roles_from = "issuer"

[[api.payments.endpoint]]
id = "payouts.create"
match = "POST /v1/payouts"
caller = "service"
authority = "own"
data = "money"
exposure = "internal"
consequence = "sensitive"
accepts = ["api_key"]
scopes = ["write:payouts"]
"#;

    fn linted(text_of_document: &str) -> String {
        let document = Document {
            name: "inventory.toml".to_owned(),
            text: text_of_document.to_owned(),
        };
        let environment = Environment {
            name: name(&document, None).unwrap(),
            class: EnvironmentClass::Production,
        };
        let now = Timestamp::from_unix_seconds(1_800_000_000).unwrap();
        let reading = read(&document, &environment, now);
        let findings: Vec<_> = reading.findings.iter().map(FindingAnswer::from).collect();
        text(&document, &reading, &findings, Paper::Plain)
    }

    #[test]
    fn a_contradiction_is_marked_at_its_place() {
        insta::assert_snapshot!(linted(TEXT));
    }

    #[test]
    fn what_is_no_toml_is_marked_at_its_place() {
        insta::assert_snapshot!(linted("[api.payments\n"));
    }

    #[test]
    fn a_good_document_says_how_much_it_has() {
        let good = TEXT.replace("accepts = [\"api_key\"]\n", "");
        let expected =
            "inventory.toml can be applied: 1 API, 1 endpoint; 0 errors, 0 warnings, 0 notes.";
        assert_eq!(linted(&good), expected);
    }

    #[test]
    fn the_environment_is_the_given_one_then_the_named_one_then_production() {
        let document = |text: &str| Document {
            name: String::new(),
            text: text.to_owned(),
        };
        let found = |text: &str, given: Option<&str>| {
            name(&document(text), given.map(str::to_owned))
                .unwrap()
                .to_string()
        };
        assert_eq!(found(TEXT, Some("eu")), "eu");
        assert_eq!(found(TEXT, None), "staging");
        assert_eq!(found("", None), "production");
        assert_eq!(found("= broken", None), "production");
        assert!(name(&document(TEXT), Some("No Name".to_owned())).is_err());
    }
}
